"""One numeral and what stands beside it, read as a quantity-to-be: its unit, its span, its sign."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from newslens.languages.view import TextView
from newslens.quantities.digits import read_digits
from newslens.quantities.numerals import Numeral
from newslens.quantities.units import UnitGrammar

_DASH = re.compile(r"(?:^|[\s()\[|:：，、,$€£¥\u3400-\u9fff])-\s?$")
_SIGN_PLACE = re.compile(r"[(|:=]\s?$")
_LIST_PLACE = re.compile(r"(?:^|\n)[ \t*]*$")  # here a dash is a bullet
_NAME_DASH = re.compile(r"[A-Z][A-Za-z]*-$")
_PLUS = re.compile(r"(?:^|[\s(\[|:：，,约的])\+$")
_SIGN_REACH = 24
_COSTS_NOT_CHIPS = 9


@dataclass(frozen=True, slots=True)
class Reading:
    """A number with its unit so far: the span it covers and its one value (or two, once a range is joined).

    `currency` is the ISO code of money; `per` what it is paid for (`Mtok`, `month`, `chip`…, "other").
    `unit` is the unit of anything but money; both None for a bare number. `factor` is what restated the
    number as written (a price per thousand tokens is a thousand times that per million).
    """

    start: int
    end: int
    low: Decimal
    high: Decimal
    numeral: Numeral
    currency: str | None = None
    unit: str | None = None
    per: str | None = None
    signed: bool = False
    factor: Decimal = Decimal(1)

    @property
    def is_range(self) -> bool:
        return self.low != self.high

    @property
    def has_unit(self) -> bool:
        return self.unit is not None or self.currency is not None

    def scaled(self, factor: Decimal) -> Reading:
        """Return the reading with its values multiplied by `factor`."""
        return replace(self, low=self.low * factor, high=self.high * factor, factor=self.factor * factor)

    def raised(self, more: Decimal) -> Reading:
        """Return the reading with `more` added to the size of its values (the cents of an amount)."""
        more = -more if self.low < 0 else more
        return replace(self, low=self.low + more, high=self.high + more)

    def negated(self, start: int) -> Reading:
        """Return the reading with its sign turned, from the minus at `start` on."""
        return replace(self, start=start, low=-self.high, high=-self.low, signed=True)


def bare_reading(numeral: Numeral) -> Reading:
    """Return `numeral` as a reading without unit."""
    return Reading(numeral.start, numeral.end, numeral.amount, numeral.high_amount, numeral)


def with_sign(view: TextView, reading: Reading, grammar: UnitGrammar, after: int) -> Reading:
    """Take in a plus, a minus or a word for it: "-5 %", "minus five", 负5; "au moins 5" has none.

    Offsets: nothing before `after` is taken: the dash right behind a quantity joins a range (3亿元-6亿元).
    """
    if reading.signed:
        return reading
    low, start = view.low, reading.start
    if low[start - 1 : start] == "+" and _PLUS.search(low, max(0, start - 2), start):
        return replace(reading, start=start - 1, signed=True)
    minus = minus_before(view, reading, grammar, after)
    return reading if minus is None else reading.negated(minus)


def minus_before(view: TextView, reading: Reading, grammar: UnitGrammar, after: int) -> int | None:
    """Return where a minus before `reading` and behind `after` begins, or None."""
    low, start = view.low, reading.start
    dash = low.rfind("-", max(0, start - 2), start)
    if dash >= 0 and dash == after and after:
        return None
    if dash >= 0:
        if _DASH.search(low, max(0, dash - 1), start):
            apart = dash < start - 1 and not _SIGN_PLACE.search(low, max(0, dash - _SIGN_REACH), dash)
            spelt = grammar.percent.match(low, reading.end) and not _LIST_PLACE.search(low, max(0, dash - 8), dash)
            return None if apart and not spelt else dash
        if grammar.pack.numerals != "han" or not grammar.percent.match(low, reading.end):
            return None
        name = _NAME_DASH.search(view.norm, max(0, start - _SIGN_REACH), start)
        return dash if name else None  # 英伟达跌了，Meta-8.96%
    head = low[max(0, start - _SIGN_REACH) : start]
    minus = grammar.minus.search(head)
    if minus is None or grammar.not_minus.search(head):
        return None
    return start - len(head) + minus.start(1)


def with_noun(low: str, reading: Reading, grammar: UnitGrammar) -> Reading:
    """Return `reading` with the unit of the noun, percent sign or multiplication sign behind it."""
    end, numeral = reading.end, reading.numeral
    if points := grammar.points.match(low, end):
        return replace(reading, end=points.end(), unit="percentage_point")
    if percent := grammar.percent.match(low, end):
        return replace(_read_again(reading, grammar, whole=False), end=percent.end(), unit="percent")
    if numeral.written == "article":
        return reading
    for unit, pattern in grammar.nouns:
        match = pattern.match(low, end)
        if unit == "chip" and numeral.exponent >= _COSTS_NOT_CHIPS:
            continue  # "85 milliards de puces" is what they cost
        if match and (match.end() > end or unit == "chip"):
            return replace(_read_again(reading, grammar, whole=True), end=max(match.end(), end), unit=unit)
    times = grammar.times.match(low, end)
    if times and not numeral.vague and not low[times.end() : times.end() + 1].isdigit():
        return _with_half_times(low, replace(reading, end=times.end(), unit="ratio"), grammar)
    return reading


def _with_half_times(low: str, reading: Reading, grammar: UnitGrammar) -> Reading:
    """Join the half behind a multiple: 两倍半."""
    half = grammar.half_times.match(low, reading.end)
    if half is None or reading.is_range:
        return reading
    return replace(reading.raised(Decimal(grammar.pack.numbers.halves_after[half.group()])), end=half.end())


def _read_again(reading: Reading, grammar: UnitGrammar, *, whole: bool) -> Reading:
    """Read the digits once more knowing that a counted thing ("16.000 GPU") or a percentage ("3,125 %") follows."""
    numeral = reading.numeral
    if numeral.digits is None or numeral.exponent or numeral.amount != abs(reading.low):
        return reading
    value = read_digits(numeral.digits, comma_is_decimal=grammar.pack.comma_is_decimal, whole=whole, scaled=not whole)
    if value is None:
        return reading
    value = value.copy_sign(reading.low)
    return replace(reading, low=value, high=value)
