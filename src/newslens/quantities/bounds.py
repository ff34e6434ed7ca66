"""Bound words and signs around a number: "about", "plus de", 不到, "+", "or more"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.records import Bound

OneSided = Literal["exact", "approx", "at_least", "at_most"]
_SIGNS: dict[str, OneSided] = {
    "~": "approx",
    "≈": "approx",
    "<": "at_most",
    "≤": "at_most",
    ">": "at_least",
    "≥": "at_least",
    "sub-": "at_most",
}
_SIGN = re.compile(r"(~|≈|<=?|≤|>=?|≥|sub-)\s?$")
_PLUS = re.compile(r" ?\+(?![\d$€£])")
_LOOK_BACK = 48


@dataclass(frozen=True, slots=True)
class BoundGrammar:
    """The compiled bound words of one language; `compared` ends what a comparison's number is ("20% " less than)."""

    before: tuple[tuple[OneSided, re.Pattern[str]], ...]
    after: tuple[tuple[OneSided, re.Pattern[str]], ...]
    not_after: re.Pattern[str]
    comparing: frozenset[str]
    compared: re.Pattern[str]


@cache
def bound_grammar(code: str) -> BoundGrammar:
    """Return the bound words of language `code`, compiled once."""
    pack = load_pack(code)
    words = pack.bounds
    gap = r"\s{0,2}" if pack.numerals == "han" else r"[\s*_(\"']{0,3}"
    fillers = rf"(?:{gap}{alternatives(words.fillers)}){{0,3}}{gap}"
    return BoundGrammar(
        before=tuple((kind, re.compile(rf"({alternatives(some)}){fillers}$")) for kind, some in words.before.items()),
        after=tuple((kind, re.compile(rf"[ -]?({alternatives(some)})")) for kind, some in words.after.items()),
        not_after=re.compile(rf"[ -]?{alternatives(words.not_after)}"),
        comparing=frozenset(words.comparing),
        compared=re.compile(rf"(?:\d|{_measures(pack)})\s?$"),
    )


def _measures(pack: Pack) -> str:
    return alternatives([*pack.units.percent, *pack.units.times])


def read_bound(low: str, start: int, end: int, code: str, after: int = 0) -> tuple[OneSided, int, int]:
    """Return the bound of the number at [start, end) and its span widened by signs written on it ("~", "+", "sub-").

    No word before `after`, where a name ends, counts ("ChatGPT Plus de 20 $"). The longest word wins where several
    end at the number ("no less than" over "less than").
    Source: claims contract, "Values" and hard reading 14.
    """
    sign = _SIGN.search(low, max(0, start - 6), start)
    if sign:
        return _SIGNS[sign.group(1).rstrip("=")], sign.start(), end
    if plus := _PLUS.match(low, end):
        return "at_least", start, plus.end()
    grammar = bound_grammar(code)
    bound = _bound_before(low, start, after, grammar)
    if bound is None or bound == "exact":  # 不过130亿美元上下
        bound = _bound_after(low, end, grammar) or "exact"
    return bound, start, end


def _bound_before(low: str, start: int, after: int, grammar: BoundGrammar) -> OneSided | None:
    head = low[max(after, start - _LOOK_BACK) : start]
    best: tuple[int, OneSided] | None = None
    for kind, pattern in grammar.before:
        match = pattern.search(head)
        if match is None or (best and match.end(1) - match.start(1) <= best[0]):
            continue
        if match.group(1) in grammar.comparing and grammar.compared.search(head, 0, match.start(1)):
            continue  # "20% lower than the 6.35 million yuan" bounds nothing
        best = (match.end(1) - match.start(1), kind)
    return best[1] if best else None


def _bound_after(low: str, end: int, grammar: BoundGrammar) -> OneSided | None:
    if grammar.not_after.match(low, end):  # 比去年的37亿美元多出两倍
        return None
    return next((kind for kind, pattern in grammar.after if pattern.match(low, end)), None)


def bounded(value: Decimal, bound: Bound) -> tuple[Decimal | None, Decimal | None]:
    """Return (value_low, value_high) of one stated figure; bounds of a negative value are bounds of its size."""
    if bound == "at_least" or bound == "vague":
        return value, None
    if bound == "at_most":
        return None, value
    return value, value
