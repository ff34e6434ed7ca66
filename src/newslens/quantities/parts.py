"""Parts and multiples said without a plain number: "one-twentieth", 十分之一, 1/50, 打3折, 三成, "twice"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.languages.view import TextView
from newslens.quantities.han import HAN_NUMERAL, read_han
from newslens.quantities.numeral_grammar import NumeralGrammar, numeral_grammar
from newslens.quantities.numerals import measured_fraction
from newslens.quantities.words import WordGrammar, read_words, spelled, word_grammar

_NOT_SLASHED = r"(?![\d/.%]|\s?(?:m|k|百万|month|mois|月)\b)"  # "1/5 mois" is a date or a price
_SLASH = re.compile(rf"(?<![\d/.,$€£¥])([1-9])\s?/\s?(\d{{1,4}})(?:e|è|ème|th|nd|rd)?{_NOT_SLASHED}")
_HAN_VALUE = rf"(?:{HAN_NUMERAL}|\d+(?:\.\d+)?)"
_HAN_RANGE = rf"(?:[至到~-](?:({_HAN_VALUE})分之)?({_HAN_VALUE})(?![万亿\d]))?"
_HAN_PART = re.compile(rf"(负)?({_HAN_VALUE}|[百千万])\s?分之\s?(负)?({_HAN_VALUE})(?![万亿]){_HAN_RANGE}")
_TENTH = r"(?:\d{1,2}(?:\.\d)?|[一二两三四五六七八九十](?:点?[一二三四五六七八九])?|半)"
_DISCOUNT = re.compile(rf"(?<![\d.])(?:(?P<first>{_TENTH})[至到~-])?(?P<last>{_TENTH}|对)折(?![叠射断腰磨])")
_TENTHS = re.compile(
    rf"(?<![\d.第])(?:(?P<first>{_TENTH})(?:成)?[至到~-])?(?P<last>{_TENTH})成(?P<more>[一二三四五六七八九半])?"
    r"(?![本为立果功员长绩熟交都型像就人份语百千])"
)
_HAN_PARTS = {"分之": _HAN_PART, "折": _DISCOUNT, "成": _TENTHS}
_PART_SIGN = re.compile("|".join(_HAN_PARTS))
_PART_REACH = 12
_BARE_WHOLES = {"百": 100, "千": 1000, "万": 10_000}
_HALVES = {"半": Decimal("0.5"), "对": Decimal(5)}
_LONGEST_COUNT = 24
"""How far back the number of a fraction may begin: "three thousand-two hundredths" is no price."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part or multiple: its span, its value (two of a range), and whether it is a `ratio` or a `percent`."""

    start: int
    end: int
    value: Decimal
    unit: str
    high: Decimal | None = None


def find_parts(view: TextView, pack: Pack) -> Iterator[Part]:
    """Yield the parts and multiples of the text; spans may not overlap numbers read elsewhere."""
    low = view.low
    numbers = numeral_grammar(pack.code)
    for match in _SLASH.finditer(low):
        above, below = int(match.group(1)), int(match.group(2))
        if above < below and not numbers.slash.match(low, match.start()) and not _is_mixed(low, match.start()):
            yield Part(match.start(), match.end(), Decimal(above) / Decimal(below), "ratio")
    if pack.numerals == "han":
        yield from _han_parts(low, pack)
    if numbers.words is not None:
        yield from _worded_parts(low, pack, numbers)
    for match in _multiples(pack.code).finditer(low):
        yield Part(match.start(), match.end(), Decimal(pack.numbers.times[match.group()]), "ratio")


def _is_mixed(low: str, start: int) -> bool:
    """Tell whether a fraction goes on with the number before it: "5 1/2"."""
    return re.search(r"\d[ -]$", low[max(0, start - 2) : start]) is not None


def _han_parts(low: str, pack: Pack) -> Iterator[Part]:
    for word in pack.numbers.bare_fractions:
        for half in re.finditer(word, low):
            yield Part(half.start(), half.end(), Decimal(1) / pack.numbers.fractions[word], "ratio")
    done = 0
    for sign in _PART_SIGN.finditer(low):
        pattern = _HAN_PARTS[sign.group()]
        match = pattern.search(low, max(done, sign.start() - _PART_REACH), sign.end() + _PART_REACH)
        if match is None or not match.start() < sign.start() < match.end():
            continue
        done = match.end()
        if pattern is _HAN_PART:
            yield from _han_part(match)
        elif pattern is _DISCOUNT:
            yield from _tenths(match, Decimal("0.1"), "ratio")
        else:
            yield from _tenths(match, Decimal(10), "percent")


def _han_part(match: re.Match[str]) -> Iterator[Part]:
    """Read 十分之一, 百分之三十, 百分之五到十, 千分之三, 负百分之五."""
    whole, part = _han_or_digits(match.group(2)), _han_or_digits(match.group(4))
    top = _han_or_digits(match.group(6)) if match.group(6) else None
    other = _han_or_digits(match.group(5)) if match.group(5) else whole
    if not whole or part is None or not other or (whole != 100 and part >= whole):
        return
    sign = -1 if match.group(1) or match.group(3) else 1
    values = [sign * part / whole] + ([sign * top / other] if top is not None else [])
    unit = "percent" if whole == 100 else "ratio"
    low, high = min(values), max(values)
    scale = 100 if unit == "percent" else 1
    yield Part(match.start(), match.end(), low * scale, unit, high * scale if high > low else None)


