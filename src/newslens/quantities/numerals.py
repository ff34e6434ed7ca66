"""Number expressions in running text: digits or words, with their magnitudes; no unit yet."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from newslens.languages.pack import Pack
from newslens.languages.view import TextView
from newslens.quantities.digits import DIGITS, LONGEST, read_digits
from newslens.quantities.han import HAN_NUMERAL, read_han_spread
from newslens.quantities.numeral_grammar import NumeralGrammar, numeral_grammar
from newslens.quantities.words import read_words, spelled

Written = Literal["digits", "words", "article", "magnitude"]
_LETTERS = "A-Za-z\u00c0-\u024f"
# A digit behind these belongs to a name, version, address or tag: "GPT-4", "H800", "v3.1-2", "#5".
_IN_A_NAME = re.compile(rf"[{_LETTERS}_][-_.]?$|[{_LETTERS}]\d{{1,2}}[-.]$|\d[.,:/]$|[#@]$")
# What an unreadable start is passed over with: its run of digits, letters or Han numerals.
_PAST = re.compile(rf"[0-9]+(?:[.,:/][0-9]+)*|[a-z\u00df-\u024f]+|{HAN_NUMERAL}|.", re.S)
_MIXED = re.compile(r"(?:[ -]| and )?([1-9])/([1-9][0-9]?)(?![0-9/])")
_HIGHEST = 24
"""Magnitudes beyond a million trillions are noise ("million million million…")."""
_CLIP = 64
_SIGNS = ("$", "€", "£", "¥")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written: its span, value before magnitude, power of ten, and how it is written.

    `high` is the second value of a numeral that is a range by itself (两三百). `digits` keeps the digit string
    where its signs may be read two ways. `vague` marks "billions", 数亿; `about` "une centaine"; `more` a
    trailing 多 or 余 inside the number; `letter` a magnitude letter ("5.6M").
    """

    start: int
    end: int
    value: Decimal
    exponent: int
    written: Written
    high: Decimal | None = None
    digits: str | None = None
    vague: bool = False
    about: bool = False
    more: bool = False
    letter: bool = False

    @property
    def amount(self) -> Decimal:
        return self.value.scaleb(self.exponent)

    @property
    def high_amount(self) -> Decimal:
        return self.amount if self.high is None else self.high.scaleb(self.exponent)


def find_numerals(view: TextView, pack: Pack, blocked: Sequence[tuple[int, int]] = ()) -> Iterator[Numeral]:
    """Yield every number expression of the text in order, without overlaps.

    `blocked` are ordered spans (of names such as "Llama 3.1 405B") inside which no number is read.
    Digits that are glued to letters or belong to a version, date or address are left out.
    """
    grammar = numeral_grammar(pack.code)
    starts = [start for start, _ in blocked]
    at = 0
    while match := grammar.start.search(view.low, at):
        start = match.start()
        i = bisect_right(starts, start) - 1
        if i >= 0 and start < blocked[i][1]:
            at = blocked[i][1]
            continue
        limit = starts[i + 1] if i + 1 < len(blocked) else len(view.low)
        numeral = _read_before(view, start, limit, grammar)
        if numeral is None:
            past = _PAST.match(view.low, start)
            at = past.end() if past else start + 1
            continue
        yield numeral
        at = numeral.end


def _read_before(view: TextView, start: int, limit: int, grammar: NumeralGrammar) -> Numeral | None:
    """Read the number at `start`; where it runs into a name, what stands before the name."""
    numeral = read_numeral_at(view, start, grammar)
    if numeral is None or numeral.end <= limit:
        return numeral
    base = max(0, start - _CLIP)
    clipped = TextView(view.text[base:limit], view.norm[base:limit], view.low[base:limit])
    numeral = read_numeral_at(clipped, start - base, grammar)
    return None if numeral is None else replace(numeral, start=start, end=numeral.end + base)


