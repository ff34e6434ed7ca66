"""A claim as grouping sees it: one stored row, with its amount on a scale that claims of other units share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median_low
from typing import Any

from newslens.conversion import to_usd
from newslens.groups.amounts import Amount, amount_of
from newslens.records import CLAIM_COLUMNS
from newslens.rows import Row

_AT = {name: place for place, name in enumerate(CLAIM_COLUMNS)}


@dataclass(frozen=True, slots=True)
class Statement:
    """What one claim states, of whom, and from which text it comes.

    `family` tells copies of one text: statements of one family are one source, however many outlets print it.
    """

    claim_id: str
    article_id: str
    family: str
    claim_type: str
    subject: str | None
    object: str | None
    facet: str | None
    unit_family: str
    amount: Amount
    published_at: date | None
    language: str
    modality: str


def statements_of(rows: Iterable[Row], families: Mapping[str, str]) -> list[Statement]:
    """Return the rows of the claims table as statements; `families` maps articles to their text's family.

    A currency is compared in US dollars. An undated amount has no rate: the middle date of all dated articles lends
    its rate, since the comparison needs no more than the order of size.
    """
    kept = list(rows)
    dates = [row[_AT["published_at"]] for row in kept if row[_AT["published_at"]] is not None]
    middle: Any = median_low(dates) if dates else None  # type: ignore[type-var]
    return [_statement(row, families, middle) for row in kept]


def _statement(row: Row, families: Mapping[str, str], middle: date | None) -> Statement:
    cells: Any = row
    unit: str = cells[_AT["unit"]]
    low, high = cells[_AT["value_low"]], cells[_AT["value_high"]]
    currency, slash, per = unit.partition("/")
    is_money = len(currency) == 3 and currency.isupper()
    rate = None
    if is_money and currency != "USD":
        rate = _rate(cells, currency, middle)
        currency = currency if rate is None else "USD"
    return Statement(
        claim_id=cells[_AT["claim_id"]],
        article_id=cells[_AT["article_id"]],
        family=families.get(cells[_AT["article_id"]], cells[_AT["article_id"]]),
        claim_type=cells[_AT["claim_type"]],
        subject=cells[_AT["subject"]],
        object=cells[_AT["object"]],
        facet=cells[_AT["facet"]],
        unit_family=f"{currency}{slash}{per}",
        amount=amount_of(low, high, cells[_AT["bound"]], unit=unit, scale=rate or 1.0, is_converted=rate is not None),
        published_at=cells[_AT["published_at"]],
        language=cells[_AT["language"]],
        modality=cells[_AT["modality"]],
    )


def _rate(cells: Sequence[Any], currency: str, day: date | None) -> float | None:
    """Return the dollars of one unit of the currency: at the claim's own rate, else at that of `day`."""
    for name in ("value_low", "value_high"):
        value, converted = cells[_AT[name]], cells[_AT[f"{name}_usd"]]
        if value and converted is not None:
            return float(converted / value)
    rate = to_usd(Decimal(1), currency, day)
    return None if rate is None else float(rate)


def by_article(statements: Sequence[Statement]) -> dict[str, list[Statement]]:
    """Return the statements of each article."""
    found = dict[str, list[Statement]]()
    for statement in statements:
        found.setdefault(statement.article_id, []).append(statement)
    return found
