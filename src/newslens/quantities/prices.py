"""What money is paid for, where that touches the amount: "/M tokens", "par mois", 每GPU小时, "each"."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from newslens.languages.view import TextView
from newslens.quantities.readings import Reading
from newslens.quantities.units import UnitGrammar, token_amount

_MILLION = Decimal(10) ** 6
_PHRASE_REACH = 30


def with_per(view: TextView, reading: Reading, grammar: UnitGrammar) -> Reading:
    """Return money with what it is paid for; `per` stays None where nothing of the kind touches it."""
    low = view.low
    reading = _with_letter_behind(low, reading, grammar)
    return (
        _per_tokens(low, reading, grammar)
        or _per_thing(low, reading, grammar)
        or _tokens_before(low, reading, grammar)
        or _period_before(low, reading, grammar)
        or reading
    )


def _with_letter_behind(low: str, reading: Reading, grammar: UnitGrammar) -> Reading:
    """Take in a magnitude behind the sign: "5 $M", "5 €bn"."""
    if low[reading.end - 1] not in "$€£" or reading.numeral.exponent:
        return reading
    letter = grammar.letter_behind.match(low, reading.end)
    power = grammar.pack.letters.get(letter.group(1)) if letter else None
    return replace(reading.scaled(Decimal(10) ** power), end=letter.end()) if letter and power else reading


def _per_tokens(low: str, reading: Reading, grammar: UnitGrammar) -> Reading | None:
    match = grammar.per_tokens.match(low, reading.end)
    amount = token_amount(match) if match else None
    if match is None or not amount or not (match.group("token") or _stands_for_tokens(match)):
        return None
    note = grammar.price_note.match(low, match.end())
    end = note.end() if note else match.start() + len(match.group().rstrip(" -"))
    return replace(reading.scaled(_MILLION / amount), end=end, per="Mtok")


def _stands_for_tokens(match: re.Match[str]) -> bool:
    """A bare "/M", "/1K" or /百万 after a price stands for tokens; "per million", "/1" and "/10亿" do not."""
    per_sign = match.group().lstrip().startswith(("/", "每"))
    return per_sign and bool(match.group("m")) and token_amount(match) in (Decimal(1000), _MILLION)


def _per_thing(low: str, reading: Reading, grammar: UnitGrammar) -> Reading | None:
    """Take in an hour of a chip, another thing, a chip or a period, in this order."""
    if match := grammar.per_chip_hour.match(low, reading.end):
        return replace(reading, end=match.end(), per="chip_hour")
    thing = grammar.per_other.match(low, reading.end)
    if thing is None and (match := grammar.each.match(low, reading.end)):
        return replace(reading, end=match.end(), per="chip")
    if thing:
        match = grammar.per_period_too.match(low, thing.end())  # "$30 per seat/mo" is a month's price
        if match is None:
            return replace(reading, end=thing.end(), per="other")
    else:
        match = grammar.per_period.match(low, reading.end)
    return replace(reading, end=match.end(), per=_period(match, grammar)) if match else None


def _period_before(low: str, reading: Reading, grammar: UnitGrammar) -> Reading | None:
    """Take in a period that touches the price before it: 每月20美元."""
    begin = max(0, reading.start - _PHRASE_REACH)
    if match := grammar.per_chip_hour_before.search(low, begin, reading.start):
        return replace(reading, start=match.start(), per="chip_hour")
    match = grammar.per_period_before.search(low, begin, reading.start)
    return replace(reading, start=match.start(), per=_period(match, grammar)) if match else None


def _period(match: re.Match[str], grammar: UnitGrammar) -> str:
    return next(kind for kind, words in grammar.pack.units.periods.items() if match.group("period") in words)


def _tokens_before(low: str, reading: Reading, grammar: UnitGrammar) -> Reading | None:
    """Take in a phrase before the price: 每百万token60美元; one that stands apart lends its scale, not its span."""
    match = grammar.per_tokens_before.search(low, max(0, reading.start - _PHRASE_REACH), reading.start)
    amount = token_amount(match) if match else None
    if match is None or not amount:
        return None
    touches = match.end() == reading.start and not match.group("apart").strip()
    return replace(reading.scaled(_MILLION / amount), start=match.start() if touches else reading.start, per="Mtok")
