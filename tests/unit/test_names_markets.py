"""Parts of a market as names: sectors, and indices that no list holds."""

from __future__ import annotations

import pytest
from claim_documents import lay_out


def parts_of(text: str, language: str) -> list[str]:
    return [m.name for m in lay_out(text, language).mentions if m.kind == "index"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "DeepSeek概念股继续走强，板块上涨超8%。", ["DeepSeek概念股"]),
        ("zh", "华为概念跌1%，食品饮料板块跌2%。", ["华为概念", "食品饮料板块"]),
        ("zh", "其中中证港股通互联网指数上涨3.67%。", ["中证港股通互联网指数"]),
        ("zh", "申万化工指数跌1.6%，跑赢沪深300指数。", ["申万化工指数", "CSI 300"]),
        ("zh", "費城半導體指數下跌9%，台股半導體類股收黑。", ["Philadelphia Semiconductor Index", "半導體類股"]),
        ("en", "Chip stocks fell 3% and bank stocks rose.", ["Chip stocks", "bank stocks"]),
        ("en", "The energy and utility sector lost 2%.", ["energy and utility sector"]),
        ("en", "MSCI's Asia ex-Japan stock index was weaker by 0.4%.", ["MSCI's Asia ex-Japan stock Index"]),
        ("en", "The Straits Times index rose 0.4%.", ["Straits Times Index"]),
        ("en", "But Singapore's Straits Times Index rose.", ["Straits Times Index"]),
        ("en", "The Kestrel Gulf Leaders Index gained 2%.", ["Kestrel Gulf Leaders Index"]),
        ("fr", "Les valeurs technologiques reculent de 2 %, le secteur bancaire gagne 1 %.",
         ["valeurs technologiques", "secteur bancaire"]),
        ("fr", "Les valeurs de l'IA reculent de 2 %.", ["valeurs de l'IA"]),
    ],
)  # fmt: skip
def test_sectors_and_indices_are_names(language: str, text: str, expected: list[str]) -> None:
    assert parts_of(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The Consumer Price Index rose 3%. The index rose too. Bank accounts grew."),
        ("en", "He has a stock of chips. The sector is old."),
        ("zh", "公司股价上涨3%。消费增长5%。半导体出口增长。"),
        ("fr", "La valeur du titre baisse. Le secteur souffre. Ils mènent des actions industrielles."),
        ("zh", "彭博称该指数下跌5%。恒生银行拖累指数下跌2%。中华消费者价格指数上升。"),
        ("zh", "华为概念店开业，小米概念车亮相。"),
        ("en", "The University of Michigan Consumer Sentiment Index fell. The Hangzhou Index Fund rose."),
        ("en", "The Artificial Analysis Intelligence Index puts it first."),
    ],
)
def test_other_figures_and_plain_nouns_are_not(language: str, text: str) -> None:
    assert parts_of(text, language) == []


def test_a_listed_index_keeps_its_canonical_name() -> None:
    assert parts_of("恒生科技指数涨1%，纳斯达克指数跌2%。", "zh") == ["Hang Seng TECH Index", "Nasdaq Composite"]


def test_a_stock_code_makes_a_firm_of_what_sounds_like_a_person() -> None:
    from newslens.entities.merging import merge
    from newslens.entities.tagging import Entity

    text = "李宁(02331)跌1.85%。"
    document = lay_out(text, "zh")
    merged = merge(text, [], document.mentions, [Entity(0, 2, "PER", 0.95)])
    assert [(m.name, m.kind) for m in merged] == [("李宁", "organisation")]
