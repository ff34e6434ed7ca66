"""Chinese numerals below ten thousand: 五百五十七, 两千, 三点五, 二〇二五, 三百五, 两三百."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
PLACES = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
DIGIT = f"[{''.join(DIGITS)}]"
HAN_NUMERAL = rf"[{''.join(DIGITS)}{''.join(PLACES)}]+(?:点{DIGIT}+)?"
LONGEST = 28
_SPREAD = re.compile(rf"(?<!{DIGIT})([一二两三四五六七八])([二三四五六七八九])(?!{DIGIT}|点)")


@dataclass(frozen=True, slots=True)
class HanNumber:
    """A numeral's value; `high` where two neighbouring digits say a range (两三百: 200 to 300)."""

    low: Decimal
    high: Decimal | None = None


def read_han(written: str) -> Decimal | None:
    """Return the value of a Han numeral below ten thousand, or None where the signs make no number (十千)."""
    if len(written) > LONGEST:
        return None
    whole, _, part = written.partition("点")
    decimals = "".join(str(DIGITS[c]) for c in part)
    if not any(c in PLACES for c in whole):
        value: int | None = int("".join(str(DIGITS[c]) for c in whole))
    else:
        value = _sum_places(whole)
    if value is None:
        return None
    return Decimal(f"{value}.{decimals}" if decimals else value)


def read_han_spread(written: str) -> HanNumber | None:
    """Return a Han numeral's value, or both where two neighbouring digits make it a range (两三千, 十七八)."""
    pair = _SPREAD.search(written)
    if pair and DIGITS[pair.group(2)] == DIGITS[pair.group(1)] + 1:
        low = read_han(written[: pair.start(2)] + written[pair.end(2) :])
        high = read_han(written[: pair.start(1)] + written[pair.end(1) :])
        if low is not None and high is not None:
            return HanNumber(low, high)
    value = read_han(written)
    return None if value is None else HanNumber(value)


def _sum_places(whole: str) -> int | None:
    total, digit, below, last = 0, None, 10_000, 0
    for c in whole:
        if c not in PLACES:
            if digit:
                return None
            digit, zero = DIGITS[c], not DIGITS[c]
            last = 0 if zero else last
            continue
        place = PLACES[c]
        if place >= below or (digit is None and place != 10):
            return None
        total, digit, below, last = total + (1 if digit is None else digit) * place, None, place, place
    if digit and last >= 100:
        return total + digit * last // 10  # 三百五 is 350; with 零 it is 305
    return total + (digit or 0)
