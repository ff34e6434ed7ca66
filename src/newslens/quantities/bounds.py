"""Bound words and signs around a number: "about", "plus de", 不到, "+", "or more"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Literal

from newslens.languages.pack import alternatives, load_pack
from newslens.records import Bound

OneSided = Literal["exact", "approx", "at_least", "at_most"]
_SIGNS: dict[str, OneSided] = {"~": "approx", "≈": "approx", "<": "at_most", "≤": "at_most", ">": "at_least", "≥": "at_least", "sub-": "at_most"}
_SIGN = re.compile(r"(~|≈|<=?|≤|>=?|≥|sub-)\s?$")
_PLUS = re.compile(r" ?\+(?![\d$€£])")
_LOOK_BACK = 48


@cache
def _patterns(code: str) -> tuple[dict[OneSided, re.Pattern[str]], dict[OneSided, re.Pattern[str]]]:
    pack = load_pack(code)
    fillers = alternatives(pack.bounds.fillers)
    gap = r"\s{0,2}" if pack.numerals == "han" else r"[\s*_(\"']{0,3}"
    before = {
        kind: re.compile(rf"({alternatives(words)})(?:{gap}{fillers}){{0,2}}{gap}$") for kind, words in pack.bounds.before.items()
    }
    after = {kind: re.compile(rf"[ -]?({alternatives(words)})") for kind, words in pack.bounds.after.items()}
    return before, after  # type: ignore[return-value]


def read_bound(low: str, start: int, end: int, code: str) -> tuple[OneSided, int, int]:
    """Return the bound of the number at [start, end) and its span widened by signs written on it ("~", "+", "sub-").

    The longest word wins where several end at the number ("no less than" over "less than").
    Source: claims contract, "Values" and hard reading 14.
    """
    sign = _SIGN.search(low, max(0, start - 6), start)
    if sign:
        return _SIGNS[sign.group(1).rstrip("=")], sign.start(), end
    before, after = _patterns(code)
    if plus := _PLUS.match(low, end):
        return "at_least", start, plus.end()
    best: tuple[int, OneSided] | None = None
    head = low[max(0, start - _LOOK_BACK) : start]
    for kind, pattern in before.items():
        match = pattern.search(head)
        if match and (best is None or match.end(1) - match.start(1) > best[0]):
            best = (match.end(1) - match.start(1), kind)
    if best:
        return best[1], start, end
    for kind, pattern in after.items():
        if pattern.match(low, end):
            return kind, start, end
    return "exact", start, end


def bounded(value: Decimal, bound: Bound) -> tuple[Decimal | None, Decimal | None]:
    """Return (value_low, value_high) of one stated figure; bounds of a negative value are bounds of its size."""
    if bound == "at_least" or bound == "vague":
        return value, None
    if bound == "at_most":
        return None, value
    return value, value
