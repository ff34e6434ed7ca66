"""Number expressions in running text: digits or words, with their magnitudes; no unit yet."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.languages.view import TextView
from newslens.quantities.digits import DIGITS, read_digits
from newslens.quantities.words import Reader, numeral_reader, numeral_source

Written = Literal["digits", "words", "article", "magnitude"]
_LETTERS = "A-Za-z\u00c0-\u024f"
_GLUED_NAME = re.compile(rf"[{_LETTERS}_][-_.]?$|[{_LETTERS}]\d{{1,2}}[-.]$|\d[.,:/]$|[#@]$")
_HAN_MEASURE = re.compile(r"[美欧日港加澳韩]?[元币]|[张块颗枚片卡]")
_MORE = re.compile(r"[多余几来]")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written: its span, value before magnitude, power of ten, and how it is written.

    `digits` keeps the digit string where its signs may be read two ways. `vague` marks "billions", 数亿;
    `more` a trailing 多 or 余 inside the number. `letter` is the span of a magnitude letter ("5.6M").
    """

    start: int
    end: int
    value: Decimal
    exponent: int
    written: Written
    digits: str | None = None
    vague: bool = False
    more: bool = False
    letter: bool = False

    @property
    def amount(self) -> Decimal:
        return self.value.scaleb(self.exponent)


@dataclass(frozen=True, slots=True)
class NumeralGrammar:
    """The compiled patterns of one language's numbers."""

    pack: Pack
    start: re.Pattern[str]
    words: re.Pattern[str]
    read_words: Reader
    half: re.Pattern[str]
    half_after: re.Pattern[str]
    magnitude: re.Pattern[str]
    letter: re.Pattern[str]
    few: re.Pattern[str]
    joiner: re.Pattern[str]


@cache
def numeral_grammar(code: str) -> NumeralGrammar:
    """Return the number patterns of language `code`, compiled once."""
    pack = load_pack(code)
    numbers = pack.numbers
    words = numeral_source(pack)
    few = alternatives(numbers.few)
    magnitude = alternatives(pack.multipliers)
    halves = alternatives(numbers.halves)
    letters = "|".join(sorted(pack.letters, key=len, reverse=True))
    codes = "usd|eur|gbp|cny|rmb|jpy|chf|hkd|cad|aud|inr|token|tok"
    return NumeralGrammar(
        pack=pack,
        start=re.compile(rf"\d|\.\d|{halves}|{few}|{words}|{magnitude}"),
        words=re.compile(words),
        read_words=numeral_reader(pack),
        half=re.compile(rf"{halves}(?=[ -]?{magnitude})"),
        half_after=re.compile(rf" {alternatives(w for w in numbers.halves if w.split()[0] in numbers.joiners)}"),
        magnitude=re.compile(rf"[ -]{{0,2}}(?:\n {{0,8}})?{magnitude}"),
        letter=re.compile(rf"( ?)({letters})(?=(?:{codes})(?![a-z])|[^a-z0-9]|$)"),
        few=re.compile(rf"(?:{few} ?)+"),
        joiner=re.compile(rf",? {alternatives(numbers.joiners)} | |"),
    )


def find_numerals(view: TextView, pack: Pack, blocked: Sequence[tuple[int, int]] = ()) -> Iterator[Numeral]:
    """Yield every number expression of the text in order, without overlaps.

    `blocked` are spans (of names such as "Llama 3.1 405B") inside which no number is read.
    Digits that are glued to letters or belong to a version, date or address are left out.
    """
    grammar = numeral_grammar(pack.code)
    starts = [start for start, _ in blocked]
    at = 0
    low = view.low
    while match := grammar.start.search(low, at):
        start = match.start()
        i = bisect_right(starts, start) - 1
        if i >= 0 and start < blocked[i][1]:
            at = blocked[i][1]
            continue
        numeral = _read_at(view, start, grammar)
        if numeral is None:
            at = _skip(low, start)
            continue
        if i + 1 < len(blocked) and numeral.end > blocked[i + 1][0]:  # runs into a name
            clipped = TextView(*(part[: blocked[i + 1][0]] for part in (view.text, view.norm, view.low)))
            numeral = _read_at(clipped, start, grammar)
            if numeral is None:
                at = blocked[i + 1][0]
                continue
        yield numeral
        at = numeral.end


def _skip(low: str, start: int) -> int:
    """Return where to look on after an unreadable start: past the run of digits or of letters."""
    match = re.compile(r"\d+(?:[.,:/]\d+)*|[a-z\u00df-\u024f]+|.", re.S).match(low, start)
    return match.end() if match else start + 1


def _read_at(view: TextView, start: int, grammar: NumeralGrammar) -> Numeral | None:
    low, pack = view.low, grammar.pack
    before = view.norm[max(0, start - 3) : start]
    if low[start].isdigit() or (low[start] == "." and low[start + 1 : start + 2].isdigit()):
        if _GLUED_NAME.search(before) and not _ends_with_money(low, start):
            return None
        match = DIGITS.match(low, start)
        if match is None:
            return None
        return _with_magnitude(view, start, match.end(), grammar, digits=match.group())
    if half := grammar.half.match(low, start):
        return _with_magnitude(view, start, half.end(), grammar, value=Decimal(pack.numbers.halves[_plain(half.group())]))
    if (few := grammar.few.match(low, start)) and (numeral := _vague(view, start, few, grammar)):
        return numeral
    match = grammar.words.match(low, start)
    if match:
        value = grammar.read_words(_plain(match.group()))
        if value is None:
            return None
        article = match.group() in ("a", "an", "un", "une")
        return _with_magnitude(view, start, match.end(), grammar, value=value, article=article)
    magnitude = grammar.magnitude.match(low, start)
    if magnitude is None or magnitude.start() != start:
        return None
    end, power = _magnitudes(low, start, grammar)
    if not _stands_bare(low, start, end, grammar):
        return None
    return Numeral(start, end, Decimal(1), power, "magnitude", vague=True)


