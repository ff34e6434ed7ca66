"""Text to quantities: numbers with their units, ranges and bounds, each with its exact span."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.languages.view import TextView
from newslens.quantities.bounds import bounded, read_bound
from newslens.quantities.lookalikes import find_closed, is_lookalike
from newslens.quantities.numerals import Numeral, find_numerals
from newslens.quantities.parts import Part, find_parts
from newslens.quantities.readings import Reading, read_numeral
from newslens.quantities.units import UnitGrammar, unit_grammar
from newslens.records import Bound, Quantity

Span = tuple[int, int]
_LIST_JOINT = re.compile(r"\s?(?:/|,|、|和|与|及|and|et|,\s?and)\s?")


def find_quantities(view: TextView, pack: Pack, blocked: Sequence[Span] = ()) -> list[Quantity]:
    """Return every quantity of the text in order, without overlaps; a bare number has the unit None.

    `blocked` are spans of names, in which no number is read ("Llama 3.1 405B").
    """
    grammar = unit_grammar(pack.code)
    parts = _outside([*find_parts(view, pack)], blocked)
    closed = _union([*blocked, *find_closed(view.norm), *((p.start, p.end) for p in parts)])
    readings: list[Reading] = []
    for numeral in find_numerals(view, pack, closed):
        if readings and numeral.start < readings[-1].end:
            continue
        if readings and readings[-1].currency and (rest := _price_range_end(view, readings[-1], numeral, grammar)):
            readings.append(rest)
            continue
        reading = read_numeral(view, numeral, grammar)
        if reading.currency is None and reading.unit is None and is_lookalike(view.low, numeral, pack.code):
            continue
        readings.append(reading)
    words = _without(view, blocked)
    joined = _share(view, _join_ranges(view, pack, readings))
    found = [*_quantities(words, pack, joined), *(_from_part(words, pack, part) for part in parts)]
    return sorted(found, key=lambda q: q.start)


def _price_range_end(view: TextView, first: Reading, numeral: Numeral, grammar: UnitGrammar) -> Reading | None:
    """Read the second amount of "$30-60/million tokens" in the first one's currency."""
    joint = _range_patterns(grammar.pack.code)[0]
    if first.per or not joint.fullmatch(view.low[first.end : numeral.start]):
        return None
    return read_numeral(view, numeral, grammar, currency=first.currency)


def _outside(parts: list[Part], blocked: Sequence[Span]) -> list[Part]:
    kept: list[Part] = []
    for part in sorted(parts, key=lambda p: (p.start, -p.end)):
        clear = all(part.end <= start or end <= part.start for start, end in blocked)
        if clear and (not kept or part.start >= kept[-1].end):
            kept.append(part)
    return kept


