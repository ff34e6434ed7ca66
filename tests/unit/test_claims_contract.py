"""The contract's hard readings, each in sentences of every language it touches."""

from __future__ import annotations

import pytest
from claim_documents import claims_of, number


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # (claim_type, value_low, unit, facet)
        ("en", "OpenAI lost $5 billion in 2024.", ("revenue", -5e9, "USD/year", "profit")),
        ("fr", "OpenAI a perdu 5 milliards de dollars en 2024.", ("revenue", -5e9, "USD/year", "profit")),
        ("zh", "OpenAI 2024年亏损50亿美元。", ("revenue", -5e9, "USD/year", "profit")),
        pytest.param("zh", "OpenAI去年亏损50亿美元。", ("revenue", -5e9, "USD/year", "profit")),
        ("en", "Anthropic's revenue reached $100 million a month.", ("revenue", 1e8, "USD/month", "revenue")),
        ("en", "Nvidia posted revenue of $35.1 billion in the third quarter.", ("revenue", 3.51e10, "USD", "revenue")),
        (
            "fr",
            "Nvidia a publié un chiffre d'affaires de 35,1 milliards de dollars au troisième trimestre.",
            ("revenue", 3.51e10, "USD", "revenue"),
        ),
        ("zh", "英伟达第三季度营收351亿美元。", ("revenue", 3.51e10, "USD", "revenue")),
        ("en", "Nvidia's gross margin was 75%.", ("revenue", 75, "percent", "margin")),
    ],
)
def test_3_results_bear_their_period_and_a_loss_its_sign(language, text, expected) -> None:
    [claim] = claims_of(text, language)
    assert (claim.claim_type, number(claim.value_low), claim.unit, claim.facet) == expected


@pytest.mark.parametrize(
    ("language", "text", "sizes"),
    [
        ("en", "QwQ-32B and Llama 3 405B are out.", []),
        ("fr", "QwQ-32B et Llama 3 405B sont sortis.", []),
        ("zh", "QwQ-32B和Llama 3 405B已发布。", []),
        ("en", "The open model DeepSeek-V3 (671B parameters) was released.", [6.71e11]),
        ("en", "DeepSeek-V3 (671B) is large.", [6.71e11]),
    ],
)
def test_5_a_size_in_a_name_is_no_claim(language, text, sizes) -> None:
    assert [number(c.value_low) for c in claims_of(text, language)] == sizes


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The model is 10 times faster than GPT-4 and uses 8 times less memory."),
        ("fr", "Le modèle est 10 fois plus rapide que GPT-4."),
        ("zh", "该模型的速度是GPT-4的10倍。"),
        ("en", "DeepSeek trained its model at a fraction of the cost."),
        ("en", "A trip of 16,000 kilometres took 3 days."),
        ("fr", "Il a parcouru 16.000 kilomètres en 2024."),
        ("zh", "他在2024年走了16000公里。"),
        ("en", "The context window holds 128,000 tokens."),
    ],
)
def test_6_other_quantities_are_no_claims(language: str, text: str) -> None:
    assert claims_of(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "英伟达毛利率高达75%。", (75, 75, "exact")),
        ("zh", "DeepSeek拥有1万多张英伟达A100芯片。", (10_000, None, "at_least")),
        ("en", "DeepSeek has over 10,000 A100 chips.", (10_000, None, "at_least")),
        ("fr", "DeepSeek possède plus de 10 000 puces A100.", (10_000, None, "at_least")),
        ("zh", "训练GPT-4花费了上千万美元。", (1e7, None, "vague")),
        ("en", "GPT-4 cost tens of millions of dollars to train.", (1e7, None, "vague")),
        ("zh", "DeepSeek拥有5万+张H100芯片。", (50_000, None, "at_least")),
    ],
)
def test_8_bound_words(language, text, expected) -> None:
    claim = claims_of(text, language)[0]
    assert (number(claim.value_low), number(claim.value_high), claim.bound) == expected


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "Microsoft plans to invest $1 trillion in data centres.", 1e12),
        ("fr", "SoftBank va investir 1 billion de dollars dans Stargate.", 1e12),
        ("fr", "OpenAI a dépensé 500 000 millions de dollars pour Stargate.", 5e11),
        ("zh", "软银将向星际之门投资1万亿美元。", 1e12),
    ],
)
def test_9_big_numbers(language: str, text: str, value: float) -> None:
    [claim] = claims_of(text, language)
    assert (claim.claim_type, number(claim.value_low), claim.unit) == ("investment", value, "USD")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "L'entraînement de DeepSeek-V3 a coûté 5 à 6 millions de dollars.", [(5e6, 6e6, "range", "USD")]),
        ("fr", "L'entraînement de DeepSeek-V3 a coûté entre 5 et 6 millions de dollars.", [(5e6, 6e6, "range", "USD")]),
        ("en", "Training GPT-4 cost between 80 and 100 million dollars.", [(8e7, 1e8, "range", "USD")]),
        ("zh", "DeepSeek-V3的训练成本为500万至600万美元。", [(5e6, 6e6, "range", "USD")]),
        (
            "en",
            "DeepSeek-V3 costs $0.27 / $1.10 per 1M input/output tokens.",
            [(0.27, 0.27, "exact", "USD/Mtok"), (1.1, 1.1, "exact", "USD/Mtok")],
        ),
        (
            "zh",
            "DeepSeek-V3 API每百万输入/输出tokens价格为2元/8元。",
            [(2, 2, "exact", "CNY/Mtok"), (8, 8, "exact", "CNY/Mtok")],
        ),
    ],
)
def test_10_a_shared_unit_reaches_both_numbers(language, text, expected) -> None:
    found = [(number(c.value_low), number(c.value_high), c.bound, c.unit) for c in claims_of(text, language)]
    assert found == expected


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "GPT-4 was priced at $0.03 per 1K tokens.", 30),
        ("fr", "GPT-4 coûtait 0,03 $ pour 1 000 jetons.", 30),
        ("zh", "豆包的价格为每千tokens 0.0008元。", 0.8),
    ],
)
def test_token_prices_are_per_million(language: str, text: str, value: float) -> None:
    [claim] = claims_of(text, language)
    assert (claim.claim_type, number(claim.value_low), claim.unit[3:]) == ("token_price", value, "/Mtok")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Renting an H800 costs $2 per GPU hour."),
        ("fr", "La location d'un H800 coûte 2 dollars par heure et par GPU."),
        ("zh", "H800的租赁价格为每GPU小时2美元。"),
    ],
)
def test_renting_a_chip(language: str, text: str) -> None:
    [claim] = claims_of(text, language)
    assert (claim.claim_type, number(claim.value_low), claim.unit, claim.subject) == (
        "compute_price",
        2,
        "USD/chip_hour",
        "Nvidia H800",
    )


@pytest.mark.parametrize(
    ("language", "text", "quote"),
    [
        ("en", "DeepSeek-V3 cost about $5.6 million to train.", "$5.6 million"),
        ("en", "Broadcom shares: +3.4%", "+3.4%"),
        ("fr", "DeepSeek-V3 facture plus de 60 $ par million de jetons.", "60 $ par million de jetons"),
        ("zh", "o1的价格为每100万token60美元。", "每100万token60美元"),
        ("zh", "DeepSeek-V3的训练成本约为557.6万美元。", "557.6万美元"),
    ],
)
def test_14_the_quote_is_the_figure_with_its_unit(language: str, text: str, quote: str) -> None:
    [claim] = claims_of(text, language)
    assert claim.quote == quote
