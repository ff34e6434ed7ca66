"""Digit strings with any separators, read exactly."""

from __future__ import annotations

import re
from decimal import Decimal

# Groups of three behind a space or apostrophe, or digits with points and commas.
_GROUPED = r"[0-9]{1,3}(?:[ '][0-9]{3}(?![0-9]))+(?:[.,][0-9]+(?![.,]?[0-9]))?"
DIGITS = re.compile(rf"{_GROUPED}|[0-9]+(?:[.,][0-9]+)*|\.[0-9]+")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_BY_THREE = {",": re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+"), ".": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")}
_GAPS = re.compile(r"[ ']")
LONGEST = 28
"""A longer run of digits is a key or a checksum: no article states a quantity of more than 28 digits."""


def read_digits(written: str, *, comma_is_decimal: bool, whole: bool, scaled: bool) -> Decimal | None:
    """Return the value of `written` (ASCII digits with signs), or None where it is no number ("1.2.3").

    A lone sign before exactly three digits is read by the number's neighbours: a counted thing is a whole
    number (`whole`: "2,000 puces", "16.000 GPU"); before a magnitude word (`scaled`) or elsewhere a point is
    decimal, and a comma as the language has it. Two last zeros are thousands ("1,600 millions").
    Source: claims contract, "Values".
    """
    if len(written) > LONGEST:
        return None
    plain = _GAPS.sub("", written)
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        return _both_signs(plain)
    sign = "." if points else ","
    if points + commas > 1:
        grouped = _BY_THREE[sign].fullmatch(plain) or (sign == "," and _INDIAN.fullmatch(plain))
        return Decimal(plain.replace(sign, "")) if grouped else None
    head, _, tail = plain.partition(sign)
    spaced = len(plain) < len(written)
    if len(tail) != 3 or not head or len(head) > 3 or head.startswith("0") or spaced:
        return Decimal(f"{head or 0}.{tail or 0}") if tail else Decimal(head)
    if sign == ",":
        decimal_sign = comma_is_decimal and scaled and not tail.endswith("00")
    else:
        decimal_sign = not comma_is_decimal or (scaled and not tail.endswith("00"))
    return Decimal(f"{head}.{tail}") if decimal_sign and not whole else Decimal(head + tail)


def _both_signs(plain: str) -> Decimal | None:
    """Read a number with points and commas: the last one is decimal, the other parts thousands."""
    decimal = max(".,", key=plain.rfind)
    thousands = "," if decimal == "." else "."
    head, _, tail = plain.rpartition(decimal)
    if decimal in head or not (_BY_THREE[thousands].fullmatch(head) or _INDIAN.fullmatch(head)):
        return None
    return Decimal(head.replace(thousands, "") + "." + tail)
