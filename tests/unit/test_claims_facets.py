"""Which side of a price per token a figure is, and which size of a model."""

from __future__ import annotations

import pytest
from claim_documents import claims_of, known_gap, number, scene_of

from newslens.claims.facets import size_facet, token_facet


@pytest.mark.parametrize(
    ("language", "text", "quote", "facet"),
    [
        ("en", "It bills $3 per million input tokens.", "$3", "input"),
        ("en", "It bills $3 per million output tokens.", "$3", "output"),
        ("en", "Output: $3 per million tokens", "$3", "output"),
        ("en", "It bills $3 per million tokens on a cache hit.", "$3", "cached_input"),
        ("en", "It bills $3 per million tokens on a cache miss.", "$3", "input"),
        ("en", "It bills $3 per million tokens.", "$3", None),
        known_gap(
            "the window behind the price ends between the two sides",
            "en",
            "It bills $3 per million input and output tokens.",
            "$3",
            None,
        ),
        ("en", "Input prices:\n$3 per million tokens", "$3", "input"),
        ("fr", "Le tarif est de 3 $ par million de jetons en entrée.", "3 $", "input"),
        ("fr", "Le tarif est de 3 $ par million de jetons en sortie.", "3 $", "output"),
        ("fr", "Le tarif est de 3 $ par million de jetons.", "3 $", None),
        ("zh", "每百万输入tokens收费3元。", "3元", "input"),
        ("zh", "每百万输出tokens收费3元。", "3元", "output"),
        ("zh", "每百万tokens收费3元。", "3元", None),
        ("zh", "缓存命中时每百万tokens收费3元。", "3元", "cached_input"),
        ("zh", "缓存未命中时每百万tokens收费3元。", "3元", "input"),
    ],
)
def test_the_word_beside_a_token_price_names_its_side(language, text, quote, facet) -> None:
    assert token_facet(scene_of(text, language, quote)) == facet


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "The API charges $0.55 per million input tokens and $2.19 per million output tokens.",
            [(0.55, "input"), (2.19, "output")],
        ),
        (
            "en",
            "DeepSeek-V3 costs $0.27 / $1.10 per 1M input/output tokens.",
            [(0.27, "input"), (1.1, "output")],
        ),
        (
            "en",
            "GPT-4o costs $10 / $2.50 per million output/input tokens.",
            [(10, "output"), (2.5, "input")],
        ),
        ("zh", "DeepSeek-V3 API每百万输入tokens 2元，输出8元。", [(2, "input"), (8, "output")]),
        (
            "fr",
            "DeepSeek-V3 facture 0,27 $ par million de jetons en entrée, 1,10 $ par million de jetons en sortie.",
            [(0.27, "input"), (1.1, "output")],
        ),
        pytest.param(
            "fr",
            "DeepSeek-V3 facture 0,27 $ par million de jetons en entrée et 1,10 $ en sortie.",
            [(0.27, "input"), (1.1, "output")],
        ),
        pytest.param(
            "zh",
            "DeepSeek-R1的API定价为每百万输入tokens 1元（缓存命中）/ 4元（缓存未命中），每百万输出tokens 16元。",
            [(1, "cached_input"), (4, "input"), (16, "output")],
        ),
    ],
)
def test_each_price_of_a_sentence_has_its_own_side(language, text, expected) -> None:
    found = [(number(c.value_low), c.facet) for c in claims_of(text, language, "token_price")]
    assert found == expected


def test_a_table_cell_takes_its_side_from_the_header() -> None:
    table = "| Model | Input ($/1M tokens) | Output ($/1M tokens) |\n|---|---|---|\n| GPT-4o | 2.50 | 10 |"
    assert [token_facet(scene_of(table, "en", quote)) for quote in ("2.50", "10 |")] == ["input", "output"]


@pytest.mark.parametrize(
    ("language", "text", "facets"),
    [
        ("en", "DeepSeek-V3 has 671 billion parameters, of which 37 billion are active.", ["total", "active"]),
        ("en", "It activates 37 billion of its 671 billion parameters.", ["active", "total"]),
        ("fr", "Le modèle compte 671 milliards de paramètres, dont 37 milliards activés.", ["total", "active"]),
        ("zh", "总参数量达6710亿，激活参数370亿。", ["total", "active"]),
        ("en", "Llama 3 has 405 billion parameters.", ["total"]),
    ],
)
def test_the_active_size_is_told_from_the_whole(language, text, facets) -> None:
    starts = {"en": ("671 ", "37 ", "405 "), "fr": ("671 ", "37 "), "zh": ("6710", "370亿")}[language]
    quotes = sorted((q for q in starts if q in text), key=text.index)
    assert [size_facet(scene_of(text, language, quote)) for quote in quotes] == facets


@pytest.mark.parametrize(
    ("language", "text", "quote", "expected"),
    [
        ("en", "R1 costs $0.55 / $2.19 per 1M tokens.", "$0.55", "input"),
        ("en", "R1 costs $0.55 / $2.19 per 1M tokens.", "$2.19", "output"),
        ("fr", "R1 est à 0,55 $ et 2,19 $ le million de jetons.", "2,19", "output"),
        ("en", "V3 went from $2.19 / $0.55 per 1M tokens.", "$0.55", None),  # falling: two states of one price
        ("en", "R1, V3 and o1 cost $0.55, $2.19 and $60 per 1M tokens.", "$2.19", None),
        ("en", "DeepSeek-V3 and GPT-4o cost $0.27 and $2.50 per million tokens respectively.", "$0.27", None),
        ("zh", "DeepSeek-V3和GPT-4o的价格分别为每百万tokens 2元和18元。", "每百万", None),
        ("en", "Cache write: $6.25 per 1M tokens.", "$6.25", None),
        ("zh", "无缓存时输入每百万tokens 2元。", "每百万", "input"),
    ],
)
def test_two_prices_told_as_a_pair_are_of_input_and_output(
    language: str, text: str, quote: str, expected: str | None
) -> None:
    assert token_facet(scene_of(text, language, quote)) == expected


@pytest.mark.parametrize(
    ("language", "text", "quote", "expected"),
    [
        ("fr", "V3 totalise 671 milliards de paramètres, dont 37 milliards travaillent.", "37", "active"),
        ("fr", "V3 totalise 671 milliards de paramètres, dont 37 milliards travaillent.", "671", "total"),
        ("en", "V3 has 671B parameters (37B).", "37B", "active"),
        ("en", "V3 has 671B parameters, of which 37B parameters work.", "37B", "active"),
        ("zh", "V3拥有6710亿参数，其中370亿参数参与计算。", "370亿", "active"),
        ("en", "V3 has 671B parameters, Qwen3 has 235B parameters.", "235B", "total"),
        ("en", "The models range from 405B parameters (70B parameters for Llama) down.", "70B", "total"),
        ("en", "Llama 3.1 has 405B parameters, of which 70B and 8B versions exist.", "70B", "total"),
    ],
)
def test_a_size_told_as_part_of_another_is_active(language: str, text: str, quote: str, expected: str) -> None:
    assert size_facet(scene_of(text, language, quote)) == expected
