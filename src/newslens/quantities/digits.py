"""Digit strings with any separators, read exactly."""

from __future__ import annotations

import re
from decimal import Decimal

# Groups of three behind a space or apostrophe (also across one line break), or digits with points and commas.
_GROUP = r"(?:[ ']|[ ]?\n[ ]{0,8})"
DIGITS = re.compile(
    rf"\d{{1,3}}(?:{_GROUP}\d{{3}}(?!\d))+(?:[.,]\d+(?![.,]?\d))?|\d+(?:[.,]\d+)*|\.\d+",
)
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_GROUPS = {",": re.compile(r"\d{1,3}(?:,\d{3})+"), ".": re.compile(r"\d{1,3}(?:\.\d{3})+")}


def read_digits(written: str, *, comma_is_decimal: bool, whole: bool, scaled: bool) -> Decimal | None:
    """Return the value of `written` (ASCII digits with signs), or None where it is no number ("1.2.3").

    A lone sign before exactly three digits is read by the number's neighbours: a counted thing is a whole
    number (`whole`: "2,000 puces", "16.000 GPU"); before a magnitude word (`scaled`) or elsewhere a point is
    decimal, and a comma as the language has it.
    Source: claims contract, "Values".
    """
    plain = re.sub(r"[ '\n]", "", written)
    points, commas = plain.count("."), plain.count(",")
    if not points and not commas:
        return Decimal(plain)
    if points and commas:
        decimal = max(".,", key=plain.rfind)
        thousands = "," if decimal == "." else "."
        head, _, tail = plain.rpartition(decimal)
        if decimal in head or not (_GROUPS[thousands].fullmatch(head) or _INDIAN.fullmatch(head)):
            return None
        return Decimal(head.replace(thousands, "") + "." + tail)
    sign = "." if points else ","
    if points + commas > 1:
        grouped = _GROUPS[sign].fullmatch(plain) or (sign == "," and _INDIAN.fullmatch(plain))
        return Decimal(plain.replace(sign, "")) if grouped else None
    head, _, tail = plain.partition(sign)
    if not head:
        return Decimal("0." + tail)
    spaced = len(plain) < len(written)
    if len(tail) != 3 or len(head) > 3 or head.startswith("0") or spaced:
        return Decimal(f"{head}.{tail}")
    if sign == ",":
        decimal_sign = comma_is_decimal and not whole and scaled
    else:
        decimal_sign = not whole and (scaled or not comma_is_decimal)
    return Decimal(f"{head}.{tail}") if decimal_sign else Decimal(head + tail)
