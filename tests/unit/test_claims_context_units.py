"""Units that stand away from their number: table headers, price lists, conversions in brackets."""

from __future__ import annotations

from decimal import Decimal

import pytest
from claim_documents import claims_of, lay_out, number, scene_of

from newslens.claims.context_units import basis_of, currency_before, tokens_of_price, with_context_unit

RULE = "|---|---|---|---|"


def rows(text: str, language: str) -> list[tuple[str, float | None, str, str | None]]:
    return [(c.claim_type, number(c.value_low), c.unit, c.subject) for c in claims_of(text, language)]


@pytest.mark.parametrize(
    ("language", "header", "cell", "low", "unit"),
    [
        ("en", "Cost ($M)", "7.5", 7_500_000, "USD"),
        ("en", "Cost (€bn)", "7.5", 7_500_000_000, "EUR"),
        ("en", "Cost (million dollars)", "7.5", 7_500_000, "USD"),
        ("en", "Cost ($)", "7500000", 7_500_000, "USD"),
        ("en", "Cost ($M)", "7,500,000", 7_500_000, "USD"),  # written out: the header's magnitude is done already
        ("en", "Parameters (B)", "70", 70_000_000_000, "parameter"),
        ("en", "GPU hours (M)", "2.5", 2_500_000, "chip_hour"),
        ("en", "GPUs", "900", 900, "chip"),
        ("en", "Users (M)", "12", 12_000_000, "user"),
        ("en", "Move (%)", "12", 12, "percent"),
        ("en", "Score", "12", 12, None),
        ("fr", "Coût (M€)", "7,5", 7_500_000, "EUR"),
        ("fr", "Coût (millions de dollars)", "7,5", 7_500_000, "USD"),
        ("fr", "Paramètres (milliards)", "70", 70_000_000_000, "parameter"),
        ("fr", "Puces", "900", 900, "chip"),
        ("zh", "成本（万元）", "750", 7_500_000, "CNY"),
        pytest.param("zh", "成本（万美元）", "750", 7_500_000, "USD"),
        ("zh", "参数（亿）", "700", 70_000_000_000, "parameter"),
    ],
)
def test_a_header_gives_its_column_unit_and_magnitude(language, header, cell, low, unit) -> None:
    table = f"| Zeta | {header} |\n|---|---|\n| Omega | {cell} |"
    quantity = with_context_unit(scene_of(table, language, cell + " |"), None)
    assert (quantity.value_low, quantity.unit) == (Decimal(low), unit)


def test_a_table_is_read_column_by_column() -> None:
    table = (
        f"| Model | Training cost ($M) | Parameters (B) | GPU hours (M) |\n{RULE}\n"
        "| DeepSeek-V3 | 5.6 | 671 | 2.79 |\n| Llama 3 | 60 | 405 | 30.8 |"
    )
    assert rows(table, "en") == [
        ("training_cost", 5_600_000, "USD", "DeepSeek-V3"),
        ("model_size", 671e9, "parameter", "DeepSeek-V3"),
        ("compute_time", 2_790_000, "chip_hour", "DeepSeek-V3"),
        ("training_cost", 60_000_000, "USD", "Llama 3"),
        ("model_size", 405e9, "parameter", "Llama 3"),
        ("compute_time", 30_800_000, "chip_hour", "Llama 3"),
    ]


def test_a_table_may_be_divided_by_tabs() -> None:
    table = "Model\tTraining cost ($M)\tParameters (B)\nDeepSeek-V3\t5.6\t671"
    assert rows(table, "en") == [
        ("training_cost", 5_600_000, "USD", "DeepSeek-V3"),
        ("model_size", 671e9, "parameter", "DeepSeek-V3"),
    ]


@pytest.mark.parametrize(
    ("caption", "header", "cell", "low", "unit"),
    [
        ("Monthly active users, millions", "2026", "12.5", Decimal(12_500_000), "user"),
        ("Prices in US$ per GPU and hour", "H100", "2.99", Decimal("2.99"), "USD/chip_hour"),
        ("All prices in USD per 1M tokens.", "Input", "1.25", Decimal("1.25"), "USD"),
        ("A table of scores.", "2026", "12.5", Decimal("12.5"), None),
    ],
)
def test_the_line_before_a_table_gives_its_unit(caption, header, cell, low, unit) -> None:
    table = f"{caption}\n\n| Name | {header} |\n|---|---|\n| Omega | {cell} |"
    quantity = with_context_unit(scene_of(table, "en", cell + " |"), None)
    assert (quantity.value_low, quantity.unit) == (low, unit)


def test_a_table_may_lack_its_rule() -> None:
    table = "| Model | Training cost ($M) |\n| DeepSeek-V3 | 5.6 |\n| GPT-4 | 78 |"
    assert rows(table, "en") == [
        ("training_cost", 5_600_000, "USD", "DeepSeek-V3"),
        ("training_cost", 78_000_000, "USD", "GPT-4"),
    ]


