"""Money: the sign, code or name before or behind a number, and the sub-units joined to it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

from newslens.languages.pack import load_pack
from newslens.languages.signs import load_signs
from newslens.languages.view import TextView, is_traditional
from newslens.quantities.currencies import SIGNS, iso_codes, settle_currency
from newslens.quantities.han import DIGIT, read_han
from newslens.quantities.lookalikes import is_lookalike
from newslens.quantities.numeral_grammar import numeral_grammar
from newslens.quantities.numerals import read_numeral_at
from newslens.quantities.readings import Reading, minus_before
from newslens.quantities.units import UnitGrammar

_NEARBY = 400
"""How far around a ¥ or 元 the text is asked which country's it is."""
_SIGN_REACH = 12
_NAME_REACH = 32
_TENTH, _HUNDREDTH, _THOUSANDTH = Decimal("0.1"), Decimal("0.01"), Decimal("0.001")
# Abbreviations that begin with a capital at least: "Rs 20", never the "rm" of a shell command.
_SHORT_END = r"(?=[分钱的左一每就/]|[^\u3400-\u9fff0-9.%]|$)"
_CAPITALISED = {"rs", "rs.", "rm", "rp", "ff", "sfr", "nt"}


@cache
def _before_patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a sign or code that ends right before a number, in any case and in capitals."""
    pack = load_pack(code)
    letters = "|".join(sorted((x for x in pack.letters if x != "t"), key=len, reverse=True))
    in_any_case = [*SIGNS, *load_signs().codes.any_case, *pack.currency_letters]
    signs = "|".join(map(re.escape, sorted(in_any_case, key=lambda s: (-len(s), s))))
    # "€m 20" and "MEUR 20" carry their magnitude on the currency
    scale_after = rf"(?:(?<=[$€£])(?P<scale_after>{letters}))?"
    any_case = rf"(?<![a-z])(?:(?P<scale>{letters})(?=[a-z€]))?(?P<sign>{signs}){scale_after}\s?$"
    capitals = rf"(?<![A-Za-z])(?P<scale>[MKk]|Md|bn)?(?P<sign>{'|'.join(sorted(iso_codes()))})\s?[$€£¥]?\s?$"
    return re.compile(any_case), re.compile(capitals)


def with_currency_before(view: TextView, reading: Reading, grammar: UnitGrammar, after: int) -> Reading:
    """Take in the currency sign, code or name before the number: "$5", "USD 5", "MEUR 20", 美金五百.

    Offsets: nothing before `after`, where the quantity before this one ends, is taken.
    """
    found = _sign_before(view, reading, grammar, after) or _name_before(view, reading, grammar, after)
    if found is None:
        return reading
    start, code, power = found
    if power and not reading.numeral.exponent:
        reading = reading.scaled(Decimal(10) ** power)
    placed = replace(reading, start=min(start, reading.start), currency=code)
    minus = None if reading.signed else minus_before(view, placed, grammar, after)
    return placed if minus is None else placed.negated(minus)


def _sign_before(view: TextView, reading: Reading, grammar: UnitGrammar, after: int) -> tuple[int, str, int] | None:
    low, start, pack = view.low, reading.start, grammar.pack
    begin = max(after, start - _SIGN_REACH)
    any_case, capitals = _before_patterns(pack.code)
    if match := capitals.search(view.norm, begin, start):
        return match.start(), match.group("sign"), pack.letters.get((match.group("scale") or "").lower(), 0)
    if match := any_case.search(low, begin, start):
        written, spelled = match.group("sign"), view.norm[match.start("sign") : match.end("sign")]
        if _spelled_as_sign(written, spelled, match, grammar):
            code = SIGNS.get(written) or pack.currency_letters.get(written) or _code(written)
            power = pack.letters.get(match.group("scale") or match.group("scale_after") or "", 0)
            return match.start(), _settled(view, code, written, start, grammar), power
    return None


def _spelled_as_sign(written: str, spelled: str, match: re.Match[str], grammar: UnitGrammar) -> bool:
    if written in grammar.pack.currency_letters:
        return spelled.isupper() and match.end() == match.end("sign")  # newswire's "Y950 billion"
    if written in _CAPITALISED:
        return spelled[0].isupper()
    return True


def _code(written: str) -> str:
    return {"rmb": "CNY", "ntd": "TWD", "fcfa": "XOF"}.get(written) or written.upper()


_OPENING = re.compile(r"(?:^|[:(\[/])\s?$")


def _name_before(view: TextView, reading: Reading, grammar: UnitGrammar, after: int) -> tuple[int, str, int] | None:
    """Find a currency's name before the number, in Latin script only where it begins a name: "Euro 20 million"."""
    start = reading.numeral.start
    named = _name_that_ends(view.low, after, start - (view.low[start - 1 : start] == " "), grammar.names)
    if named is None:
        return None
    begin, written = named
    first = view.norm[begin]
    if len(written) == 1 or (not first.isascii() and is_lookalike(view.low, reading.numeral, grammar.pack.code)):
        return None  # 板块2025年, 日元2025年
    opens = first.isupper() or _OPENING.search(view.low, max(0, begin - 3), begin)
    if first.isascii() and not (opens and reading.numeral.written in ("digits", "words")):
        return None
    return begin, _settled(view, grammar.names[written], written, start, grammar), 0


