"""The period of a business result: a year's figure is per year, a month's per month, a quarter's plain."""

from __future__ import annotations

import re
from functools import cache

from newslens.claims.document import Line
from newslens.claims.ranker import Decision, Judge
from newslens.claims.scene import Features, Scene
from newslens.claims.spans import Span
from newslens.languages.pack import load_pack, words_pattern

PLAIN = "quarter"  # a quarter's (or half-year's) figure bears no period
PERIODS: tuple[str | None, ...] = (None, "year", "month", "day")
_YEAR_NAMED = re.compile(r"(?<![\d.,])20[12]\d(?![\d%])(?! ?年(?: ?\d{1,2} ?月))")


def unit_with_period(scene: Scene, unit: str, judge: Judge) -> tuple[str, Decision | None]:
    """Return `unit` with the period of a result, and how it was decided; a unit that names its period is kept.

    Source: claims contract, hard reading 3.
    """
    if "/" in unit or unit == "percent":
        return unit, None
    decision = judge.choose("period", scene, PERIODS, period_features(scene))
    period = PERIODS[decision.choice]
    return (f"{unit}/{period}" if period else unit), decision


def period_features(scene: Scene) -> list[Features]:
    """Return the features of each period, in the order of PERIODS.

    Words for a period count by their nearness in the figure's line, and by being the nearest there; those of the line
    before, the heading and the opening stand for what the line does not say.
    """
    line = scene.line
    place: Features = {}
    spans = [(s, name) for name, found in _period_words(scene, line).items() for s in scene.nearest(found)]
    for span, name in spans:
        place[name] = max(place.get(name, 0.0), scene.near(span))
        if scene.clauses_between(span) == 0:
            place[f"{name}@"] = 1.0
    if spans:
        place[f"nearest {max(spans, key=lambda s: scene.near(s[0]))[1]}"] = 1.0
    around = {"-": scene.previous, "^": scene.heading, "opening": scene.document.lines[0]}
    for mark, zone in around.items():
        if zone is not None and zone is not line:
            for name in _period_words(scene, zone):
                place[f"{name}{mark}"] = 1.0
                if not spans:
                    place[f"{name}{mark}, none here"] = 1.0
    if not spans:
        place["none here"] = 1.0
    result: list[Features] = []
    for period in PERIODS:
        name, own = period or "plain", period or PLAIN
        features = {f"{name}|{f}": v for f, v in place.items()} | {name: 1.0}
        marks = ("", "@", "-", "^", "opening", "-, none here")
        features |= {f"own{mark}": place[own + mark] for mark in marks if own + mark in place}
        if f"nearest {own}" in place:
            features["own is nearest"] = 1.0
        result.append(features)
    return result


def _period_words(scene: Scene, line: Line) -> dict[str, list[Span]]:
    """Return the words for periods in a line: `quarter`, `month`, `year`, `day`, `year_loosely`, `year named`."""
    low, code = scene.document.view.low, scene.line.pack.code

    def find() -> dict[str, list[Span]]:
        patterns = _patterns(code) | {"year named": _YEAR_NAMED}
        found = {name: [m.span() for m in p.finditer(low, line.start, line.end)] for name, p in patterns.items()}
        return {name: spans for name, spans in found.items() if spans}

    return line.once(("period words", code), find)


@cache
def _patterns(code: str) -> dict[str, re.Pattern[str]]:
    return {name: words_pattern(listed) for name, listed in load_pack(code).period_words.items()}
