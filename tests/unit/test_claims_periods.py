"""The period of a business result."""

from __future__ import annotations

import pytest
from claim_documents import known_gap, scene_of

from newslens.claims.periods import unit_with_period
from newslens.claims.ranker import LearnedJudge


@pytest.mark.parametrize(
    ("language", "text", "quote", "unit"),
    [
        ("en", "Annual revenue came to $9 billion.", "$9", "USD/year"),
        ("en", "Revenue came to $9 billion in 2024.", "$9", "USD/year"),
        ("en", "Revenue came to $9 billion in the third quarter.", "$9", "USD"),
        ("en", "Monthly revenue came to $9 million.", "$9", "USD/month"),
        ("en", "Losses per day came to $9 million.", "$9", "USD/day"),
        ("en", "Revenue came to $9 billion.", "$9", "USD"),
        ("en", "These are the annual results.\nProfit came to $9 billion.", "$9", "USD/year"),
        ("fr", "Le chiffre d'affaires annuel atteint 9 milliards d'euros.", "9", "EUR/year"),
        ("fr", "Le chiffre d'affaires atteint 9 milliards d'euros en 2024.", "9", "EUR/year"),
        ("fr", "Le chiffre d'affaires trimestriel atteint 9 milliards d'euros.", "9", "EUR"),
        ("fr", "Le chiffre d'affaires mensuel atteint 9 millions d'euros.", "9", "EUR/month"),
        known_gap(
            "a month's name is no month's figure in French",
            "fr",
            "Le chiffre d'affaires atteint 9 millions d'euros en août.",
            "9",
            "EUR/month",
        ),
        ("zh", "公司2024年营收90亿元。", "90亿", "CNY/year"),
        ("zh", "公司第三季度营收90亿元。", "90亿", "CNY"),
        ("zh", "公司8月营收90万元。", "90万", "CNY/month"),
        pytest.param("zh", "公司去年亏损90亿元。", "90亿", "CNY/year"),
    ],
)
def test_the_nearest_word_for_a_period_decides(language, text, quote, unit) -> None:
    currency = unit[:3]
    assert unit_with_period(scene_of(text, language, quote), currency, LearnedJudge())[0] == unit


@pytest.mark.parametrize("unit", ["USD/month", "USD/day", "percent"])
def test_a_unit_that_has_its_period_keeps_it(unit: str) -> None:
    assert unit_with_period(scene_of("Annual revenue came to $9 billion.", "en", "$9"), unit, LearnedJudge())[0] == unit


def test_the_nearer_of_two_periods_wins() -> None:
    text = "Quarterly revenue came to $9 billion, annual revenue came to $30 billion."
    units = [unit_with_period(scene_of(text, "en", quote), "USD", LearnedJudge())[0] for quote in ("$9", "$30")]
    assert units == ["USD", "USD/year"]