def _tenths(match: re.Match[str], scale: Decimal, unit: str) -> Iterator[Part]:
    """Read 3折, 七五折, 对折, 三成, 七成半, 三到五成."""
    first, last, more = match.group("first"), match.group("last"), match.groupdict().get("more")
    high = _below_ten(last)
    if high is None:
        return
    rest = Decimal(5 if more == "半" else read_han(more) or 0) if more else Decimal(0)
    high = (high + rest / 10) * scale
    low = _below_ten(first) if first else None
    if low is not None and low * scale < high:
        yield Part(match.start(), match.end(), low * scale, unit, high)
    else:
        yield Part(match.start(), match.end(), high, unit)


def _han_or_digits(written: str) -> Decimal | None:
    if written in _BARE_WHOLES:
        return Decimal(_BARE_WHOLES[written])
    if written[0].isdecimal():  # in any script: ٣
        return Decimal(written)
    return read_han(written)


def _below_ten(written: str) -> Decimal | None:
    """Read 3, 7.5, 75, 三, 七五, 七点五, 半 and 对 as a number of tenths."""
    if written in _HALVES:
        return _HALVES[written]
    value = Decimal(written) if written[0].isdecimal() else read_han(written)
    if value is None or value == 0:
        return None
    return value / 10 if value > 10 or (value == 10 and written != "十") else value


@dataclass(frozen=True, slots=True)
class _WordedParts:
    """The patterns of one language's fractions in words."""

    words: WordGrammar
    denominator: re.Pattern[str]
    count: re.Pattern[str]
    follower: re.Pattern[str]
    nth_part: re.Pattern[str]


@cache
def _multiples(code: str) -> re.Pattern[str]:
    return re.compile(alternatives(load_pack(code).numbers.times))


@cache
def _worded_patterns(code: str) -> _WordedParts:
    pack = load_pack(code)
    numbers = pack.numbers
    noun = alternatives(numbers.fraction_nouns)
    counts = alternatives([*numbers.articles, *numbers.fraction_articles, *numbers.units, *numbers.hundreds])
    word = alternatives({*numbers.units, *numbers.hundreds} - {*numbers.articles})
    ordinal = alternatives(pack.ordinals)
    of_the = alternatives([*pack.units.of, *numbers.fraction_articles])
    return _WordedParts(
        words=word_grammar(code),
        denominator=re.compile(rf"{alternatives(numbers.fractions)}(?: {noun})?"),
        count=re.compile(rf"(?P<n>{counts}|(?<![\d.,])\d{{1,2}})[ -]$"),
        follower=re.compile(rf"\s?(?:{alternatives(numbers.fraction_followers)}|[^\w\s-]|$|\n)"),
        nth_part=re.compile(rf"(?P<n>\d{{1,6}}|{word}(?:[ -]{word}){{0,3}}){ordinal}? {noun} (?:{of_the} ?){{1,2}}\w+"),
    )


def _worded_parts(low: str, pack: Pack, numbers: NumeralGrammar) -> Iterator[Part]:
    patterns = _worded_patterns(pack.code)
    for match in patterns.denominator.finditer(low):
        if part := _worded_part(low, match, pack, numbers, patterns):
            yield part
    for match in patterns.nth_part.finditer(low):
        below = _count(match.group("n"), pack, patterns.words)
        if below and below > 1:
            yield Part(match.start(), match.end(), Decimal(1) / below, "ratio")


def _worded_part(
    low: str, match: re.Match[str], pack: Pack, numbers: NumeralGrammar, patterns: _WordedParts
) -> Part | None:
    """Read "a third", "two-thirds", "un vingtième": what an article or number counts, no ordinal or year's quarter."""
    head = low[max(0, match.start() - _LONGEST_COUNT) : match.start()]
    counted = patterns.count.search(head)
    word = spelled(match.group()).split(" ")[0]
    below = pack.numbers.fractions.get(spelled(match.group())) or pack.numbers.fractions[word]
    bare = word in pack.numbers.bare_fractions
    if counted is None and not bare:
        return None
    start = match.start() - (len(head) - counted.start("n") if counted else 0)
    if measured_fraction(low, start, numbers) or measured_fraction(low, match.start(), numbers):
        return None  # "half a billion" is a plain number
    above = _count(counted.group("n"), pack, patterns.words) if counted else 1
    if above is None or not 0 < above < below:
        return None
    if above == 1 and not bare and not patterns.follower.match(low, match.end()):
        return None  # "a third party"
    if counted and counted.group("n") in pack.numbers.fraction_articles:
        start = match.start()
    return Part(start, match.end(), Decimal(above) / below, "ratio")


def _count(written: str, pack: Pack, words: WordGrammar) -> int | None:
    if written.isdigit():
        return int(written)
    if written in pack.numbers.articles or written in pack.numbers.fraction_articles:
        return 1
    read = read_words(written, 0, words)
    return int(read[1]) if read else None
