"""One numeral and what stands beside it, read as a quantity-to-be: its unit, its span, its sign."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from newslens.languages.view import TextView
from newslens.quantities.currencies import SIGNS, settle_currency, sign_at_end, sign_before_pattern
from newslens.quantities.digits import read_digits
from newslens.quantities.numerals import Numeral, find_numerals
from newslens.quantities.units import UnitGrammar, token_amount

_MINUS = re.compile(r"(?:^|[\s(\[|:：，,])(-|minus |moins |负)\s?$")
_PLUS = re.compile(r"(?:^|[\s(\[|:：，,约的])\+$")
_MILLION = Decimal(10) ** 6


@dataclass(frozen=True, slots=True)
class Reading:
    """A number with its unit so far: the span it covers and its one value (or two, once a range is joined).

    `currency` is the ISO code of money; `per` what it is paid for (`Mtok`, `month`, `chip`…, "other").
    `unit` is the unit of anything but money; both None for a bare number.
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

    @property
    def is_range(self) -> bool:
        return self.low != self.high


def read_numeral(view: TextView, numeral: Numeral, grammar: UnitGrammar, *, currency: str | None = None) -> Reading:
    """Return `numeral` with the unit that stands right before or after it.

    `currency` is that of the amount before, where the two may form a range; another unit of its own wins.
    """
    low = view.low
    reading = Reading(numeral.start, numeral.end, numeral.amount, numeral.amount, numeral)
    if currency and grammar.money_after.match(low, numeral.end) is None:
        own = _with_noun(low, reading, grammar)
        return own if own.unit else _with_per(view, replace(reading, currency=currency), grammar)
    if before := grammar.percent_before.search(low, max(0, numeral.start - 6), numeral.start):
        return replace(reading, start=before.start(), unit="percent")
    reading = _signed(view, reading)
    money = _with_currency_before(view, reading, grammar)
    money = _with_currency_after(view, money, grammar)
    if money.currency:
        return _with_per(view, money, grammar)
    return _with_noun(low, reading, grammar)


def _signed(view: TextView, reading: Reading) -> Reading:
    low, start = view.low, reading.start
    minus = _MINUS.search(low, max(0, start - 8), start)
    if minus and reading.numeral.written == "digits":
        return replace(reading, start=minus.start(1), low=-reading.low, high=-reading.high, signed=True)
    plus = _PLUS.search(low, max(0, start - 2), start)
    return replace(reading, start=start - 1, signed=True) if plus else reading


def _with_currency_before(view: TextView, reading: Reading, grammar: UnitGrammar) -> Reading:
    low, start = view.low, reading.numeral.start
    sign = sign_at_end(view.norm, low, start, sign_before_pattern())
    if sign is None:
        if grammar.pack.code == "en" and low[start - 1 : start] == "y" and view.norm[start - 2 : start - 1] in ("", " ", "("):
            return replace(reading, start=start - 1, currency="JPY")  # newswire style: Y950 billion
        return reading
    written = sign.group(1)
    nearby = low[max(0, start - 400) : start + 400]
    code = settle_currency(SIGNS[written], written, nearby, grammar.pack)
    begins, value = sign.start(1), reading.low
    minus = _MINUS.search(low, max(0, begins - 8), begins)
    if minus and value > 0:
        return replace(reading, start=minus.start(1), low=-value, high=-value, currency=code, signed=True)
    return replace(reading, start=min(begins, reading.start), currency=code)