def _union(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _without(view: TextView, blocked: Sequence[Span]) -> TextView:
    """Return the view with names blanked out: the "Plus de" of "ChatGPT Plus de 20 $" bounds nothing."""
    if not blocked:
        return view
    low = list(view.low)
    for start, end in blocked:
        low[start:end] = "\x00" * (end - start)
    return TextView(view.text, view.norm, "".join(low))


def _from_part(view: TextView, pack: Pack, part: Part) -> Quantity:
    bound, start, end = read_bound(view.low, part.start, part.end, pack.code)
    low, high = bounded(part.value, bound)
    return Quantity(start, end, low, high, bound, part.unit)


@cache
def _range_patterns(code: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of what joins a range, what pairs it after an opener, the opener, and a change ("from")."""
    pack = load_pack(code)
    words = pack.bounds
    gap = "" if pack.numerals == "han" else r"\s?"
    return (
        re.compile(rf"\s?{alternatives(words.range_joiners)}\s?|\s?[-~—]\s?"),
        re.compile(rf"\s?{alternatives(words.range_pairs)}\s?"),
        re.compile(rf"{alternatives(words.range_start)}{gap}(?:{alternatives(words.fillers)}{gap})?$"),
        re.compile(rf"{alternatives(words.change_from)}[^,.;，。；\d]{{0,14}}$"),
    )


def _join_ranges(view: TextView, pack: Pack, readings: list[Reading]) -> list[Reading]:
    joined: list[Reading] = []
    i = 0
    while i < len(readings):
        first = readings[i]
        second = readings[i + 1] if i + 1 < len(readings) else None
        whole = _range(view, pack, first, second) if second else None
        if whole:
            joined.append(whole)
            i += 2
        else:
            joined.append(first)
            i += 1
    return joined


def _range(view: TextView, pack: Pack, first: Reading, second: Reading) -> Reading | None:
    low = view.low
    joint, both, opens, change = _range_patterns(pack.code)
    between = low[first.end : second.start]
    if len(between) > 10 or not _alike(first, second) or first.per:
        return None
    head = low[max(0, first.start - 40) : first.start]
    if joint.fullmatch(between):
        if change.search(head) and not opens.search(head):
            return None
    elif not both.fullmatch(between) or not (opens.search(head) or _elided(first, second)):
        return None
    value = _scaled_alike(first, second)
    if value is None or not value < second.high:
        return None
    return replace(second, start=first.start, low=value, numeral=replace(second.numeral, start=first.numeral.start))


def _elided(first: Reading, second: Reading) -> bool:
    """Tell whether `first` leans on `second` for its magnitude: "100 et 1 000 millions"."""
    return first.unit is None and first.currency is None and not first.numeral.exponent and second.numeral.exponent > 0


def _alike(first: Reading, second: Reading) -> bool:
    if first.signed != second.signed or first.numeral.vague or second.numeral.vague:
        return False
    if first.currency and second.currency and first.currency != second.currency:
        return False
    if first.currency and not second.currency:
        return second.unit is None
    if second.currency:
        return first.unit is None
    if first.unit is None and second.unit is None:
        return first.numeral.exponent > 0 or second.numeral.exponent > 0 or first.numeral.digits is not None
    return first.unit in (None, second.unit)


def _scaled_alike(first: Reading, second: Reading) -> Decimal | None:
    """Return the first value in the second's scale: the 5 of "5 to 6 million" is 5 million."""
    value, numeral = first.low, second.numeral
    factor = second.low / numeral.amount if numeral.amount else Decimal(1)  # per-token prices are already restated
    value = value * abs(factor) if first.unit is None and not first.per else value
    if not first.numeral.exponent and numeral.exponent:
        if abs(first.numeral.value) >= max(numeral.value, Decimal(1)) and first.numeral.value != numeral.value:
            return value if first.numeral.value >= 1000 else None
        return value.scaleb(numeral.exponent)
    return value


def _share(view: TextView, readings: list[Reading]) -> list[Reading]:
    """Let a unit said once reach the amounts listed before it: "$0.27 / $1.10 per 1M tokens", "2, 4 et 6 millions"."""
    shared = list(readings)
    for i in range(len(shared) - 2, -1, -1):
        first, second = shared[i], shared[i + 1]
        if not _LIST_JOINT.fullmatch(view.low[first.end : second.start]):
            continue
        plain = not first.numeral.exponent and not first.per
        if plain and first.currency and first.currency == second.currency and second.per:
            factor = second.low / second.numeral.amount if second.numeral.amount else Decimal(1)
            shared[i] = replace(first, per=second.per, low=first.low * factor, high=first.high * factor)
    return shared


def _quantities(view: TextView, pack: Pack, readings: list[Reading]) -> Iterator[Quantity]:
    for reading in readings:
        numeral: Numeral = reading.numeral
        unit = reading.unit
        if reading.currency:
            unit = f"{reading.currency}/{reading.per}" if reading.per else reading.currency
        kind, start, end = read_bound(view.low, reading.start, reading.end, pack.code)
        bound: Bound = kind
        if numeral.vague:
            bound = "vague"
        elif reading.is_range:
            bound = "range"
        elif numeral.more:
            bound = "at_least"
        low, high = (reading.low, reading.high) if bound == "range" else bounded(reading.low, bound)
        if reading.low < 0 and bound == "at_most":
            low, high = None, reading.low
        yield Quantity(start, end, low, high, bound, unit)
