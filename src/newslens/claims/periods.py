"""The period of a business result: a year's figure is per year, a month's per month, a quarter's plain."""

from __future__ import annotations

import re
from functools import cache

from newslens.claims.scene import Scene
from newslens.languages.pack import load_pack, words_pattern

PLAIN = "quarter"  # a quarter's (or half-year's) figure bears no period
_YEAR_NAMED = re.compile(r"(?:in|en|for|pour|by|d'ici) 20\d\d|20\d\d ?年(?! ?\d{1,2} ?月)")


def unit_with_period(scene: Scene, unit: str) -> str:
    """Return `unit` with the period the text names for it.

    The nearest word for a period decides in the quantity's line; where the line names none, the line before and
    the heading. A bare year ("in 2024") counts where no such word stands.
    Source: claims contract, hard reading 3.
    """
    if "/" in unit or unit == "percent":
        return unit
    low, line = scene.document.view.low, scene.line
    periods, loose = _patterns(line.pack.code)
    own = (line.start, line.end)
    for zone in (own, *((z.start, z.end) for z in (scene.previous, scene.heading) if z)):
        spans = [(m.span(), name) for name, pattern in periods.items() for m in pattern.finditer(low, *zone)]
        if spans:
            period = max(spans, key=lambda s: scene.near(s[0]))[1] if zone == own else spans[-1][1]
            return unit if period == PLAIN else f"{unit}/{period}"
        if loose.search(low, *zone) or _YEAR_NAMED.search(low, *zone):
            return f"{unit}/year"
    return unit


@cache
def _patterns(code: str) -> tuple[dict[str, re.Pattern[str]], re.Pattern[str]]:
    words = load_pack(code).period_words
    named: dict[str, re.Pattern[str]] = {
        name: words_pattern(listed) for name, listed in words.items() if name != "year_loosely"
    }
    return named, words_pattern(words["year_loosely"])