def read_numeral_at(view: TextView, start: int, grammar: NumeralGrammar) -> Numeral | None:
    """Return the number expression that begins at `start`, or None."""
    sign = view.low[start]
    if "0" <= sign <= "9" or sign == ".":
        return _digits_at(view, start, grammar)
    if sign in grammar.fraction_signs:
        return _with_magnitude(view, Numeral(start, start + 1, grammar.fraction_signs[sign], 0, "digits"), grammar)
    for read in (_vague_at, _fraction_at, _about_at, _words_at, _article_at, _bare_at):
        if numeral := read(view, start, grammar):
            return numeral
    return None


def _digits_at(view: TextView, start: int, grammar: NumeralGrammar) -> Numeral | None:
    low = view.low
    if low[start] == "." and start and low[start - 1].isalnum():  # "Rs.10,000"
        return None
    if _IN_A_NAME.search(view.norm[max(0, start - 4) : start]) and not _may_follow_letters(low, start, grammar):
        return None
    if (ratio := grammar.slash.match(low, start)) and int(ratio.group(2)) > int(ratio.group(1)):
        part = Decimal(ratio.group(1)) / Decimal(ratio.group(2))
        return _with_magnitude(view, Numeral(start, ratio.end(), part, 0, "digits"), grammar)
    match = DIGITS.match(low, start)
    if match is None or match.end() - start > LONGEST:
        return None
    digits, end = match.group(), match.end()
    value = _read_digits(digits, grammar, scaled=False)
    if value is None:
        return None
    numeral = Numeral(start, end, value, 0, "digits", digits=digits)
    if added := _fraction_after(low, end, grammar):
        numeral = replace(numeral, end=added[0], value=value + added[1], digits=None)
    numeral = _with_magnitude(view, numeral, grammar)
    glued = not numeral.exponent and low[numeral.end : numeral.end + 1]
    if glued and glued.isascii() and glued.isalpha():
        units = (grammar.glued_unit, grammar.measured)
        return numeral if any(unit.match(low, numeral.end) for unit in units) else None
    return numeral


def _may_follow_letters(low: str, start: int, grammar: NumeralGrammar) -> bool:
    """Tell whether digits behind letters are an amount: a currency's ("USD5", "Rs 20"), or "Meta-8.96%", B4.5元."""
    if grammar.money_before.search(low[max(0, start - 8) : start]):
        return True
    digits = DIGITS.match(low, start)
    if digits is None or low[start - 1] in ".,:#@_":
        return False
    return grammar.after_name.match(low, digits.end()) is not None


def _read_digits(digits: str, grammar: NumeralGrammar, *, scaled: bool) -> Decimal | None:
    return read_digits(digits, comma_is_decimal=grammar.pack.comma_is_decimal, whole=False, scaled=scaled)


def _fraction_after(low: str, end: int, grammar: NumeralGrammar) -> tuple[int, Decimal] | None:
    """Read the rest of "5½" and "5 1/2"."""
    if (sign := low[end : end + 1]) and sign in grammar.fraction_signs:
        return end + 1, grammar.fraction_signs[sign]
    mixed = _MIXED.match(low, end)
    if mixed and int(mixed.group(1)) < int(mixed.group(2)):
        return mixed.end(), Decimal(mixed.group(1)) / Decimal(mixed.group(2))
    return None


def _vague_at(view: TextView, start: int, grammar: NumeralGrammar) -> Numeral | None:
    """Read "tens of billions", 数亿, "a few thousand": the power of ten and no more."""
    few = grammar.few.match(view.low, start)
    if few is None:
        return None
    table = grammar.pack.numbers.few
    exponent = sum(table[spelled(word)] for word in grammar.few_word.findall(few.group()))
    end, power = _magnitudes(view.low, few.end(), grammar)
    if not power and not exponent:
        return None
    end = end if power else few.start() + len(few.group().rstrip())
    return Numeral(start, end, Decimal(1), exponent + power, "magnitude", vague=True)


