from datetime import date
from decimal import Decimal

import pytest

from newslens.conversion import to_usd

MONDAY = date(2025, 1, 27)


def test_dollars_stay_as_they_are_dated_or_not() -> None:
    assert to_usd(Decimal("5.6e6"), "USD", None) == Decimal(5_600_000)
    assert to_usd(Decimal("0.123456789"), "USD", MONDAY) == Decimal("0.123456789")


def test_euros_at_the_reference_rate_of_the_day() -> None:
    assert to_usd(Decimal(100), "EUR", MONDAY) == Decimal("105.3")  # published: 1.0530 dollars for a euro


def test_yuan_cross_the_euro() -> None:
    converted = to_usd(Decimal(16), "CNY", MONDAY)
    assert converted is not None
    assert Decimal("2.1") < converted < Decimal("2.3")
    assert len(converted.as_tuple().digits) == 6


def test_a_weekend_takes_the_friday_before() -> None:
    friday, sunday = date(2025, 1, 24), date(2025, 1, 26)
    assert to_usd(Decimal(1), "EUR", sunday) == to_usd(Decimal(1), "EUR", friday) != to_usd(Decimal(1), "EUR", MONDAY)


@pytest.mark.parametrize(
    ("currency", "on"),
    [
        ("EUR", None),
        ("TWD", MONDAY),
        ("XXX", MONDAY),
        ("EUR", date(1998, 12, 1)),
        ("EUR", date(2999, 1, 1)),
        ("ISK", date(2012, 6, 1)),  # suspended for ten years: no rate, rather than the one of 2008
        ("RUB", date(2025, 1, 27)),
        ("EUR", date(1, 1, 1)),
    ],
)
def test_no_rate_is_none(currency: str, on: date | None) -> None:
    assert to_usd(Decimal(1), currency, on) is None


def test_a_loss_stays_negative_and_nothing_stays_nothing() -> None:
    assert to_usd(Decimal(-100), "EUR", MONDAY) == Decimal("-105.3")
    assert to_usd(Decimal(0), "EUR", MONDAY) == 0
