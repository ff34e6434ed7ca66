"""Amounts in any currency, restated in US dollars at the rate of a day.

The rates are the European Central Bank's daily references since 1999, which ship inside the package
CurrencyConverter: no network, and the same answer on every machine that holds the same version of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from currency_converter import CurrencyConverter

_SIGNIFICANT_DIGITS = 6
"""Digits kept of a converted amount: the published rates have five, what follows the sixth is noise."""

_LONGEST_GAP_DAYS = 7
"""How far back the last business day may lie: Christmas and Easter close for four days. A longer gap means that the
rate was suspended (the Icelandic króna's was from 2008 to 2018), and the last known one would be wrong."""


def to_usd(value: Decimal, currency: str, on: date | None) -> Decimal | None:
    """Return `value` in US dollars at the rate of the day `on`, or of the last business day before it.

    Units:  `value` in `currency`, an ISO 4217 code; the result in USD, to six significant digits.
    None where no rate can be told: an undated article, a currency without rates (TWD), a day outside them.
    Dollars stay as they are, dated or not.
    Source: claims contract, columns value_low_usd and value_high_usd.
    """
    if currency == "USD":
        return value
    rate = None if on is None else _dollars_for_one(currency, on)
    return None if rate is None else _rounded(value * rate)


@cache
def _dollars_for_one(currency: str, on: date) -> Decimal | None:
    from currency_converter import RateNotFoundError

    rates = _rates()
    if currency not in rates.currencies or on < rates.bounds[currency].first_date:
        return None
    for days_back in range(_LONGEST_GAP_DAYS + 1):
        try:
            return Decimal(rates.convert(Decimal(1), currency, "USD", date=on - timedelta(days=days_back)))
        except RateNotFoundError:
            continue
    return None


@cache
def _rates() -> CurrencyConverter:
    from currency_converter import CurrencyConverter

    return CurrencyConverter(decimal=True)


def _rounded(value: Decimal) -> Decimal:
    if not value:
        return Decimal(0)
    return value.quantize(Decimal(1).scaleb(value.adjusted() - _SIGNIFICANT_DIGITS + 1))
