"""Two readings that are one range, and readings that share a unit said once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from newslens.languages.pack import alternatives, load_pack
from newslens.quantities.readings import Reading

_LIST_JOINT = re.compile(r"\s?(?:/|,|、|和|与|及|and|et|,\s?and)\s?")
_WIDEST_JOINT = 20
_HEAD = 40
_CHANGE_REACH = 14


@dataclass(frozen=True, slots=True)
class RangeGrammar:
    """The patterns of what joins a range, what pairs it after an opener, the opener, and a change ("from")."""

    joint: re.Pattern[str]
    pair: re.Pattern[str]
    opener: re.Pattern[str]
    change: re.Pattern[str]
    changed: re.Pattern[str]


@cache
def range_grammar(code: str) -> RangeGrammar:
    """Return the range words of language `code`, compiled once."""
    pack = load_pack(code)
    words = pack.bounds
    gap = "" if pack.numerals == "han" else r"\s?"
    fillers = alternatives(words.fillers)
    bound = alternatives(word for some in words.before.values() for word in some)
    return RangeGrammar(
        joint=re.compile(rf"\s?{alternatives(words.range_joiners)}(?:\s?{bound})?\s?|\s?[-~—]\s?"),
        pair=re.compile(rf"\s?{alternatives(words.range_pairs)}(?:\s?{bound})?\s?"),
        opener=re.compile(rf"{alternatives(words.range_start)}{gap}(?:{fillers}{gap})?$"),
        change=re.compile(rf"{alternatives(words.change_from)}[^,.;，。；\d]{{0,{_CHANGE_REACH}}}$"),
        changed=re.compile(rf"\s?{alternatives(words.changed)}"),
    )


def join_ranges(low: str, readings: list[Reading], code: str) -> list[Reading]:
    """Return the readings with each pair that says a range joined: "5 à 6 millions", "between $1 and $2 billion"."""
    joined: list[Reading] = []
    for reading in readings:
        whole = _range(low, joined[-1], reading, range_grammar(code)) if joined else None
        if whole:
            joined[-1] = whole
        else:
            joined.append(reading)
    return joined


def _range(low: str, first: Reading, second: Reading, grammar: RangeGrammar) -> Reading | None:
    gap = second.start - first.end
    if gap > _WIDEST_JOINT or first.is_range or second.is_range or first.per or not _alike(first, second):
        return None
    between, head = low[first.end : second.start], low[max(0, first.start - _HEAD) : first.start]
    opened = grammar.opener.search(head)
    if grammar.joint.fullmatch(between):
        if grammar.change.search(head) and not opened and not grammar.changed.match(low, second.end):
            return None
    elif not grammar.pair.fullmatch(between) or not (opened or _leans(first, second)):
        return None
    value = _in_scale(first, second)
    if value is None or not value < second.high:
        return None
    return replace(second, start=first.start, low=value, numeral=replace(second.numeral, start=first.numeral.start))


def _leans(first: Reading, second: Reading) -> bool:
    """Tell whether `first` takes its magnitude from `second`: "100 et 1 000 millions"."""
    return not first.has_unit and not first.numeral.exponent and second.numeral.exponent > 0


def _alike(first: Reading, second: Reading) -> bool:
    if first.signed != second.signed or first.numeral.vague or second.numeral.vague:
        return False
    if first.currency and second.currency:
        return first.currency == second.currency
    if first.currency:
        return second.unit is None
    if second.currency:
        return first.unit is None
    if first.unit is None and second.unit is None:
        return first.numeral.exponent > 0 or second.numeral.exponent > 0 or first.numeral.digits is not None
    return first.unit in (None, second.unit)


def _in_scale(first: Reading, second: Reading) -> Decimal | None:
    """Return the first value in the second's scale: the 5 of "5 to 6 million" is 5 million.

    None where the two cannot be one range: of "20 to 5 million" neither is sure.
    """
    numeral = second.numeral
    value = first.low * abs(second.factor) if not first.unit and not first.per else first.low
    if first.numeral.exponent or not numeral.exponent:
        return value
    if first.numeral.value < max(numeral.value, Decimal(1)) or first.numeral.value == numeral.value:
        return value.scaleb(numeral.exponent)
    return value if first.numeral.value >= 1000 else None


def share_units(low: str, readings: list[Reading]) -> list[Reading]:
    """Let a price's unit said once reach the amounts listed before it: "$0.27 / $1.10 per 1M tokens"."""
    shared = list(readings)
    for i in range(len(shared) - 2, -1, -1):
        first, second = shared[i], shared[i + 1]
        if first.per or not second.per or first.numeral.exponent:
            continue
        if not first.currency or first.currency != second.currency:
            continue
        if second.start - first.end <= _WIDEST_JOINT and _LIST_JOINT.fullmatch(low[first.end : second.start]):
            shared[i] = replace(first.scaled(second.factor / first.factor), per=second.per)
    return shared