def _fraction_at(view: TextView, start: int, grammar: NumeralGrammar) -> Numeral | None:
    """Read a fraction of what follows: "half a billion", "three quarters of a million", "un demi-milliard"."""
    measured = measured_fraction(view.low, start, grammar)
    if measured is None:
        return None
    match, end = measured
    numbers = grammar.pack.numbers
    count, part = match.group("n"), spelled(match.group("d"))
    if count is None and part not in numbers.bare_fractions and grammar.words is not None:
        return None
    above = numbers.units.get(spelled(count), 1) if count else 1
    value = Decimal(above) / numbers.fractions[part]
    return _with_magnitude(view, Numeral(start, end, value, 0, "words"), grammar)


def measured_fraction(low: str, start: int, grammar: NumeralGrammar) -> tuple[re.Match[str], int] | None:
    """Return the fraction words at `start` that something measured follows, and where they end ("half a" billion)."""
    match = grammar.fraction.match(low, start)
    if match is None:
        return None
    link = grammar.fraction_link.match(low, match.end())
    for end in ([link.end()] if link else []) + [match.end()]:
        if grammar.measured.match(low, end):
            return match, end
    return None


def _about_at(view: TextView, start: int, grammar: NumeralGrammar) -> Numeral | None:
    """Read a round count: "une centaine de milliers", "une quinzaine"."""
    match = grammar.about.match(view.low, start)
    if match is None:
        return None
    numeral = Numeral(start, match.end(), Decimal(grammar.pack.numbers.about[match.group("n")]), 0, "words", about=True)
    linked = grammar.about_link.match(view.low, match.end())
    end, power = _magnitudes(view.low, linked.end(), grammar) if linked else (match.end(), 0)
    return replace(numeral, end=end, exponent=power) if power else numeral


def _words_at(view: TextView, start: int, grammar: NumeralGrammar) -> Numeral | None:
    low = view.low
    if grammar.words is None:
        match = grammar.han.match(low, start)
        number = read_han_spread(match.group()) if match else None
        if match is None or number is None:
            return None
        return _with_magnitude(view, Numeral(start, match.end(), number.low, 0, "words", high=number.high), grammar)
    read = read_words(low, start, grammar.words)
    return _with_magnitude(view, Numeral(start, read[0], read[1], 0, "words"), grammar) if read else None


def _article_at(view: TextView, start: int, grammar: NumeralGrammar) -> Numeral | None:
    """Read an article that stands for one: "a million", "un euro"."""
    article = grammar.article.match(view.low, start)
    if article is None or not grammar.measured.match(view.low, article.end()):
        return None
    return _with_magnitude(view, Numeral(start, article.end(), Decimal(1), 0, "article"), grammar)


def _bare_at(view: TextView, start: int, grammar: NumeralGrammar) -> Numeral | None:
    """Read a magnitude without a number: "billions", 千万; never "million-dollar" or 万一."""
    low = view.low
    match = grammar.magnitude.match(low, start)
    if match is None or match.start() != start:
        return None
    end, power = _magnitudes(low, start, grammar)
    if grammar.words is None:
        stands = grammar.measure.match(low, end) is not None
    else:
        stands = low[end - 1] == "s" and low[end : end + 1] != "-"
    return Numeral(start, end, Decimal(1), power, "magnitude", vague=True) if stands else None


def _magnitudes(low: str, at: int, grammar: NumeralGrammar) -> tuple[int, int]:
    """Return (end, power of ten) of the run of magnitude words at `at`."""
    exponent = 0
    while exponent < _HIGHEST and (match := grammar.magnitude.match(low, at)):
        exponent += grammar.pack.multipliers[match.group("word")]
        at = match.end()
    return at, exponent