def _name_that_ends(low: str, after: int, end: int, names: dict[str, str]) -> tuple[int, str] | None:
    """Return the longest currency name that ends at `end` and begins behind `after`, and where it begins."""
    if end <= after or not low[end - 1].isalpha():
        return None
    for begin in range(max(after, end - _NAME_REACH), end):
        starts_word = _is_han(low[begin]) or not low[begin - 1 : begin].isalpha()
        if starts_word and low[begin:end] in names:
            return begin, low[begin:end]
    return None


def with_currency_after(view: TextView, reading: Reading, grammar: UnitGrammar) -> Reading:
    """Take in the currency, or the hundredth of one, behind the number; then what follows in sub-units."""
    low = view.low
    after = grammar.money_after.match(low, reading.end)
    cents = grammar.cents_after.match(low, reading.end)
    if cents and after and cents.end() > after.end():  # "40 euro cents"
        after = None
    if after and _is_currency(view, after, reading, grammar):
        code, end = _code_after(view, after, reading, grammar)
        # 约合人民币4100万元: the quote begins with the number where the currency stands behind it too
        start = reading.numeral.start if _is_han(low[reading.start]) and reading.currency else reading.start
        return with_subunit(view, replace(reading, start=start, end=end, currency=code), grammar)
    if reading.currency:
        return reading
    if cents and not reading.numeral.exponent and _is_change(low, cents, grammar):
        code = grammar.cents.get(cents.group("name"), "USD")
        is_tenth, is_thousandth = (cents.group("name") in p for p in (grammar.pack.tenths, grammar.pack.thousandths))
        part = _TENTH if is_tenth else _THOUSANDTH if is_thousandth else _HUNDREDTH
        amount = replace(reading.scaled(part), end=cents.end(), currency=code)
        return _with_hundredths(low, amount) if is_tenth else amount
    return reading


def _code_after(view: TextView, after: re.Match[str], reading: Reading, grammar: UnitGrammar) -> tuple[str, int]:
    written, dollar = after.group("name"), after.group("dollar")
    if dollar and view.norm[after.start("dollar") : after.end("dollar")].isupper():
        return load_signs().dollars[dollar], after.end()
    end = after.end("name")
    code = grammar.names.get(written) or SIGNS.get(written) or _code(written)
    if reading.currency and reading.currency != "USD":
        return reading.currency, end
    return _settled(view, code, written, reading.start, grammar), end


def _settled(view: TextView, code: str, written: str, at: int, grammar: UnitGrammar) -> str:
    """Return the currency meant where a name has several; 元 is Taiwan's or Hong Kong's in their script only."""
    around = slice(max(0, at - _NEARBY), at + _NEARBY)
    pack = grammar.pack
    is_local = written in pack.local_currencies
    if is_local and not is_traditional(view.text[around]):
        return code
    return settle_currency(code, written, view.low[around], pack, local=is_local)


def _is_currency(view: TextView, after: re.Match[str], reading: Reading, grammar: UnitGrammar) -> bool:
    written, low = after.group("name"), view.low
    spelled = view.norm[after.start("name") : after.end("name")]
    if grammar.not_money.match(low, after.start("name")):
        return False
    known = written in grammar.names or written in load_signs().codes.any_case
    capitals = spelled.isupper() or (written in _CAPITALISED and spelled[0].isupper())
    if not known and written.isalpha() and written.isascii() and not capitals:
        return False
    if len(written) == 1 and written.isascii() and written.isalpha() and not spelled.isupper():
        return False
    following = low[after.end() : after.end() + 3]
    short_change = grammar.pack.comma_is_decimal and re.match(r"\d\d(?!\d)", following)  # "3 €50"
    next_amount = following[:1].isdigit() and after.start("name") > reading.end and not short_change
    if next_amount and not written[-1].isalpha():
        return False  # the sign of the next amount: "5 $10"
    if written in grammar.pack.pieces and not _is_price(low, after, reading, grammar):
        return False
    return not (reading.numeral.written == "magnitude" and not reading.numeral.exponent)


def _is_change(low: str, cents: re.Match[str], grammar: UnitGrammar) -> bool:
    """Tell whether the name of a hundredth is one, not the beginning of another word (角度, 长三角一体化)."""
    name = cents.group("name")
    if grammar.not_money.match(low, cents.start("name")):
        return False
    return not (len(name) == 1 and _is_han(name)) or _AFTER_CHANGE.match(low, cents.end()) is not None