def _with_currency_after(view: TextView, reading: Reading, grammar: UnitGrammar) -> Reading:
    low = view.low
    after = grammar.money_after.match(low, reading.end)
    if after and _is_currency(view, after, reading, grammar):
        written = after.group("name")
        code = grammar.names.get(written) or SIGNS[written]
        nearby = low[max(0, reading.start - 400) : reading.end + 400]
        code = reading.currency if reading.currency and reading.currency != "USD" else settle_currency(code, written, nearby, grammar.pack)
        start = reading.numeral.start if re.match(r"[\u4e00-\u9fff]", low[reading.start]) else reading.start
        return _with_subunit(view, replace(reading, start=start, end=after.end(), currency=code), grammar)
    cents = grammar.cents_after.match(low, reading.end)
    if cents and not reading.currency and not reading.numeral.exponent:
        code = grammar.cents.get(cents.group("name"), "USD")
        return replace(reading, end=cents.end(), currency=code, low=reading.low / 100, high=reading.high / 100)
    return reading


def _is_currency(view: TextView, after: re.Match[str], reading: Reading, grammar: UnitGrammar) -> bool:
    written = after.group("name")
    spelled = view.norm[after.start("name") : after.end("name")]
    if written in SIGNS and written not in grammar.names and written.isalpha() and not spelled.isupper():
        return False
    if written.startswith("$") and view.low[after.end() : after.end() + 1].isdigit() and after.start("name") > reading.end:
        return False  # the sign of the next amount: "5 $10"
    bare_article = reading.numeral.written == "article" or (reading.numeral.written == "magnitude" and not reading.numeral.exponent)
    return not (bare_article and reading.numeral.written == "magnitude")


def _with_subunit(view: TextView, reading: Reading, grammar: UnitGrammar) -> Reading:
    """Join what follows in the sub-unit: "3 dollars and 50 cents", "3 €50", 五元三毛."""
    low, end = view.low, reading.end
    if reading.numeral.exponent:
        return reading
    if grammar.pack.numerals == "han":
        match = re.compile(r"([零一二两三四五六七八九\d])[角毛](?:([零一二三四五六七八九\d])分?)?|([零一二三四五六七八九\d]{1,2})分(?!之)").match(low, end)
        if not match:
            return reading
        from newslens.quantities.words import read_han

        def digit(written: str | None) -> Decimal:
            if not written:
                return Decimal(0)
            return Decimal(written) if written.isdigit() and written.isascii() else read_han(written) or Decimal(0)

        more = digit(match.group(1)) / 10 + digit(match.group(2)) / 100 + digit(match.group(3)) / 100
        return replace(reading, end=match.end(), low=reading.low + more, high=reading.high + more)
    joined = re.compile(r",? (?:and |et )?(?=\S)| ?(?=\d\d(?!\d))").match(low, end)
    if not joined:
        return reading
    window = TextView(*(part[: joined.end() + 24] for part in (view.text, view.norm, view.low)))
    following = next(find_numerals(window, grammar.pack, [(0, joined.end())]), None)
    if following is None or following.start != joined.end() or following.exponent or not 0 < following.value < 100:
        return reading
    cents = grammar.cents_after.match(low, following.end)
    glued_sign = low[end - 1] in "€£$" and joined.end() == end and following.end - following.start == 2
    if not cents and not glued_sign:
        return reading
    more = following.value / 100
    return replace(reading, end=cents.end() if cents else following.end, low=reading.low + more, high=reading.high + more)


