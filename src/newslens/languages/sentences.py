"""Sentences, clauses and lines of a text, by plain rules that never look further than a few characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from newslens.languages.view import TextView

Span = tuple[int, int]
_END = re.compile(r"[。！？](?:[\"'」』）)]*)|[.!?…]+[\"')\]]*(?=\s|$)|\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|inc|corp|co|ltd|vs|no|st|jr|sr|u\.s|u\.k|e\.g|i\.e|etc|fig|approx|env|cf|mm?e?|p|est|jan|feb|mar|apr|aug|sept?|oct|nov|dec|gov|sen|rep|gen|av|vol)|\b[a-z])\.$"
)
_LIST_MARK = re.compile(
    r"[ \t]*(?:[-*•·▌◦–—>#|]|\d{1,2}[.)、]|[（(]?[一二三四五六七八九十\d]{1,2}[)）、]"
    r"|\W?[\U0001F300-\U0001FAFF\u2600-\u27BF])"
)
_CLAUSE = re.compile(
    r"[，；：。、]|[,;:]\s|\s[-—–]\s|[()（）\[\]|]|——"
    r"|\s(?:while|whereas|but|alors qu[e']|tandis qu[e']|mais|although|though|quand)\s"
)
WRAP_WIDTH = 60
LONGEST = 2000  # characters of a sentence: what is longer is a list, a table or no text at all


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
    for match in _END.finditer(low):
        end = match.end()
        if match.group() == "\n":
            if _is_wrap(view, match.start(), start):
                continue
            end = match.start()
        elif match.group().startswith(".") and _ABBREVIATION.search(
            low, max(start, match.start() - 7), match.start() + 1
        ):
            continue
        spans.append((start, end))
        start = match.end()
    spans.append((start, len(low)))
    stripped = (_strip(low, *piece) for span in spans for piece in _pieces(low, *span))
    return [Sentence(s, e, _clauses(low, s, e)) for s, e in stripped if s < e]


def _pieces(low: str, start: int, end: int) -> Iterator[Span]:
    """Yield a span in pieces that no later step finds too long, cut behind a space or sign where there is one."""
    while end - start > LONGEST:
        cut = max(low.rfind(sign, start + LONGEST // 2, start + LONGEST) for sign in " ，；|")
        cut = cut + 1 if cut > 0 else start + LONGEST
        yield start, cut
        start = cut
    yield start, end


def _is_wrap(view: TextView, at: int, start: int) -> bool:
    low = view.low
    line_start = max(low.rfind("\n", 0, at) + 1, start)
    if at - line_start < WRAP_WIDTH or low[at - 1] in ".!?:;|。！？：；":
        return False
    following = low[at + 1 : at + 40]
    if not following.strip() or following.lstrip(" ").startswith("\n") or _LIST_MARK.match(following):
        return False
    head = view.norm[at + 1 : at + 40].lstrip()[:1]
    return (
        head.islower()
        or head.isdigit()
        or head in "(\"'"
        or (head.isupper() and low[at - 1].isalpha() and at - line_start < 100)
    )


def _strip(low: str, start: int, end: int) -> Span:
    while start < end and low[start].isspace():
        start += 1
    while end > start and low[end - 1].isspace():
        end -= 1
    return start, end


def _clauses(low: str, start: int, end: int) -> tuple[int, ...]:
    return tuple(match.end() for match in _CLAUSE.finditer(low, start, end) if match.end() < end)
