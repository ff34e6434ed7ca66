"""Spans in which no number is read, freed of the quantities that a name's span has swallowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.languages.signs import load_signs
from newslens.quantities.currencies import currency_names
from newslens.quantities.han import HAN_NUMERAL

Span = tuple[int, int]
# 据估算要上百万美元 stands without a space behind a Latin name
_HAN_AMOUNT = rf"[上数几]?{HAN_NUMERAL}[万亿]{{0,2}}(?=[美欧日港加澳韩]?元)"


@cache
def _quantity(code: str) -> re.Pattern[str]:
    """Return the pattern of digits that stand alone and go on with a magnitude, a currency or a percent sign."""
    pack = load_pack(code)
    magnitudes, money = alternatives(pack.multipliers), alternatives(currency_names(code))
    follows = rf"[ -]?(?:{magnitudes}|{money}|{alternatives(pack.units.percent)}|[$€£¥])"
    codes = "|".join(map(re.escape, (*load_signs().codes.any_case, "rs.", "rs")))
    digits = rf"(?<![a-z0-9.,-])[0-9][0-9.,]*(?={follows})"
    return re.compile(rf"{digits}|(?<![a-z])(?:{codes}) ?(?=[0-9])|{_HAN_AMOUNT}")


def free_quantities(low: str, blocked: Sequence[Span], pack: Pack) -> list[Span]:
    """Return the blocked spans, each ended before a quantity in it or cut by its end: AI Ultra套餐定价249|.99美元."""
    pattern = _quantity(pack.code)
    kept: list[Span] = []
    for start, end in blocked:
        # the pattern may look past the name's end, where the unit stands
        match = next((m for m in pattern.finditer(low, start, min(len(low), end + 24)) if m.start() < end), None)
        stop = match.start() if match else end
        if start < stop:
            kept.append((start, stop))
    return kept


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, overlapping ones as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
