"""Parts and multiples said without a plain number: "one-twentieth", 十分之一, 1/50, 打3折, 三成, "twice"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.languages.view import TextView
from newslens.quantities.words import HAN_NUMERAL, numeral_reader, numeral_source, read_han

_SLASH = re.compile(r"(?<![\d/.,$€£¥])(1)\s?/\s?(\d{1,4})(?:e|è|ème|th|nd|rd)?(?![\d/.%]|\s?(?:m|k|百万|month|mois|月)\b)")
_HAN_PART = re.compile(rf"({HAN_NUMERAL}|\d+(?:\.\d+)?万?)\s?分之\s?({HAN_NUMERAL}|\d+(?:\.\d+)?)(?![万亿])")
_DISCOUNT = re.compile(r"(?<![\d.])(\d(?:\.\d)?|\d{2}|[一二三四五六七八九](?:点?[一二三四五六七八九])?)折")
_TENTHS = re.compile(r"(?<![\d.第])(\d(?:\.\d)?|[一二两三四五六七八九](?:点?[一二三四五六七八九])?)成(?![本为立果功员长绩熟交都型像就人份就语])")


@dataclass(frozen=True, slots=True)
class Part:
    """A part or multiple: its span, its value, and whether it is a `ratio` or a `percent`."""

    start: int
    end: int
    value: Decimal
    unit: str


def find_parts(view: TextView, pack: Pack) -> Iterator[Part]:
    """Yield the parts and multiples of the text; spans may not overlap numbers read elsewhere."""
    low = view.low
    for match in _SLASH.finditer(low):
        if int(match.group(2)) > 1:
            yield Part(match.start(), match.end(), Decimal(1) / Decimal(match.group(2)), "ratio")
    if pack.numerals == "han":
        yield from _han_parts(low)
    else:
        yield from _worded_parts(low, pack)


def _han_parts(low: str) -> Iterator[Part]:
    for match in _HAN_PART.finditer(low):
        whole, part = (_han_or_digits(match.group(i)) for i in (1, 2))
        if not whole or part is None:
            continue
        if whole == 100:
            yield Part(match.start(), match.end(), part, "percent")
        elif part < whole:
            yield Part(match.start(), match.end(), part / whole, "ratio")
    for match in _DISCOUNT.finditer(low):
        value = _two_digits(match.group(1))
        if value:
            yield Part(match.start(), match.end(), value / 10, "ratio")
    for match in _TENTHS.finditer(low):
        value = _two_digits(match.group(1))
        if value:
            yield Part(match.start(), match.end(), value * 10, "percent")


def _han_or_digits(written: str) -> Decimal | None:
    if written[0].isdigit():
        return Decimal(written.rstrip("万")).scaleb(4 if written.endswith("万") else 0)
    return read_han(written)


def _two_digits(written: str) -> Decimal | None:
    """Read 3, 7.5, 75, 三, 七五 and 七点五 as a number below ten."""
    value = Decimal(written) if written[0].isdigit() else read_han(written)
    return value / 10 if value is not None and value >= 10 else value


@cache
def _worded_patterns(code: str) -> tuple[re.Pattern[str], ...]:
    pack = load_pack(code)
    numbers = pack.numbers
    numeral = numeral_source(pack)
    fraction = alternatives(numbers.fractions)
    fractions = re.compile(rf"(?:(?P<n>{numeral}|\d{{1,2}})[ -])?(?P<d>{fraction})(?: {alternatives(['partie', 'parties', 'part'])})?")
    parts = re.compile(rf"(?:une |un )?(?P<d>{numeral}|\d+)(?:e|ème|ième)? {alternatives(['partie', 'parties'])} (?:du|de la|des|de) \w+")
    magnitude = re.compile(rf"[ -](?:a |de |d')?{alternatives(pack.multipliers)}")
    return fractions, parts, re.compile(alternatives(numbers.times)), magnitude


def _worded_parts(low: str, pack: Pack) -> Iterator[Part]:
    fractions, parts, times, magnitude = _worded_patterns(pack.code)
    read = numeral_reader(pack)
    for match in fractions.finditer(low):
        n = match.group("n")
        above = Decimal(1) if not n else Decimal(n) if n.isdigit() else read(n)
        below = pack.numbers.fractions[match.group("d")]
        if magnitude.match(low, match.end()) or low[max(0, match.start() - 8) : match.start()].endswith((" et ", " and a ")):
            continue  # "half a billion", "deux millions et demi" are plain numbers
        if above and 0 < above < below:
            yield Part(match.start(), match.end(), above / below, "ratio")
    for match in parts.finditer(low):
        n = match.group("d")
        below_value = Decimal(n) if n.isdigit() else read(n)
        if below_value and below_value > 1:
            start = match.start("d")
            yield Part(start, match.end(), Decimal(1) / below_value, "ratio")
    for match in times.finditer(low):
        yield Part(match.start(), match.end(), Decimal(pack.numbers.times[match.group()]), "ratio")