@pytest.mark.parametrize(
    ("language", "table", "facets"),
    [
        (
            "fr",
            "| Modèle | Entrée (€/million de jetons) | Sortie (€/million de jetons) |\n|---|---|---|\n| o1 | 15 | 60 |",
            2,
        ),
        ("zh", "| 模型 | 输入（元/百万tokens） | 输出（元/百万tokens） |\n|---|---|---|\n| o1 | 15 | 60 |", 2),
        ("en", "| Model | Input ($/1M tokens) | Output ($/1M tokens) |\n|---|---|---|\n| o1 | 15 | 60 |", 2),
        pytest.param(
            "en",
            "| Model | Input ($/1M tokens) | Output ($/1M tokens) |\n| o1 | 15 | 60 |",
            2,
        ),
    ],
)
def test_price_tables_name_their_sides(language, table, facets) -> None:
    found = claims_of(table, language)
    assert [(c.claim_type, number(c.value_low), c.facet) for c in found] == [
        ("token_price", 15, "input"),
        ("token_price", 60, "output"),
    ][:facets]
    assert {c.subject for c in found} == {"o1"}


@pytest.mark.parametrize(
    ("language", "header"), [("fr", "| Modèle | Paramètres (milliards) |"), ("zh", "| 公司 | 投资（亿美元） |")]
)
def test_a_header_is_no_claim(language: str, header: str) -> None:
    assert claims_of(f"{header}\n|---|---|\n| DeepSeek | 70 |", language)[0].quote == "70"


@pytest.mark.parametrize(
    ("language", "text", "currency", "scale"),
    [
        ("en", "Prices in US dollars per million tokens", "USD", 1),
        ("en", "Prices in euros per 1,000 tokens", "EUR", 1000),
        ("fr", "Prix en euros par million de jetons", "EUR", 1),
        ("zh", "价格单位：元/百万tokens", "CNY", 1),
        ("en", "Prices per million tokens:", None, 1),
        ("en", "It took a million tokens to tell.", None, None),
        ("en", "Prices in US dollars", None, None),
    ],
)
def test_a_line_may_state_the_basis_of_a_list(language, text, currency, scale) -> None:
    document = lay_out(text, language)
    basis = basis_of(document, document.lines[0])
    assert (basis and (basis.currency, basis.scale)) == (scale and (currency, Decimal(scale)))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "zh",
            "以下价格单位为元/百万tokens：\n- DeepSeek-V3：输入2，输出8\n- 豆包：输入0.8，输出2.5",
            [
                ("DeepSeek-V3", 2, "input"),
                ("DeepSeek-V3", 8, "output"),
                ("Doubao", 0.8, "input"),
                ("Doubao", 2.5, "output"),
            ],
        ),
        (
            "fr",
            "Prix en euros par million de jetons, entrée / sortie :\n- Mistral Large : 1,80 / 5,40\n- o1 : 15 / 60",
            [
                ("Mistral Large", 1.8, "input"),
                ("Mistral Large", 5.4, "output"),
                ("o1", 15, "input"),
                ("o1", 60, "output"),
            ],
        ),
        pytest.param(
            "en",
            "Prices are in US dollars per million tokens, input / output:\n- DeepSeek-V3: 0.27 / 1.10\n- o1: 15 / 60",
            [("DeepSeek-V3", 0.27, "input"), ("DeepSeek-V3", 1.1, "output"), ("o1", 15, "input"), ("o1", 60, "output")],
        ),
    ],
)
def test_a_list_leans_on_its_first_line(language, text, expected) -> None:
    found = claims_of(text, language)
    assert {c.claim_type for c in found} == {"token_price"}
    assert [(c.subject, number(c.value_low), c.facet) for c in found] == expected


def test_a_basis_reaches_two_lines_of_prose_and_a_list_further_on() -> None:
    prose = "This sentence goes on about many other things, and takes more than a hundred characters to say so little."
    document = lay_out("Prices in US dollars per million tokens.\n" + f"{prose}\n" * 4 + "- o1: 15", "en")
    basis = basis_of(document, document.lines[0])
    assert basis is not None
    reached = [basis.reaches(line, document.view.low) for line in document.lines]
    assert reached == [False, True, True, False, False, True]


def test_a_table_may_be_divided_by_columns_of_spaces() -> None:
    table = "Modèle          Entrée     Sortie\ndeepseek-chat   0,27       1,10\no1              15         60"
    found = claims_of(f"Tarifs en dollars par million de jetons :\n\n{table}", "fr", "token_price")
    assert [(c.subject, float(c.value_low or 0), c.facet) for c in found] == [
        ("DeepSeek-V3", 0.27, "input"),
        ("DeepSeek-V3", 1.10, "output"),
        ("o1", 15, "input"),
        ("o1", 60, "output"),
    ]