def _with_magnitude(view: TextView, numeral: Numeral, grammar: NumeralGrammar) -> Numeral:
    """Return `numeral` with what multiplies it or adds to it: "million", "and a half", 多, 亿2000万."""
    low = view.low
    numeral = _with_half(low, numeral, grammar)
    more = (grammar.more_after_words if numeral.written == "words" else grammar.more).match(low, numeral.end)
    end, exponent = _magnitudes(low, more.end() if more else numeral.end, grammar)
    if not exponent:
        if more:
            return replace(numeral, end=more.end(), more=True)
        return _with_letter(view, numeral, grammar)
    value = numeral.value
    if numeral.digits is not None:
        value = _read_digits(numeral.digits, grammar, scaled=True) or value
    vague = more is not None and more.group() in grammar.pack.numbers.more_after_words  # 十几亿
    numeral = replace(numeral, end=end, value=value, exponent=exponent, more=more is not None, vague=vague)
    if not more and (more := grammar.more.match(low, end)):  # 1亿多元
        return replace(numeral, end=more.end(), more=True)
    numeral = _with_half(low, numeral, grammar)
    end, rest = _chain(low, numeral.end, numeral.exponent, grammar)
    if rest and numeral.high is None:
        return replace(numeral, end=end, value=numeral.value + rest.scaleb(-numeral.exponent), digits=None)
    return numeral


def _with_half(low: str, numeral: Numeral, grammar: NumeralGrammar) -> Numeral:
    half = grammar.half_after.match(low, numeral.end)
    if half is None or numeral.high is not None:
        return numeral
    more = Decimal(grammar.pack.numbers.halves_after[spelled(half.group("half"))])
    written: Written = "words" if numeral.written == "article" else numeral.written
    return replace(numeral, end=half.end(), value=numeral.value + more, digits=None, written=written)


def _with_letter(view: TextView, numeral: Numeral, grammar: NumeralGrammar) -> Numeral:
    letter = grammar.letter.match(view.low, numeral.end)
    if letter is None or numeral.written != "digits":
        return numeral
    written = view.norm[letter.start("letter") : letter.end("letter")]
    # a lone letter after a space is a magnitude in upper case only ("2,664 K", never "5 m"); a k is always one
    signed = view.norm[letter.end() : letter.end() + 1] in _SIGNS  # "7 m€"
    if letter.group("space") and len(written) == 1 and written not in "KMBTk" and not signed:
        return numeral
    return replace(numeral, end=letter.end(), exponent=grammar.pack.letters[letter.group("letter")], letter=True)


def _chain(low: str, end: int, exponent: int, grammar: NumeralGrammar) -> tuple[int, Decimal]:
    """Read what a number adds below its magnitude: "1 million 200 thousand", 1亿2000万, 五百五十七万六千, 两万五."""
    joined = grammar.joiner.match(low, end)
    at = joined.end() if joined else end
    read = _plain_number(low, at, grammar)
    if read is None:
        return end, Decimal(0)
    stop, value, is_digits = read
    after, power = _magnitudes(low, stop, grammar)
    if value.scaleb(power) >= Decimal(10) ** exponent:
        return end, Decimal(0)
    if not power and grammar.words is None and stop - at == 1 and not is_digits and _ends(low, stop, grammar):
        return stop, value.scaleb(exponent - 1)  # 两万五 is 25,000
    if not power and (is_digits or value < 100):  # "$5 million two years ago" says two years, not 5,000,002
        return end, Decimal(0)
    total = value.scaleb(power)
    if power:
        deeper, rest = _chain(low, after, power, grammar)
        after, total = (deeper, total + rest) if rest else (after, total)
    return after, total


_PUNCTUATION = re.compile(r"[，。、；,;)）\s]|$")


def _ends(low: str, at: int, grammar: NumeralGrammar) -> bool:
    return bool(grammar.measure.match(low, at) or _PUNCTUATION.match(low, at))


def _plain_number(low: str, at: int, grammar: NumeralGrammar) -> tuple[int, Decimal, bool] | None:
    if digits := DIGITS.match(low, at):
        value = _read_digits(digits.group(), grammar, scaled=True)
        return None if value is None else (digits.end(), value, True)
    if grammar.words is not None:
        read = read_words(low, at, grammar.words)
        return None if read is None else (*read, False)
    match = grammar.han.match(low, at)
    number = read_han_spread(match.group()) if match else None
    return None if match is None or number is None or number.high is not None else (match.end(), number.low, False)
