"""Sentences, clauses and lines of a text, by plain rules that never look further than a few characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from newslens.languages.pack import alternatives, load_pack
from newslens.languages.view import TextView
from newslens.records import LANGUAGES

Span = tuple[int, int]
_HAN_END = r"[。！？][\"'」』）)]*"
_LATIN_END = r"(?<![.!?…])[.!?…]+[\"')\]]*(?=\s|$)"
_END = re.compile(rf"{_HAN_END}|{_LATIN_END}|\n")
_BULLET = r"[-*•·▌◦–—>#|]"
_NUMBERED = r"\d{1,2}[.)、]|[（(]?[一二三四五六七八九十\d]{1,2}[)）、]"
_PICTURE = r"\W?[\U0001F300-\U0001FAFF\u2600-\u27BF]"
_LIST_MARK = re.compile(rf"[ \t]*(?:{_BULLET}|{_NUMBERED}|{_PICTURE})")
_CLAUSE_SIGN = r"[，；：。、]|[,;:]\s|\s[-—–]\s|[()（）\[\]|]|——"
_ABBREVIATION_REACH = 8
_DIVISIONS = 2
WRAP_WIDTH = 60
"""A line at least this long may be one of prose wrapped by hand."""
_UNFINISHED_WIDTH = 100
"""A line shorter than this may go on with a capital: a heading would be alone."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its span without surrounding space, and where its clauses begin."""

    start: int
    end: int
    clauses: tuple[int, ...] = field(default=())

    def clause_of(self, at: int) -> int:
        """Return the index of the clause that holds offset `at`."""
        return bisect_right(self.clauses, at)


def split_sentences(view: TextView) -> list[Sentence]:
    """Return the sentences of the text in order; a line of a list or table is a sentence of its own.

    A single line break inside hard-wrapped prose does not end a sentence: the line before it is long, ends
    without a sign, and the next begins in lower case, with a digit or indented under it.
    """
    low, spans, start = view.low, [], 0
    rows = _rows(low)
    for match in _END.finditer(low):
        end = match.end()
        if match.group() == "\n":
            if is_wrap(view, match.start()):
                continue
            end = match.start()
        elif _is_within(rows, match.start()) or (
            match.group().startswith(".") and _is_abbreviation(low, start, match.start())
        ):
            continue
        spans.append((start, end))
        start = match.end()
    spans.append((start, len(low)))
    return [Sentence(s, e, _clauses(low, s, e)) for s, e in (_strip(low, *span) for span in spans) if s < e]


def is_row(line: str) -> bool:
    """Tell whether a line is a row of a table: its cells are divided by bars (a folded text has them for tabs)."""
    return line.count("|") >= _DIVISIONS


def _rows(low: str) -> list[Span]:
    """Return the spans of the lines that are rows of tables."""
    if "|" not in low:
        return []
    found, at = [], 0
    for line in low.split("\n"):
        if is_row(line):
            found.append((at, at + len(line)))
        at += len(line) + 1
    return found


def _is_within(rows: Sequence[Span], at: int) -> bool:
    place = bisect_right(rows, at, key=lambda row: row[0]) - 1
    return place >= 0 and at < rows[place][1]


def _is_abbreviation(low: str, start: int, at: int) -> bool:
    """Tell whether the full stop at `at` ends an abbreviation or an initial."""
    return _abbreviation().search(low, max(start, at - _ABBREVIATION_REACH), at + 1) is not None


@cache
def _abbreviation() -> re.Pattern[str]:
    """Return the pattern of an abbreviation of any language: an English name stands in a French sentence too."""
    words = [word for code in LANGUAGES for word in load_pack(code).abbreviations]
    return re.compile(rf"(?:{alternatives(words)}|\b[a-z])\.$")


@cache
def _clause_start() -> re.Pattern[str]:
    words = [word for code in LANGUAGES for word in load_pack(code).clause_words]
    return re.compile(rf"{_CLAUSE_SIGN}|\s{alternatives(words)}")


def is_wrap(view: TextView, at: int) -> bool:
    """Tell whether the line break at `at` wraps hard-wrapped prose: the sentence goes on behind it."""
    low = view.low
    line_start = low.rfind("\n", 0, at) + 1
    if at - line_start < WRAP_WIDTH or low[at - 1] in ".!?:;|。！？：；":
        return False
    following = low[at + 1 : at + 40]
    if not following.strip() or following.lstrip(" ").startswith("\n") or _LIST_MARK.match(following):
        return False
    head = view.norm[at + 1 : at + 40].lstrip()[:1]
    if head.isupper():
        return low[at - 1].isalpha() and at - line_start < _UNFINISHED_WIDTH
    return head.islower() or head.isdigit() or head in "(\"'"


def _strip(low: str, start: int, end: int) -> Span:
    while start < end and low[start].isspace():
        start += 1
    while end > start and low[end - 1].isspace():
        end -= 1
    return start, end


def _clauses(low: str, start: int, end: int) -> tuple[int, ...]:
    return tuple(match.end() for match in _clause_start().finditer(low, start, end) if match.end() < end)
