"""Numbers that are no quantities of ours: dates, times, ordinals, addresses, footnotes, list numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newslens.languages.pack import alternatives, load_pack
from newslens.quantities.numerals import Numeral

Span = tuple[int, int]
# What gives an address away; the address is all that is written together with it.
_ADDRESS_MARK = re.compile(
    r"://|www\.|@|arxiv:|\.(?:com|cn|org|net|io|ai|fr|co|uk|eu|hk|tw|gov|edu|html?|pdf)(?![a-z])"
)
_ADDRESS_BEFORE = re.compile(r"[^\s\u3000-\u9fff\uff00-\uffef<>\"()|]*$")
_ADDRESS_AFTER = re.compile(r"[^\s\u3000-\u9fff\uff00-\uffef<>\"()|]*")
_LONGEST_ADDRESS = 2000
_YEAR = re.compile(r"(?:19|20)\d\d")
_CODE = re.compile(r"0\d+")  # stock codes, telephone prefixes
_CLOCK = re.compile(r"\s?(?:h|:|点|时)\s?\d\d")
_LINE_START = re.compile(r"(?:^|\n)[ \t>*#(\[-]*$")
_DATE_BY_YEAR = r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])(?:[-/.]\d{1,2})?"
_DATE_BY_DAY = r"\d{1,2}(?P<sign>[-/.])\d{1,2}(?P=sign)(?:19|20)?\d\d"
_TELEPHONE_ABROAD = r"\+\d{1,3}(?:[ .-]\(?\d{1,4}\)?){3,5}"
_TELEPHONE_AT_HOME = r"\(\d{2,4}\) ?\d{3,4}[- ]\d{4}|0\d(?:[ .]\d\d){4}|\d{3}-\d{3,4}-\d{4}"
_TELEPHONE = rf"{_TELEPHONE_ABROAD}|{_TELEPHONE_AT_HOME}"
_CLOCK_TIME = r"\d{1,2}:\d\d(?::\d\d)?|\d{1,2} ?h ?[0-5]\d(?!\d)"
_DATE = re.compile(rf"(?=[\d+(])(?<![\d.,$€£¥])(?:{_TELEPHONE}|{_DATE_BY_YEAR}|{_DATE_BY_DAY}|{_CLOCK_TIME})(?![\d%])")
_SMALL = 3
"""Digits of a list number: "12." at a line's start; "2025." may end a sentence."""


def find_closed(low: str, code: str) -> list[Span]:
    """Return the spans in which no number counts: addresses, dates, times, telephone numbers, phrases (冰山一角)."""
    patterns = (_DATE, _phrases(code))
    return [*_addresses(low), *(match.span() for pattern in patterns for match in pattern.finditer(low))]


@cache
def _phrases(code: str) -> re.Pattern[str]:
    return re.compile(alternatives(load_pack(code).numbers.not_numbers))


def _addresses(text: str) -> Iterator[Span]:
    done = 0
    for mark in _ADDRESS_MARK.finditer(text):
        if mark.start() < done:
            continue
        before = _ADDRESS_BEFORE.search(text[max(done, mark.start() - 100) : mark.start()])
        start = mark.start() - (len(before.group()) if before else 0)
        after = _ADDRESS_AFTER.match(text, mark.end(), mark.end() + _LONGEST_ADDRESS)
        done = after.end() if after else mark.end()
        yield start, done


@cache
def _patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    pack = load_pack(code)
    gap = "" if pack.numerals == "han" else " ?"
    return (
        re.compile(rf"{alternatives(pack.dates_before)}{gap}$"),
        re.compile(rf"[ -]?{alternatives(pack.dates_after)}"),
        re.compile(rf"{alternatives(pack.names_before)}[ -]?$"),
        re.compile(alternatives(pack.ordinals)),
    )


def is_idle(low: str, numeral: Numeral, code: str) -> bool:
    """Tell whether a number without unit says nothing by itself: an article, "one", 一, 三四."""
    if numeral.exponent:
        return False
    if numeral.written == "article" or (numeral.high is not None and numeral.value < 10):
        return True
    return low[numeral.start : numeral.end] in load_pack(code).numbers.pronouns


def is_lookalike(low: str, numeral: Numeral, code: str) -> bool:
    """Tell whether a number without unit is a date, year, time, ordinal, version, footnote or list number."""
    if numeral.exponent:
        return False
    start, end = numeral.start, numeral.end
    written = low[start:end]
    if _YEAR.fullmatch(written) or _CODE.fullmatch(written):
        return True
    before, after, named, ordinal = _patterns(code)
    head = low[max(0, start - 14) : start]
    if before.search(head) or named.search(head):
        return True
    if any(pattern.match(low, end) for pattern in (after, ordinal, _CLOCK)):
        return True
    if head.endswith("[") and low[end : end + 1] == "]":
        return True
    opens_line = _LINE_START.search(low, max(0, start - 12), start)
    return bool(opens_line) and low[end : end + 1] in (".", ")", "、", "]") and len(written) <= _SMALL
