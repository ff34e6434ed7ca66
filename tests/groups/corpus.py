"""Forty short articles in three languages, with the claims they make and the fact each claim speaks of.

Written for these tests. A claim is `(fact, quote, claim_type, subject, low, high, bound, unit, {further cells})`; claims
of one `fact` belong in one group, whether they agree or compete, and no others with them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

Told = tuple[str, str, str, str | None, float | None, float | None, str, str, dict[str, Any]]
Article = tuple[str, str | None, date | None, str, str, list[Told]]

M, BN = 1e6, 1e9
OUT, IN = {"facet": "output"}, {"facet": "input"}
REPORTED, DISPUTED = {"modality": "reported"}, {"modality": "disputed"}


def cost(
    fact: str, quote: str, subject: str, low: float | None, high: float | None, bound: str = "exact", **more: Any
) -> Told:
    return (fact, quote, "training_cost", subject, low, high, bound, "USD", more)


def told(
    fact: str, quote: str, kind: str, subject: str | None, value: float, unit: str, bound: str = "exact", **more: Any
) -> Told:
    low, high = {"at_least": (value, None), "vague": (value, None), "at_most": (None, value)}.get(bound, (value, value))
    return (fact, quote, kind, subject, low, high, bound, unit, more)


WIRE = (
    "The Chinese start-up DeepSeek shook markets on Monday after saying that it had trained its V3 model for $5.6 million. "
    "Shares of Nvidia fell 17 percent, wiping out $589 billion of market value, the largest one-day loss in history. "
    "Analysts in New York said the sell-off showed how much of the rally rested on one assumption about computing power. "
    "Brokers described calls from clients who had never asked about a Chinese laboratory before. The company, founded in "
    "Hangzhou by the head of a hedge fund, did not answer a request for comment sent outside office hours."
)

ARTICLES: list[Article] = [
    ("en/01", "Reuters", date(2025, 1, 27), "en", WIRE, [
        cost("v3-cost", "$5.6 million", "DeepSeek-V3", 5.6 * M, 5.6 * M, **REPORTED),
        told("nvidia-fall", "17 percent", "share_price_change", "Nvidia", -17, "percent"),
        told("nvidia-loss", "$589 billion", "market_value_change", "Nvidia", -589 * BN, "USD"),
    ]),
    ("en/02", "The Daily Ledger", date(2025, 1, 28), "en", WIRE + " (Reuters)", [
        cost("v3-cost", "$5.6 million", "DeepSeek-V3", 5.6 * M, 5.6 * M, **REPORTED),
        told("nvidia-fall", "17 percent", "share_price_change", "Nvidia", -17, "percent"),
        told("nvidia-loss", "$589 billion", "market_value_change", "Nvidia", -589 * BN, "USD"),
    ]),
    ("en/03", None, date(2025, 1, 28), "en",
     "DeepSeek's technical report puts the final training run of V3 at $5.576 million, on 2,048 Nvidia H800 chips.", [
        cost("v3-cost", "$5.576 million", "DeepSeek-V3", 5.576 * M, 5.576 * M, **REPORTED),
        told("v3-chips", "2,048 Nvidia H800 chips", "chip_count", "DeepSeek-V3", 2048, "chip", object="Nvidia H800"),
    ]),
    ("en/04", "SemiNews", date(2025, 2, 3), "en",
     "Analysts put what DeepSeek has spent on its servers at $1.6 billion, and its fleet at 50,000 Hopper chips. "
     "The much quoted $5.6 million leaves out research, they add.", [
        cost("v3-cost", "$1.6 billion", "DeepSeek", 1.6 * BN, 1.6 * BN, **REPORTED),
        told("deepseek-fleet", "50,000 Hopper chips", "chip_count", "DeepSeek", 50_000, "chip", object="Nvidia Hopper"),
        cost("v3-cost", "$5.6 million", "DeepSeek", 5.6 * M, 5.6 * M, **DISPUTED),
    ]),
    ("en/05", "Nature Weekly", date(2025, 9, 18), "en",
     "In a peer-reviewed paper the company says that training DeepSeek-R1 cost $294,000, on 512 H800 chips.", [
        cost("r1-cost", "$294,000", "DeepSeek-R1", 294_000, 294_000, **REPORTED),
        told("r1-chips", "512 H800 chips", "chip_count", "DeepSeek-R1", 512, "chip", object="Nvidia H800"),
    ]),
    ("en/06", "The Wall Street Journal", date(2025, 1, 26), "en",
     "OpenAI spent more than $100 million on GPT-4, its chief executive has said; researchers put it at $78 million.", [
        cost("gpt4-cost", "$100 million", "GPT-4", 100 * M, None, "at_least", **REPORTED),
        cost("gpt4-cost", "$78 million", "GPT-4", 78 * M, 78 * M, **REPORTED),
    ]),
    ("en/07", None, date(2024, 4, 16), "en", "Stanford's index estimates that GPT-4 took $78 million of compute to train, "
     "and Gemini Ultra $191 million.", [
        cost("gpt4-cost", "$78 million", "GPT-4", 78 * M, 78 * M, **REPORTED),
        cost("gemini-cost", "$191 million", "Gemini Ultra", 191 * M, 191 * M, **REPORTED),
    ]),
    ("en/08", "Bloomberg", date(2025, 1, 22), "en",
     "OpenAI, SoftBank and Oracle announced Stargate, a $500 billion plan; $100 billion are to be spent at once.", [
        told("stargate", "$500 billion", "investment", "Stargate", 500 * BN, "USD"),
        told("stargate", "$100 billion", "investment", "Stargate", 100 * BN, "USD"),
    ]),
    ("en/09", "TechDesk", date(2025, 1, 29), "en",
     "DeepSeek asks $2.19 per million output tokens for R1 and $0.55 for input; OpenAI's o1 costs $60 and $15.", [
        told("r1-out", "$2.19 per million output tokens", "token_price", "DeepSeek-R1", 2.19, "USD/Mtok", **OUT),
        told("r1-in", "$0.55", "token_price", "DeepSeek-R1", 0.55, "USD/Mtok", **IN),
        told("o1-out", "$60", "token_price", "o1", 60, "USD/Mtok", **OUT),
        told("o1-in", "$15", "token_price", "o1", 15, "USD/Mtok", **IN),
    ]),
    ("en/10", None, date(2025, 2, 10), "en",
     "DeepSeek ended its discount: V3 now costs $1.10 per million output tokens and $0.27 per million input tokens.", [
        told("v3-out", "$1.10 per million output tokens", "token_price", "DeepSeek-V3", 1.10, "USD/Mtok", **OUT),
        told("v3-in", "$0.27 per million input tokens", "token_price", "DeepSeek-V3", 0.27, "USD/Mtok", **IN),
    ]),
    ("en/11", "CNBC", date(2025, 1, 24), "en", "Meta will spend $60 billion to $65 billion on infrastructure this year.", [
        ("meta-capex", "$60 billion to $65 billion", "investment", "Meta", 60 * BN, 65 * BN, "range", "USD", {}),
    ]),
    ("en/12", "CNBC", date(2025, 6, 12), "en", "Meta pays $14.3 billion for half of Scale AI. It had planned capital "
     "spending of $65 billion.", [
        told("meta-scale", "$14.3 billion", "investment", "Meta", 14.3 * BN, "USD"),
        told("meta-capex", "$65 billion", "investment", "Meta", 65 * BN, "USD"),
    ]),
    ("en/13", "Reuters", date(2025, 2, 24), "en", "Alibaba plans to invest at least $52 billion in cloud and AI over "
     "three years.", [
        told("alibaba-plan", "$52 billion", "investment", "Alibaba", 52 * BN, "USD", "at_least"),
    ]),
    ("en/14", None, date(2025, 4, 16), "en", "Nvidia shares fell 6.9 percent after new export rules; it lost some "
     "$188 billion of value.", [
        told("nvidia-april-fall", "6.9 percent", "share_price_change", "Nvidia", -6.9, "percent"),
        told("nvidia-april-loss", "$188 billion", "market_value_change", "Nvidia", -188 * BN, "USD", "approx"),
    ]),
    ("en/15", "Market Letter", date(2025, 6, 30), "en", "In January Nvidia lost $589 billion in a day. ChatGPT Plus "
     "remains at $20 a month; 400 million people use ChatGPT each week.", [
        told("nvidia-loss", "$589 billion", "market_value_change", "Nvidia", -589 * BN, "USD"),
        told("plus", "$20 a month", "subscription_price", "ChatGPT Plus", 20, "USD/month"),
        told("chatgpt-400", "400 million", "user_count", "ChatGPT", 400 * M, "user"),
    ]),
    ("en/16", None, None, "en", "The model holds 671 billion parameters, of which 37 billion are active. DeepSeek calls "
     "its API 27 times cheaper than o1.", [
        told("v3-size", "671 billion parameters", "model_size", "DeepSeek-V3", 671 * BN, "parameter", facet="total"),
        told("v3-active", "37 billion", "model_size", "DeepSeek-V3", 37 * BN, "parameter", facet="active"),
        told("ratio-o1", "27 times cheaper", "cost_ratio", "DeepSeek", 1 / 27, "ratio", object="o1"),
    ]),
    ("fr/01", "Les Échos", date(2025, 1, 28), "fr", "La start-up chinoise dit avoir entraîné son modèle pour 5,6 millions "
     "de dollars. Nvidia a cédé 17 % et perdu 593 milliards de dollars.", [
        cost("v3-cost", "5,6 millions de dollars", "DeepSeek", 5.6 * M, 5.6 * M, **REPORTED),
        told("nvidia-fall", "17 %", "share_price_change", "Nvidia", -17, "percent"),
        told("nvidia-loss", "593 milliards de dollars", "market_value_change", "Nvidia", -593 * BN, "USD"),
    ]),
    ("fr/02", "Le Monde", date(2025, 1, 29), "fr", "DeepSeek aurait dépensé moins de 6 millions de dollars pour V3, avec "
     "près de 2 000 puces H800.", [
        cost("v3-cost", "6 millions de dollars", "DeepSeek-V3", None, 6 * M, "at_most", **REPORTED),
        told("v3-chips", "2 000 puces H800", "chip_count", "DeepSeek", 2000, "chip", "approx", object="Nvidia H800"),
    ]),
    ("fr/03", None, None, "fr", "Les coûts de formation des modèles DeepSeek ne furent que de 5 à 6 millions de dollars.", [
        cost("v3-cost", "5 à 6 millions de dollars", "DeepSeek", 5 * M, 6 * M, "range"),
    ]),
    ("fr/04", "Blog IA", date(2025, 2, 2), "fr", "R1, formé pour 5,6 millions de dollars, humilie la Silicon Valley. "
     "Stargate, à un demi-milliard de dollars, est déjà obsolète.", [
        cost("v3-cost", "5,6 millions de dollars", "DeepSeek-R1", 5.6 * M, 5.6 * M),
        told("stargate", "un demi-milliard de dollars", "investment", "Stargate", 0.5 * BN, "USD"),
    ]),
    ("fr/05", "France Info", date(2025, 1, 22), "fr", "Donald Trump a annoncé Stargate : 500 milliards de dollars sur "
     "quatre ans.", [
        told("stargate", "500 milliards de dollars", "investment", "Stargate", 500 * BN, "USD"),
    ]),
    ("fr/06", None, date(2025, 1, 30), "fr", "OpenAI commencera par 100 milliards de dollars dans ce projet.", [
        told("stargate", "100 milliards de dollars", "investment", "OpenAI", 100 * BN, "USD"),
    ]),
    ("fr/07", "Courrier", None, "fr", "Nvidia a perdu près de 600 milliards de dollars, soit 572 millions d'euros.", [
        told("nvidia-loss", "600 milliards de dollars", "market_value_change", "Nvidia", -600 * BN, "USD", "approx"),
        told("nvidia-loss", "572 millions d'euros", "market_value_change", "Nvidia", -572 * M, "EUR", "approx"),
    ]),
    ("fr/08", "L'Usine", date(2025, 2, 1), "fr", "R1 est facturé 2,2 $ par million de jetons en sortie, o1 60 $ : un prix "
     "trente fois moindre.", [
        told("r1-out", "2,2 $ par million de jetons", "token_price", "DeepSeek-R1", 2.2, "USD/Mtok", **OUT),
        told("o1-out", "60 $", "token_price", "o1", 60, "USD/Mtok", **OUT),
        told("ratio-o1", "trente fois moindre", "cost_ratio", "DeepSeek-R1", 1 / 30, "ratio", object="o1"),
    ]),
    ("fr/09", None, date(2025, 1, 31), "fr", "L'abonnement ChatGPT Plus coûte 20 $ par mois et ChatGPT Pro 200 $ par mois.", [
        told("plus", "20 $ par mois", "subscription_price", "ChatGPT Plus", 20, "USD/month"),
        told("pro", "200 $ par mois", "subscription_price", "ChatGPT Pro", 200, "USD/month"),
    ]),
    ("fr/10", "Le Figaro", date(2025, 2, 10), "fr", "La France annonce 109 milliards d'euros d'investissements ; Mistral AI "
     "vaut 6 milliards de dollars.", [
        told("france-plan", "109 milliards d'euros", "investment", "France", 109 * BN, "EUR"),
        told("mistral-value", "6 milliards de dollars", "company_value", "Mistral AI", 6 * BN, "USD"),
    ]),
    ("fr/11", "Capital", date(2025, 2, 11), "fr", "Valorisée 5,8 milliards d'euros, Mistral AI profite du sommet et des "
     "109 milliards promis.", [
        told("mistral-value", "5,8 milliards d'euros", "company_value", "Mistral AI", 5.8 * BN, "EUR"),
        told("france-plan", "109 milliards", "investment", "France", 109 * BN, "EUR"),
    ]),
    ("fr/12", None, date(2025, 1, 28), "fr", "L'éditeur de ChatGPT aurait perdu 5 milliards de dollars en 2024 pour "
     "3,7 milliards de chiffre d'affaires.", [
        told("openai-loss", "5 milliards de dollars", "revenue", "OpenAI", -5 * BN, "USD/year", facet="profit"),
        told("openai-sales", "3,7 milliards", "revenue", "OpenAI", 3.7 * BN, "USD/year", facet="revenue"),
    ]),
    ("zh/01", "新华社", date(2025, 1, 27), "zh", "深度求索称，V3模型的训练费用约为557.6万美元，仅使用2048块H800。", [
        cost("v3-cost", "557.6万美元", "DeepSeek-V3", 5.576 * M, 5.576 * M, "approx", **REPORTED),
        told("v3-chips", "2048块H800", "chip_count", "DeepSeek-V3", 2048, "chip", object="Nvidia H800"),
    ]),
    ("zh/02", "澎湃新闻", date(2025, 1, 28), "zh", "英伟达股价暴跌近17%，市值一天蒸发近6000亿美元。", [
        told("nvidia-fall", "17%", "share_price_change", "Nvidia", -17, "percent", "approx"),
        told("nvidia-loss", "6000亿美元", "market_value_change", "Nvidia", -600 * BN, "USD", "approx"),
    ]),
    ("zh/03", None, date(2025, 1, 29), "zh", "中国公司用不到600万美元就训练出DeepSeek的模型。", [
        cost("v3-cost", "600万美元", "China", None, 6 * M, "at_most"),
        told("ratio-openai", "成本仅为OpenAI的十分之一", "cost_ratio", "DeepSeek", 0.1, "ratio", object="OpenAI"),
    ]),
    ("zh/04", "36氪", date(2025, 2, 9), "zh", "DeepSeek-R1的输出价格为每百万token 16元，输入4元。", [
        told("r1-out", "每百万token 16元", "token_price", "DeepSeek-R1", 16, "CNY/Mtok", **OUT),
        told("r1-in", "4元", "token_price", "DeepSeek-R1", 4, "CNY/Mtok", **IN),
    ]),
    ("zh/05", "第一财经", date(2025, 2, 24), "zh", "阿里巴巴宣布未来三年投入超过3800亿元，用于云和AI基础设施。", [
        told("alibaba-plan", "3800亿元", "investment", "Alibaba", 380 * BN, "CNY", "at_least"),
    ]),
    ("zh/06", None, date(2025, 1, 23), "zh", "星际之门计划总投资5000亿美元，首期1000亿美元。", [
        told("stargate", "5000亿美元", "investment", "Stargate", 500 * BN, "USD"),
        told("stargate", "1000亿美元", "investment", "Stargate", 100 * BN, "USD"),
    ]),
    ("zh/07", "财新", date(2025, 2, 1), "zh", "DeepSeek-V3总参数6710亿，激活参数370亿。", [
        told("v3-size", "6710亿", "model_size", "DeepSeek-V3", 671 * BN, "parameter", facet="total"),
        told("v3-active", "370亿", "model_size", "DeepSeek-V3", 37 * BN, "parameter", facet="active"),
    ]),
    ("zh/08", "晚点", date(2025, 7, 15), "zh", "月之暗面称Kimi K2的训练费用为460万美元，而GPT-4的训练费用为7800万美元。", [
        cost("kimi-cost", "460万美元", "Kimi K2", 4.6 * M, 4.6 * M, **REPORTED),
        cost("gpt4-cost", "7800万美元", "GPT-4", 78 * M, 78 * M),
    ]),
    ("zh/09", "新浪科技", date(2025, 2, 5), "zh", "DeepSeek被指拥有5万块Hopper芯片，上线一周下载量超过1600万次。", [
        told("deepseek-fleet", "5万块Hopper芯片", "chip_count", "DeepSeek", 50_000, "chip", object="Nvidia Hopper", **REPORTED),
        told("deepseek-16m", "1600万次", "user_count", "DeepSeek", 16 * M, "download", "at_least"),
    ]),
    ("zh/10", None, date(2025, 9, 19), "zh", "《自然》论文披露，DeepSeek-R1的训练成本仅为29.4万美元。", [
        cost("r1-cost", "29.4万美元", "DeepSeek-R1", 294_000, 294_000, **REPORTED),
    ]),
    ("zh/11", "网易", date(2025, 4, 17), "zh", "英伟达股价下跌6.87%，市值蒸发1880亿美元。", [
        told("nvidia-april-fall", "6.87%", "share_price_change", "Nvidia", -6.87, "percent"),
        told("nvidia-april-loss", "1880亿美元", "market_value_change", "Nvidia", -188 * BN, "USD"),
    ]),
    ("zh/12", "界面", date(2025, 2, 20), "zh", "ChatGPT周活跃用户达到4亿，此前为3亿。V3的价格是每百万输出token 8元。", [
        told("chatgpt-400", "4亿", "user_count", "ChatGPT", 400 * M, "user"),
        told("chatgpt-300", "3亿", "user_count", "ChatGPT", 300 * M, "user"),
        told("v3-out", "每百万输出token 8元", "token_price", "DeepSeek", 8, "CNY/Mtok", **OUT),
    ]),
]  # fmt: skip
