"""Spans in which no number is read, freed of the quantities that a name's span has swallowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from newslens.languages.pack import Pack
from newslens.languages.signs import load_signs
from newslens.quantities.han import HAN_NUMERAL
from newslens.quantities.numeral_grammar import numeral_grammar

Span = tuple[int, int]
_ALONE = r"(?<![a-z0-9.,-])[0-9][0-9.,]*"
_SIGN = re.compile(r" ?[$€£¥]")
_UNIT_REACH = 24
# 据估算要上百万美元 stands without a space behind a Latin name
_HAN_AMOUNT = rf"[上数几]?{HAN_NUMERAL}[万亿]{{0,2}}(?=[美欧日港加澳韩]?元)"


@cache
def _amount() -> re.Pattern[str]:
    """Return the pattern of where an amount may begin: digits that stand alone, a currency's code, Han money."""
    codes = "|".join(map(re.escape, (*load_signs().codes.any_case, "rs.", "rs")))
    return re.compile(rf"(?P<digits>{_ALONE})|(?<![a-z])(?:{codes}) ?(?=[0-9])|{_HAN_AMOUNT}")


def free_quantities(low: str, blocked: Sequence[Span], pack: Pack) -> list[Span]:
    """Return the blocked spans, each ended before a quantity in it or cut by its end: AI Ultra套餐定价249|.99美元."""
    kept: list[Span] = []
    for start, end in blocked:
        stop = next((at for at in _amounts(low, start, end, pack.code)), end)
        if start < stop:
            kept.append((start, stop))
    return kept


def _amounts(low: str, start: int, end: int, code: str) -> Iterator[int]:
    """Yield where an amount begins in [start, end); its unit may stand behind that."""
    measured = numeral_grammar(code).measured
    for match in _amount().finditer(low, start, min(len(low), end + _UNIT_REACH)):
        is_bare = match.group("digits") is not None
        if match.start() < end and (not is_bare or _SIGN.match(low, match.end()) or measured.match(low, match.end())):
            yield match.start()


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, overlapping ones as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
