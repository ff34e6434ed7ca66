"""Numbers that are no quantities of ours: dates, times, ordinals, addresses, footnotes, list numbers."""

from __future__ import annotations

import re
from functools import cache

from newslens.languages.pack import alternatives, load_pack
from newslens.quantities.numerals import Numeral

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@[a-z0-9-]+\.\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|org|net|io|ai|fr)(?:/\S*)?|arxiv:\S+", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")
_CODE = re.compile(r"0\d+")  # stock codes, telephone prefixes
_CLOCK = re.compile(r"\s?(?:h|:|点|时)\s?\d\d")
_LINE_START = re.compile(r"(?:^|\n)[ \t>*#(\[-]*$")
_DATE = re.compile(r"(?<![\d.,$])(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d)(?![\d%])")


def find_closed(text: str) -> list[tuple[int, int]]:
    """Return the spans of URLs, e-mail addresses, domain names and dates in digits, in which no number counts."""
    return [match.span() for pattern in (_ADDRESS, _DATE) for match in pattern.finditer(text)]


@cache
def _patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    pack = load_pack(code)
    gap = "" if pack.numerals == "han" else " ?"
    return (
        re.compile(rf"{alternatives(pack.dates_before)}{gap}$"),
        re.compile(rf"[ -]?{alternatives(pack.dates_after)}"),
        re.compile(rf"{alternatives(pack.names_before)}[ -]?$"),
        re.compile(rf"{alternatives(pack.ordinals)}" if pack.ordinals else "(?!)"),
    )


def is_lookalike(low: str, numeral: Numeral, code: str) -> bool:
    """Tell whether a number without unit is a date, year, time, ordinal, version, footnote or list number."""
    start, end = numeral.start, numeral.end
    before, after, named, ordinal = _patterns(code)
    if numeral.exponent:
        return False
    head, written = low[max(0, start - 14) : start], low[start:end]
    if numeral.written == "article" or _YEAR.fullmatch(written) or _CODE.fullmatch(written):
        return True
    if before.search(head) or after.match(low, end) or named.search(head) or ordinal.match(low, end):
        return True
    if _CLOCK.match(low, end):
        return True
    if head.endswith("[") and low[end : end + 1] == "]":
        return True
    return bool(_LINE_START.search(low, max(0, start - 12), start)) and low[end : end + 1] in ".)、]" and len(written) <= 3
