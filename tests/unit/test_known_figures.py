"""Figures that have been printed so often that a reader knows whose they are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from claim_documents import claims_of

from newslens.claims.known_figures import known_types, told_of
from newslens.records import Quantity


def quantity(value: str, unit: str) -> Quantity:
    return Quantity(0, 1, Decimal(value), Decimal(value), "exact", unit)


@pytest.mark.parametrize("value", ["5576000", "5600000", "6000000", "5.58E+6"])
def test_a_figure_and_its_roundings_are_known(value: str) -> None:
    assert "DeepSeek-V3" in told_of(quantity(value, "USD"), "training_cost")


@pytest.mark.parametrize(
    ("value", "unit", "claim_type"),
    [("5576000", "EUR", "training_cost"), ("7000000", "USD", "training_cost"), ("5576000", "USD", "revenue")],
)
def test_others_are_not(value, unit, claim_type) -> None:
    assert not told_of(quantity(value, unit), claim_type)


def test_the_unit_of_a_price_is_its_currency() -> None:
    assert "DeepSeek-R1" in told_of(quantity("2.19", "USD/Mtok"), "token_price")
    assert known_types(quantity("2.19", "USD/Mtok")) == {"token_price"}


def test_what_the_sentence_says_comes_first() -> None:
    [claim] = claims_of("Training Kimi K2 cost Moonshot $5.6 million, far less than DeepSeek is said to have.", "en")
    assert claim.subject != "DeepSeek"
