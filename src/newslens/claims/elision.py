"""Numbers that leave out what a figure beside them has just said: "12.7 billion dollars, against 3.7 a year before"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from newslens.claims.scene import Features, Scene
from newslens.claims.spans import mentions_starting, quantities_starting
from newslens.quantities.digits import DIGITS, read_digits
from newslens.records import ClaimType, Quantity

_PLAIN_BELOW = 10_000  # a longer number is written with its own magnitude
_COUNTED_FROM = 1000  # from here on a bare number may count things by itself
_SHORT_GAP = 6  # characters between a number and the figure after it that lends its unit: "from 43 to 40%"
_NAME_REACH = 60
_MAGNITUDES = {Decimal(10) ** n for n in (3, 4, 6, 7, 8, 9, 11, 12)}
_CLOSED = re.compile(r"\s?(?:[)）\]」》”»\"|/]|[,.;:!?，。；：！？、](?!\d)|[–—]|$|\n)")
_WORD = re.compile(r"\s?([a-zß-ɏ]+|[\u3400-\u9fff])")
_OPENED = re.compile(r"[(（\[]\s?$")


@dataclass(frozen=True, slots=True)
class Lender:
    """The figure whose unit and magnitude a number may share, and what it was read as."""

    quantity: Quantity
    claim_type: ClaimType | None
    same_line: bool
    ahead: bool = False


def lender_of(scene: Scene, before: Lender | None) -> Lender | None:
    """Return the figure that a bare number may lean on: the claim before it, or one right behind; None for no such.

    `before` is the last figure read as a claim, in this line or the one before.
    """
    quantity = scene.quantity
    if quantity.unit is not None or not 0 < abs(quantity.stated) < _PLAIN_BELOW or scene.cell:
        return None
    if scene.line.pack.numerals == "han":  # Chinese says its units again
        return None
    low = scene.document.view.low
    if not any(c.isdigit() for c in low[quantity.start : quantity.end]):
        return None
    if abs(quantity.stated) >= _COUNTED_FROM and not _CLOSED.match(low, quantity.end):
        return None
    for following in quantities_starting(scene.line.quantities, quantity.end, quantity.end + _SHORT_GAP + 1)[:1]:
        gap = low[quantity.end : following.start]
        if following.unit and gap.strip() and not _CLOSED.match(gap):
            return Lender(following, None, same_line=True, ahead=True)
    if before is None or before.quantity.unit in (None, "ratio"):
        return None
    return before


def with_lent_unit(scene: Scene, lender: Lender) -> Quantity:
    """Return the scene's number with the unit and the magnitude of its lender."""
    quantity = scene.quantity
    scale = _magnitude(scene, lender.quantity)
    low, high = (None if v is None else v * scale for v in (quantity.value_low, quantity.value_high))
    return replace(quantity, unit=lender.quantity.unit, value_low=low, value_high=high)


def _magnitude(scene: Scene, lender: Quantity) -> Decimal:
    """Return the power of ten that a figure is written with: a thousand million in "12.7 billion dollars"."""
    pack = scene.line.pack
    digits = DIGITS.search(scene.document.view.low, lender.start, lender.end)
    if digits is None:
        return Decimal(1)
    number = read_digits(digits.group(), comma_is_decimal=pack.comma_is_decimal, whole=False, scaled=True)
    scale = abs(lender.stated) / number if number else Decimal(0)
    return scale if scale in _MAGNITUDES else Decimal(1)


def elision_features(scene: Scene, lender: Lender) -> Features:
    """Return what speaks for and against a number sharing its lender's unit."""
    low, quantity = scene.document.view.low, scene.quantity
    written = low[quantity.start : quantity.end]
    a, b = sorted((lender.quantity, quantity), key=lambda q: q.start)
    between = quantities_starting(scene.line.quantities, a.end, b.start)
    found: Features = {
        "lent ahead" if lender.ahead else "lent in line" if lender.same_line else "lent by the line before": 1.0,
        f"lent by {lender.claim_type or 'no claim'}": 1.0,
        "away": math.log1p(scene.document.words_between(a.end, b.start)),
        "figures between": math.log1p(len(between)),
    }
    if re.search(r"\d[.,]\d", written):
        found["decimal"] = 1.0
    if _OPENED.search(low[max(0, quantity.start - 3) : quantity.start]):
        found["in brackets"] = 1.0
    if any(
        quantity.start - 1 <= m.end <= quantity.start
        for m in mentions_starting(scene.line.mentions, quantity.start - _NAME_REACH, quantity.start)
    ):
        found["behind a name"] = 1.0
    if _CLOSED.match(low, quantity.end):
        found["closed"] = 1.0
    elif word := _WORD.match(low, quantity.end):
        size = len(word.group(1))
        found["before a short word" if size <= 3 else "before a long word"] = 1.0
    return found