def test_a_code_in_a_caption_counts_in_capitals_only() -> None:
    table = (
        "Tarifs relevés sur les sites, en {} par million de jetons :\n\n| Modèle | Entrée |\n|---|---|\n| o1 | 15,00 |"
    )
    for written in ("dollars", "USD"):
        quantity = with_context_unit(scene_of(table.format(written), "fr", "15,00"), None)
        assert quantity.unit == "USD"  # "sur" is also the code of an old rouble


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "DeepSeek-R1 : 0,55 $ le million en entrée, 2,19 $ en sortie.", [0.55, 2.19]),
        ("fr", "L'API de DeepSeek-R1 est à 0,55 dollar en entrée et 2,19 dollars en sortie.", [0.55, 2.19]),
        ("en", "The DeepSeek-R1 API costs $0.55 for input and $2.19 for output.", [0.55, 2.19]),
        ("zh", "DeepSeek-R1的API输入0.55美元，输出2.19美元。", [0.55, 2.19]),
        ("zh", "豆包每千tokens输入价格仅为3厘。", [3]),
    ],
)
def test_prices_of_input_and_output_are_per_million_tokens(language: str, text: str, expected: list[float]) -> None:
    found = claims_of(text, language, "token_price")
    assert [float(claim.value_low or 0) for claim in found] == expected
    assert {claim.unit[3:] for claim in found} == {"/Mtok"}


@pytest.mark.parametrize(
    ("text", "scale"),
    [("It costs $2 per 1K tokens.", 1000), ("It costs $2 per million tokens.", 1), ("It costs $2 a month.", None)],
)
def test_a_price_is_restated_per_million_tokens(text: str, scale: int | None) -> None:
    assert tokens_of_price(scene_of(text, "en", "$2")) == scale


def test_the_currency_named_last_holds_for_a_bare_number() -> None:
    text = "It paid 3 million euros. Then it paid 5 million pounds. Later it paid 9 million."
    assert currency_before(scene_of(text, "en", "9 million")) == "GBP"
    assert currency_before(scene_of("It paid 9 million.", "en", "9 million")) is None


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # (value_low, value_high, bound, unit, modality), the conversion last
        (
            "en",
            "DeepSeek-V3 cost $5.6 million (41 million yuan) to develop.",
            [(5.6e6, 5.6e6, "exact", "USD"), (4.1e7, 4.1e7, "exact", "CNY")],
        ),
        (
            "fr",
            "L'entraînement de DeepSeek-V3 a coûté moins de 6 millions de dollars (5,8 millions d'euros).",
            [(None, 6e6, "at_most", "USD"), (None, 5.8e6, "at_most", "EUR")],
        ),
        (
            "zh",
            "DeepSeek-V3的训练成本约为557.6万美元（约合4000万元人民币）。",
            [(5.576e6, 5.576e6, "approx", "USD"), (4e7, 4e7, "approx", "CNY")],
        ),
        (
            "zh",
            "DeepSeek-V3的训练成本为557.6万美元（逾4000萬港元）。",
            [(5.576e6, 5.576e6, "exact", "USD"), (4e7, None, "at_least", "HKD")],
        ),
        (
            "en",
            "Training GPT-4 cost more than $100 million (about 95 million euros).",
            [(1e8, None, "at_least", "USD"), (9.5e7, 9.5e7, "approx", "EUR")],
        ),
        (
            "en",
            "Training GPT-4 cost $80 to $100 million (75 to 95 million euros).",
            [(8e7, 1e8, "range", "USD"), (7.5e7, 9.5e7, "range", "EUR")],
        ),
    ],
)
def test_a_conversion_is_a_second_claim_with_the_bound_of_the_first(language, text, expected) -> None:
    found = claims_of(text, language, "training_cost")
    assert [(number(c.value_low), number(c.value_high), c.bound, c.unit) for c in found] == expected


def test_a_conversion_has_the_source_and_modality_of_the_first() -> None:
    first, second = claims_of("According to Reuters, DeepSeek-V3 cost $5.6 million (41 million yuan) to train.", "en")
    assert (first.attributed_to, first.modality, first.subject) == ("Reuters", "reported", "DeepSeek-V3")
    assert (second.attributed_to, second.modality, second.subject) == ("Reuters", "reported", "DeepSeek-V3")


def test_a_converted_loss_stays_a_loss() -> None:
    [first, second] = claims_of("Nvidia lost $589 billion (565 billion euros) in market value.", "en")
    assert (number(first.value_low), number(second.value_low)) == (-5.89e11, -5.65e11)
    assert second.claim_type == "market_value_change"
