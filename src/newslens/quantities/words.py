"""Number words: "two hundred and five", "soixante et onze", 五百五十七, and their decimal points."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from newslens.languages.pack import NumberWords, Pack, alternatives

Reader = Callable[[str], Decimal | None]
_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}
_HAN_PLACES = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_HAN = "".join(_HAN_DIGITS) + "".join(_HAN_PLACES)
HAN_NUMERAL = rf"[{_HAN}]+(?:点[{''.join(_HAN_DIGITS)}]+)?"


def numeral_source(pack: Pack) -> str:
    """Return the regex source of a written-out number in the pack's language."""
    if pack.numerals == "han":
        return HAN_NUMERAL
    word = alternatives([*pack.numbers.units, *pack.numbers.hundreds])
    joiner = rf"(?:[ -]|[ -]{alternatives(pack.numbers.joiners)}[ -])"
    whole = rf"{word}(?:{joiner}{word}){{0,8}}"
    return rf"{whole}(?: {alternatives(pack.numbers.point)} {whole})?"


def numeral_reader(pack: Pack) -> Reader:
    """Return the function that reads what `numeral_source` matches; it answers None where that is no number."""
    if pack.numerals == "han":
        return read_han
    return lambda written: read_words(written, pack.numbers)


def read_words(written: str, words: NumberWords) -> Decimal | None:
    """Return the value of English or French number words below a million, or None."""
    for point in words.point:
        if f" {point} " in written:
            left, right = written.split(f" {point} ", 1)
            whole, part = _sum_words(left, words), _decimals(right, words)
            return None if whole is None or part is None else Decimal(f"{whole}.{part}")
    total = _sum_words(written, words)
    return None if total is None else Decimal(total)


def _tokens(written: str, words: NumberWords) -> list[str]:
    known = alternatives([*words.units, *words.hundreds])
    return re.findall(known, written)


def _sum_words(written: str, words: NumberWords) -> int | None:
    total, part = 0, 0  # thousands so far, and what stands since
    below = 1000  # each word must be smaller than the one before: "twenty five", never "five twenty"
    for token in _tokens(written, words):
        if token in words.hundreds:
            scale = words.hundreds[token]
            if scale >= 1000:
                if total:
                    return None
                total, part, below = max(part, 1) * scale, 0, 1000
            elif part >= 100:
                return None
            else:
                part, below = max(part, 1) * scale, 100
        else:
            value = words.units[token]
            if value >= below:
                return None
            # soixante-douze and quatre-vingt-dix-sept count on to nineteen
            part, below = part + value, 20 if value in (60, 80) else 10 if value >= 20 else 1
    return total + part


def _decimals(written: str, words: NumberWords) -> str | None:
    tokens = _tokens(written, words)
    if len(tokens) > 1 and all(words.units.get(t, 10) < 10 for t in tokens):
        return "".join(str(words.units[t]) for t in tokens)
    value = _sum_words(written, words)
    return None if value is None else str(value)


def read_han(written: str) -> Decimal | None:
    """Return the value of a Han numeral below ten thousand (五百五十七, 两千, 三点五, 二〇二五), or None."""
    whole, _, part = written.partition("点")
    digits = "".join(str(_HAN_DIGITS[c]) for c in part)
    if not any(c in _HAN_PLACES for c in whole):
        value = "".join(str(_HAN_DIGITS[c]) for c in whole)
        return Decimal(f"{value}.{digits}" if digits else value)
    total, digit, below = 0, None, 10_000
    for c in whole:
        if c in _HAN_PLACES:
            place = _HAN_PLACES[c]
            if place >= below or (digit is None and place != 10):
                return None
            total, digit, below = total + (1 if digit is None else digit) * place, None, place
        elif digit is not None and digit != 0:
            return None
        else:
            digit = _HAN_DIGITS[c]
    if digit is not None and digit and whole[-2:-1] in _HAN_PLACES and below > 10 and len(whole) == 3:
        return None  # 三百五: 350 said short, too rare to guess
    total += digit or 0
    return Decimal(f"{total}.{digits}" if digits else total)