def _ends_with_money(low: str, start: int) -> bool:
    return re.search(r"(?:^|[^a-z])(?:us|u\.s\.|hk|nt|a|c|s|r|rmb|cny|usd|eur|gbp|chf|jpy|hkd|twd|aud|cad|inr|rs|rs\.|y|token|tokens|tok)[ $]?$", low[max(0, start - 6) : start]) is not None


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words)


def _magnitudes(low: str, at: int, grammar: NumeralGrammar) -> tuple[int, int]:
    """Return (end, power of ten) of the run of magnitude words at `at`."""
    exponent = 0
    while match := grammar.magnitude.match(low, at):
        exponent += grammar.pack.multipliers[match.group().strip(" -\n")]
        at = match.end()
    return at, exponent


def _stands_bare(low: str, start: int, end: int, grammar: NumeralGrammar) -> bool:
    """Tell whether a magnitude without a number is an amount: plural ("billions"), never "million-dollar" or 万一."""
    if grammar.pack.numerals == "han":
        return end - start > 1 or _HAN_MEASURE.match(low, end) is not None
    return low[end - 1] == "s" and low[end : end + 1] != "-"


def _vague(view: TextView, start: int, few: re.Match[str], grammar: NumeralGrammar) -> Numeral | None:
    """Read "tens of billions", 数亿, "a few thousand": the power of ten and no more."""
    low = view.low
    words = re.findall(alternatives(grammar.pack.numbers.few), few.group())
    exponent = sum(grammar.pack.numbers.few[_plain(w)] for w in words)
    end, power = _magnitudes(low, few.end(), grammar)
    if not power and not exponent:
        return None
    return Numeral(start, end if power else few.start() + len(few.group().rstrip()), Decimal(1), exponent + power, "magnitude", vague=True)


def _with_magnitude(
    view: TextView,
    start: int,
    end: int,
    grammar: NumeralGrammar,
    *,
    digits: str | None = None,
    value: Decimal | None = None,
    article: bool = False,
) -> Numeral | None:
    low, pack = view.low, grammar.pack
    more = bool(_MORE.match(low, end)) and pack.numerals == "han"
    after, exponent = _magnitudes(low, end + more, grammar)
    letter = None
    if not exponent and not more:
        letter = grammar.letter.match(low, end)
        if letter and (_is_letter_magnitude(view, letter)):
            after, exponent = letter.end(), pack.letters[letter.group(2)]
        else:
            letter = None
    if exponent:
        end = after
    if digits is not None:
        value = read_digits(digits, comma_is_decimal=pack.comma_is_decimal, whole=False, scaled=bool(exponent) and not letter)
        if value is None:
            return None
    assert value is not None  # one of digits and value is given
    if exponent and (half := grammar.half_after.match(low, end)):
        value, end = value + Decimal("0.5"), half.end()
    amount_end, rest = _chain(view, end, exponent, grammar) if exponent and not letter else (end, Decimal(0))
    if rest:
        value, end = value + rest.scaleb(-exponent), amount_end
    if not exponent and low[end : end + 1].isalpha() and low[end].isascii() and digits is not None and not _is_unit_letter(low, end):
        return None
    written: Written = "digits" if digits is not None else "article" if article else "words"
    if written == "article" and not exponent:
        return Numeral(start, end, value, 0, "article")
    if more and not exponent:
        end += 1
    return Numeral(start, end, value, exponent, written, digits=digits, more=more, letter=letter is not None)


def _is_letter_magnitude(view: TextView, letter: re.Match[str]) -> bool:
    """A lone letter after a space is a magnitude only in upper case ("2,664 K") or as `bn`, `mn`, `Md`."""
    space, written = letter.group(1), view.norm[letter.start(2) : letter.end(2)]
    return not space or len(written) > 1 or written in "KMBT"


_UNIT_LETTERS = re.compile(r"(?:x|fois|times|fold|usd|eur|gbp|cny|rmb|jpy|euros?|dollars?|yuan|gpus?|tokens?|cents?|c|p|percent|pct|chf|hkd|twd|h|f|won|yen|hk|us|nt)(?![a-z0-9])")


def _is_unit_letter(low: str, end: int) -> bool:
    return _UNIT_LETTERS.match(low, end) is not None


def _chain(view: TextView, end: int, exponent: int, grammar: NumeralGrammar) -> tuple[int, Decimal]:
    """Read what a number adds below its magnitude: "1 million 200 thousand", 1亿2000万, 五百五十七万六千."""
    low = view.low
    joined = grammar.joiner.match(low, end)
    at = joined.end() if joined else end
    digits = DIGITS.match(low, at)
    match = digits or grammar.words.match(low, at)
    if match is None:
        return end, Decimal(0)
    if digits:
        value = read_digits(digits.group(), comma_is_decimal=grammar.pack.comma_is_decimal, whole=False, scaled=True)
    else:
        value = grammar.read_words(_plain(match.group()))
    after, power = _magnitudes(low, match.end(), grammar)
    if value is None or value.scaleb(power) >= Decimal(10) ** exponent:
        return end, Decimal(0)
    if not power and (digits or value < 100):  # "$5 million two years ago" says two years, not 5,000,002
        return end, Decimal(0)
    total = value.scaleb(power)
    if power:
        deeper, rest = _chain(view, after, power, grammar)
        after, total = (deeper, total + rest) if rest else (after, total)
    return after, total
