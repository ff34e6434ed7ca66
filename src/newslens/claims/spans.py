"""Places in the order of a text, looked up by bisection: one line may hold thousands of figures, names and cue words.

Every caller looks at what it gets as it would look at them all; these only leave out what cannot matter. Spans are in
the order of the text and do not overlap.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter, itemgetter

from newslens.entities.names import Mention
from newslens.records import Quantity

Span = tuple[int, int]
FEW = 8  # spans that are looked through faster than they are bisected
_START, _END = itemgetter(0), itemgetter(1)
_MENTION_START, _QUANTITY_START = attrgetter("start"), attrgetter("start")


def touching(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Return the spans that touch the stretch from `start` to `end`, both included."""
    if len(spans) <= FEW:
        return spans
    return spans[bisect_left(spans, start, key=_END) : bisect_right(spans, end, key=_START)]


def around(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Return the spans that touch [start, end) and the next one on either side: no other is nearer."""
    if len(spans) <= FEW:
        return spans
    return spans[max(0, bisect_right(spans, start, key=_END) - 1) : bisect_left(spans, end, key=_START) + 1]


def starting(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Return the spans that begin in [start, end)."""
    return spans[bisect_left(spans, start, key=_START) : bisect_left(spans, end, key=_START)]


def mentions_starting(mentions: Sequence[Mention], start: int, end: int) -> Sequence[Mention]:
    """Return the names that begin in [start, end)."""
    return mentions[bisect_left(mentions, start, key=_MENTION_START) : bisect_left(mentions, end, key=_MENTION_START)]


def quantities_starting(quantities: Sequence[Quantity], start: int, end: int) -> Sequence[Quantity]:
    """Return the quantities that begin in [start, end)."""
    return quantities[
        bisect_left(quantities, start, key=_QUANTITY_START) : bisect_left(quantities, end, key=_QUANTITY_START)
    ]


def nearest_mentions(mentions: Sequence[Mention], at: int, most: int) -> Sequence[Mention]:
    """Return the names that begin nearest to offset `at`, in the order of the text."""
    if len(mentions) <= most:
        return mentions
    place = bisect_left(mentions, at, key=_MENTION_START)
    near = mentions[max(0, place - most) : place + most]
    return sorted(sorted(near, key=lambda m: abs(m.start - at))[:most], key=_MENTION_START)