_AFTER_CHANGE = re.compile(rf"{_SHORT_END}|(?:{DIGIT}|[0-9]){_SHORT_END}")
_AFTER_PRICE = re.compile(rf"$|[^\u3400-\u9fff]|{DIGIT}|[钱的左上以多一每出不就起半/]")


def _is_price(low: str, after: re.Match[str], reading: Reading, grammar: UnitGrammar) -> bool:
    """Tell 十六块 from 十六块显卡 and 10万块: a piece is money where little of nothing else is counted."""
    chips = next(pattern for unit, pattern in grammar.nouns if unit == "chip")
    counted = chips.match(low, reading.end) or not _AFTER_PRICE.match(low, after.end())
    return not counted and not reading.numeral.exponent and reading.high < 10_000


def with_subunit(view: TextView, reading: Reading, grammar: UnitGrammar) -> Reading:
    """Join what follows in the sub-unit: "3 dollars and 50 cents", "3 €50", "a dollar and a half", 五元三毛."""
    if reading.numeral.exponent or reading.is_range:
        return reading
    if grammar.pack.numerals == "han":
        return _with_han_change(view.low, reading)
    return _with_change(view, reading, grammar)


_ONE = rf"({DIGIT}|[0-9])"
_HAN_TENTHS = rf"[零又]?{_ONE}[角毛](?:{_ONE}分?)?钱?"
_HAN_HUNDREDTHS = rf"零?({DIGIT}{{1,3}}|[0-9]{{1,2}})分(?![之钟类为数])钱?"
_HAN_CHANGE = re.compile(rf"{_HAN_TENTHS}|{_HAN_HUNDREDTHS}")
_HAN_SHORT = re.compile(rf"(?P<half>半)|(?P<digit>{DIGIT}|[0-9]){_SHORT_END}")
_PIECE_SIGNS = "块"


def _with_han_change(low: str, reading: Reading) -> Reading:
    change = _HAN_CHANGE.match(low, reading.end)
    if change:
        tenths, hundredths, alone = (_han_count(written) for written in change.groups())
        return replace(reading.raised(tenths / 10 + (hundredths + alone) / 100), end=change.end())
    if low[reading.end - 1] in _PIECE_SIGNS and (short := _HAN_SHORT.match(low, reading.end)):
        tenths = Decimal(5) if short.group("half") else _han_count(short.group("digit"))
        return replace(reading.raised(tenths / 10), end=short.end())  # 3块5
    return reading


def _with_hundredths(low: str, reading: Reading) -> Reading:
    """Join the hundredths of 五毛三."""
    rest = _HAN_SHORT.match(low, reading.end)
    if rest is None or not rest.group("digit"):
        return reading
    end = rest.end() + (low[rest.end() : rest.end() + 1] == "分")
    return replace(reading.raised(_han_count(rest.group("digit")) * _HUNDREDTH), end=end)


def _han_count(written: str | None) -> Decimal:
    if not written:
        return Decimal(0)
    return Decimal(written) if written.isascii() else read_han(written) or Decimal(0)


_CHANGE_JOINT = re.compile(r",? (?:and |et )?| ?(?=\d\d(?!\d))")
_CHANGE_REACH = 40


def _with_change(view: TextView, reading: Reading, grammar: UnitGrammar) -> Reading:
    low, end = view.low, reading.end
    numbers = numeral_grammar(grammar.pack.code)
    if half := numbers.half_after.match(low, end):
        return replace(reading.raised(Decimal(grammar.pack.numbers.halves_after[half.group("half")])), end=half.end())
    joint = _CHANGE_JOINT.match(low, end)
    if joint is None or joint.end() >= len(low):
        return reading
    begin = joint.end()
    window = TextView(*(part[begin : begin + _CHANGE_REACH] for part in (view.text, view.norm, view.low)))
    change = read_numeral_at(window, 0, numbers) if numbers.start.match(window.low, 0) else None
    if change is None or change.exponent or not 0 < change.value < 100:
        return reading
    cents = grammar.cents_after.match(window.low, change.end)
    if cents is None and not _is_short_change(low, end, begin, begin + change.end, grammar):
        return reading
    stop = cents.end() if cents else change.end
    return replace(reading.raised(change.value * _HUNDREDTH), end=begin + stop)


_CHANGE_END = re.compile(r"[.,;:!?)]|$|\s(?:le|la|l'|par|pour)\b")


def _is_short_change(low: str, end: int, begin: int, stop: int, grammar: UnitGrammar) -> bool:
    """Tell whether a number behind money is its hundredths: "3 €50", "12 francs 50", never "5 euros 20 fois"."""
    digits = low[begin:stop].isdigit()
    if begin == end or (digits and stop - begin != 2):
        return begin == end and stop - begin == 2 and low[end - 1] in "€£$"
    return grammar.pack.comma_is_decimal and begin == end + 1 and _CHANGE_END.match(low, stop) is not None


def _is_han(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff"
