"""Text to quantities: numbers with their units, ranges and bounds, each with its exact span."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from newslens.languages.pack import Pack
from newslens.languages.view import TextView
from newslens.quantities.blocks import free_quantities, merge_spans
from newslens.quantities.bounds import bounded, read_bound
from newslens.quantities.lookalikes import find_closed, is_idle, is_lookalike
from newslens.quantities.money import with_currency_after, with_currency_before
from newslens.quantities.numerals import Numeral, find_numerals
from newslens.quantities.parts import Part, find_parts
from newslens.quantities.plain import plain_copy
from newslens.quantities.prices import with_per
from newslens.quantities.ranges import join_ranges, range_grammar, share_units
from newslens.quantities.readings import Reading, bare_reading, with_noun, with_sign
from newslens.quantities.units import UnitGrammar, unit_grammar
from newslens.records import Bound, Quantity

Span = tuple[int, int]


def find_quantities(view: TextView, pack: Pack, blocked: Sequence[Span] = ()) -> list[Quantity]:
    """Return every quantity of the text in order, without overlaps; a bare number has the unit None.

    `blocked` are spans of names, in which no number is read ("Llama 3.1 405B"). Markup, entities and spaced Han
    are read as if they were not there.
    """
    plain = plain_copy(view)
    if plain is None:
        return _read(view, pack, blocked)
    found = _read(plain.view, pack, [plain.inner(start, end) for start, end in blocked])
    return [replace(q, start=start, end=end) for q in found for start, end in (plain.outer(q.start, q.end),)]


def _read(view: TextView, pack: Pack, blocked: Sequence[Span]) -> list[Quantity]:
    free = free_quantities(view.low, blocked, pack)
    parts = list(_outside(find_parts(view, pack), free))
    closed = merge_spans([*free, *find_closed(view.low, pack.code), *((p.start, p.end) for p in parts)])
    readings = _readings(view, pack, closed)
    readings = share_units(view.low, join_ranges(view.low, readings, pack.code))
    ends = sorted(end for _, end in free)
    found = [_quantity(view.low, r, pack, _name_end(ends, r.start)) for r in readings if _counts(view.low, r, pack)]
    found += [_part_quantity(view.low, part, pack, _name_end(ends, part.start)) for part in parts]
    return _apart(sorted(found, key=lambda q: (q.start, -q.end)))


def _apart(found: list[Quantity]) -> list[Quantity]:
    """Return quantities in order without overlaps: of two, the one with a unit, then the longer."""
    kept: list[Quantity] = []
    for quantity in found:
        if not kept or quantity.start >= kept[-1].end:
            kept.append(quantity)
        elif _weight(quantity) > _weight(kept[-1]):
            kept[-1] = quantity
    return kept


def _weight(quantity: Quantity) -> tuple[bool, int]:
    return quantity.unit is not None, quantity.end - quantity.start


def _name_end(ends: Sequence[int], at: int) -> int:
    """Return where the last name before `at` ends; the words of a name bound nothing."""
    i = bisect_right(ends, at)
    return ends[i - 1] if i else 0


def _readings(view: TextView, pack: Pack, closed: Sequence[Span]) -> list[Reading]:
    grammar = unit_grammar(pack.code)
    readings: list[Reading] = []
    for numeral in find_numerals(view, pack, closed):
        last = readings[-1] if readings else None
        after = last.end if last else 0
        if numeral.start < after:
            continue
        leads = last is not None and last.currency is not None and not last.per
        joint = leads and range_grammar(pack.code).joint.fullmatch(view.low, after, numeral.start)
        if last and joint:
            reading = _range_end(view, numeral, grammar, last)
        else:
            reading = _reading(view, numeral, grammar, after)
        if not reading.has_unit and is_lookalike(view.low, numeral, pack.code):
            continue
        if reading.start < after:
            readings.pop()  # 每100万token60美元: the tokens are the price's
        readings.append(reading)
    return readings


def _reading(view: TextView, numeral: Numeral, grammar: UnitGrammar, after: int) -> Reading:
    """Return `numeral` with the unit that stands right before or after it."""
    low, reading = view.low, bare_reading(numeral)
    if before := grammar.percent_before.search(low, max(after, numeral.start - 6), numeral.start):
        return with_sign(view, replace(reading, start=before.start(), unit="percent"), grammar, after)
    reading = with_sign(view, reading, grammar, after)
    money = with_currency_after(view, with_currency_before(view, reading, grammar, after), grammar)
    return with_per(view, money, grammar) if money.currency else with_noun(low, reading, grammar)


def _range_end(view: TextView, numeral: Numeral, grammar: UnitGrammar, first: Reading) -> Reading:
    """Read the second amount of "$30-60/million tokens" in the first one's currency; a unit of its own wins."""
    reading = bare_reading(numeral)
    if grammar.money_after.match(view.low, numeral.end):
        return _reading(view, numeral, grammar, first.end)
    own = with_noun(view.low, reading, grammar)
    return own if own.unit else with_per(view, replace(reading, currency=first.currency), grammar)


def _outside(parts: Iterator[Part], blocked: Sequence[Span]) -> Iterator[Part]:
    """Yield the parts in order that overlap neither names nor each other, the longer of two that begin together."""
    spans, i, end = merge_spans(blocked), 0, 0
    for part in sorted(parts, key=lambda p: (p.start, -p.end)):
        while i < len(spans) and spans[i][1] <= part.start:
            i += 1
        if part.start >= end and (i == len(spans) or part.end <= spans[i][0]):
            end = part.end
            yield part


def _counts(low: str, reading: Reading, pack: Pack) -> bool:
    return reading.has_unit or not is_idle(low, reading.numeral, pack.code)


def _quantity(low: str, reading: Reading, pack: Pack, after: int) -> Quantity:
    unit = reading.unit
    if reading.currency:
        unit = f"{reading.currency}/{reading.per}" if reading.per else reading.currency
    kind, start, end = read_bound(low, reading.start, reading.end, pack.code, after)
    bound = _bound(reading, kind)
    value_low, value_high = (reading.low, reading.high) if bound == "range" else bounded(reading.low, bound)
    return Quantity(start, end, value_low, value_high, bound, unit)


def _bound(reading: Reading, said: Bound) -> Bound:
    numeral = reading.numeral
    if numeral.vague:
        return "vague"
    if reading.is_range:
        return "range"
    if numeral.more:
        return "at_least"
    return "approx" if numeral.about and said == "exact" else said


def _part_quantity(low: str, part: Part, pack: Pack, after: int) -> Quantity:
    bound, start, end = read_bound(low, part.start, part.end, pack.code, after)
    if part.high is not None:
        return Quantity(start, end, part.value, part.high, "range", part.unit)
    value_low, value_high = bounded(part.value, bound)
    return Quantity(start, end, value_low, value_high, bound, part.unit)