def _with_per(view: TextView, reading: Reading, grammar: UnitGrammar) -> Reading:
    """Take in what the money is paid for, where it touches the amount: "/M tokens", "par mois", 每GPU小时."""
    low, end = view.low, reading.end
    letter = re.compile(r" ?(k|m|md|mds|bn|b)(?![a-z0-9])").match(low, end) if low[end - 1] in "$€£" else None
    if letter and not reading.numeral.exponent and (scale := grammar.pack.letters.get(letter.group(1))):  # "5 $M", "5 €bn"
        end, reading = letter.end(), replace(reading, end=letter.end(), low=reading.low.scaleb(scale), high=reading.high.scaleb(scale))
    if tokens := grammar.per_tokens.match(low, end):
        amount, names_tokens = token_amount(tokens), bool(tokens.group("token"))
        sensible = amount is not None and amount > 0 and (names_tokens or _stands_for_tokens(tokens))
        if sensible and amount is not None:
            note = re.compile(r" ?\((?:cache hit|cache miss|缓存命中|缓存未命中|accès cache|manque cache|cache)\)").match(low, tokens.end())
            scale_up = _MILLION / amount
            return replace(
                reading, end=note.end() if note else _trimmed(low, tokens), per="Mtok", low=reading.low * scale_up, high=reading.high * scale_up
            )
    if hour := grammar.per_chip_hour.match(low, end):
        return replace(reading, end=hour.end(), per="chip_hour")
    if other := grammar.per_other.match(low, end):
        return replace(reading, end=other.end(), per="other")
    if each := grammar.each.match(low, end):
        return replace(reading, end=each.end(), per="chip")
    if period := grammar.per_period.match(low, end):
        kind = next(k for k, words in grammar.pack.units.periods.items() if period.group("period") in words)
        return replace(reading, end=period.end(), per=kind)
    if before := grammar.per_tokens_before.search(low, max(0, reading.start - 30), reading.start):
        amount = token_amount(before)
        if amount:
            scale_up = _MILLION / amount
            start = before.start() if before.end() == reading.start and low[before.end() - 1] not in ":为约= " else reading.start
            return replace(reading, start=start, per="Mtok", low=reading.low * scale_up, high=reading.high * scale_up)
    return reading


def _trimmed(low: str, match: re.Match[str]) -> int:
    """Return the end of a match without the space at it."""
    return match.start() + len(match.group().rstrip(" -"))


def _stands_for_tokens(match: re.Match[str]) -> bool:
    """A bare "/M", "/1M" or /百万 after a price stands for tokens; "per million" and "/1" do not."""
    return match.group().lstrip().startswith(("/", "每")) and match.group("m") in ("m", "million", "millions", "百万", "k", "千")


def _with_noun(low: str, reading: Reading, grammar: UnitGrammar) -> Reading:
    end, numeral = reading.end, reading.numeral
    if points := grammar.points.match(low, end):
        return replace(reading, end=points.end(), unit="percentage_point")
    if percent := grammar.percent.match(low, end):
        value = _decimal(reading, grammar)
        return replace(reading, end=percent.end(), unit="percent", low=value, high=value)
    if numeral.written == "article":
        return reading
    for unit, pattern in (
        ("chip_hour", grammar.chip_hours),
        ("parameter", grammar.parameters),
        ("chip", grammar.chips),
        ("token", grammar.tokens),
        ("user", grammar.users),
        ("download", grammar.downloads),
        ("occurrence", grammar.occurrences),
    ):
        match = pattern.match(low, end)
        if match and (match.end() > end or unit == "chip"):
            value = _whole(reading, grammar)
            return replace(reading, end=max(match.end(), end), unit=unit, low=value, high=value)
    if (times := grammar.times.match(low, end)) and not numeral.vague and not low[times.end() : times.end() + 1].isdigit():
        return replace(reading, end=times.end(), unit="ratio")
    return reading


def _decimal(reading: Reading, grammar: UnitGrammar) -> Decimal:
    """Read the digits once more knowing that a percentage, not a count, follows ("3,125 %")."""
    return _again(reading, grammar, whole=False, scaled=True)


def _whole(reading: Reading, grammar: UnitGrammar) -> Decimal:
    """Read the digits once more knowing that a counted thing follows ("16.000 GPU")."""
    return _again(reading, grammar, whole=True, scaled=bool(reading.numeral.exponent))


def _again(reading: Reading, grammar: UnitGrammar, *, whole: bool, scaled: bool) -> Decimal:
    numeral = reading.numeral
    if numeral.digits is None or numeral.exponent or numeral.amount != abs(reading.low):
        return reading.low
    value = read_digits(numeral.digits, comma_is_decimal=grammar.pack.comma_is_decimal, whole=whole, scaled=scaled)
    return reading.low if value is None else value.copy_sign(reading.low)
