"""Numbers that leave out the unit and magnitude of the figure beside them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from claim_documents import claims_of, number, scene_of, scenes_of

from newslens.claims.elision import Lender, elision_features, lender_of, with_lent_unit


def lent(text: str, language: str, lender: str, quote: str) -> tuple[Decimal | None, str | None] | None:
    """Return value and unit of `quote` where `lender` was read as a claim before it; None where nothing is lent."""
    before = Lender(scene_of(text, language, lender).quantity, "revenue", same_line=True)
    scene = next(s for s in scenes_of(text, language) if text[s.quantity.start :].startswith(quote))
    found = lender_of(scene, before)
    if found is None:
        return None
    quantity = with_lent_unit(scene, found)
    return quantity.value_low, quantity.unit


@pytest.mark.parametrize(
    ("language", "text", "lender", "quote", "low", "unit"),
    [
        ("en", "Omega took in $12.7 billion, against 3.7 a year earlier.", "$12.7", "3.7", 3_700_000_000, "USD"),
        ("en", "Its model has 355 billion parameters, of which 32 active.", "355", "32", 32_000_000_000, "parameter"),
        ("en", "Zeta lost 19.7%, Omega 13.", "19.7%", "13.", 13, "percent"),
        ("en", "A plan costs $79 a month, down from 99.", "$79", "99", 99, "USD/month"),
        ("fr", "Elle vise 12,7 milliards de dollars, contre 3,7 l'an passé.", "12,7", "3,7", 3_700_000_000, "USD"),
        (
            "fr",
            "Apple pèse 3 460 milliards de dollars, devant Microsoft (3 230).",
            "3 460",
            "3 230",
            3_230_000_000_000,
            "USD",
        ),
        ("fr", "L'entrée est à 0,03 dollar les mille jetons, la sortie à 0,06.", "0,03", "0,06", 60, "USD/Mtok"),
    ],
)
def test_a_number_takes_unit_and_magnitude_of_the_claim_before(language, text, lender, quote, low, unit) -> None:
    assert lent(text, language, lender, quote) == (Decimal(low), unit)


@pytest.mark.parametrize(
    ("language", "text", "lender", "quote"),
    [
        ("en", "Omega took in $12.7 billion and owes $3 billion.", "$12.7", "$3"),  # has a unit of its own
        ("en", "Omega took in $12.7 billion and counts 4,300 people.", "$12.7", "4,300"),  # counts what follows
        ("en", "It is a third of what Omega took in, 40 of them.", "a third", "40"),  # a ratio lends nothing
        ("zh", "营收12.7亿元，去年3.7。", "12.7亿元", "3.7"),  # Chinese says its units again
        ("en", "| Omega | $12.7 billion | 3.7 |", "$12.7", "3.7"),  # a table's units stand in its header
    ],
)
def test_nothing_is_lent_where_the_number_stands_by_itself(language, text, lender, quote) -> None:
    assert lent(text, language, lender, quote) is None


def test_the_figure_right_behind_lends_its_unit_too() -> None:
    scene = scene_of("La marge recule de 43 à 40,5 %.", "fr", "43")
    lender = lender_of(scene, None)
    assert lender is not None
    assert lender.ahead
    assert with_lent_unit(scene, lender).unit == "percent"


def test_what_stands_around_the_number_is_told() -> None:
    text = "Omega took in $12.7 billion (3.7 before)."
    before = Lender(scene_of(text, "en", "$12.7").quantity, "revenue", same_line=True)
    features = elision_features(scene_of(text, "en", "3.7"), before)
    assert {"lent in line", "decimal", "in brackets", "before a long word"} <= set(features)


def test_an_elided_figure_is_a_claim_of_its_own() -> None:
    found = claims_of("La société espère 12,7 milliards de dollars de chiffre d'affaires, contre 3,7 l'an passé.", "fr")
    assert [(c.claim_type, number(c.value_low), c.quote) for c in found] == [
        ("revenue", 12.7e9, "12,7 milliards de dollars"),
        ("revenue", 3.7e9, "3,7"),
    ]


def test_a_number_that_counts_something_else_is_none() -> None:
    found = claims_of("Omega made $12.7 billion in revenue last year with 45 offices and 12 plants.", "en")
    assert [c.quote for c in found] == ["$12.7 billion"]
