"""Charts as rows of marks on a shared scale: labels are text that wraps, marks are SVG placed in percents.

So a chart fits a phone and a sheet of paper as it is, needs no script, and reads as a list where it cannot be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from newslens.report.material import Cells, Material
from newslens.report.words import Wording
from newslens.store.group_records import FactGroup

_STATED = ("agrees", "differs", "slip", "doubts", "vague")
_MOST_TICKS = 6
_MOST_OF_A_FACT = 8
_LONGEST_TITLE = 56


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: a dot at `at`, a bar from `start` to `end`, or both, in percents of the scale."""

    at: float | None
    start: float | None
    end: float | None
    tone: str
    is_open: bool = False
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One line of a chart; `claim_id` is what its value opens."""

    label: str
    note: str
    value: str
    marks: Sequence[Mark]
    claim_id: str | None = None
    is_head: bool = False
    cells: Sequence[str] = ()


@dataclass(slots=True)
class Chart:
    """A chart with its scale, its words, and the table behind it."""

    name: str
    title: str
    alt: str
    columns: Sequence[str]
    rows: list[ChartRow] = field(default_factory=list)
    ticks: Sequence[tuple[float, str]] = ()
    shown_of: str = ""


class Scale:
    """A logarithmic or plain scale over values, in percents of its length."""

    def __init__(self, values: Iterable[float], *, is_log: bool) -> None:
        known = [value for value in values if not math.isinf(value) and (value > 0 or not is_log)]
        self._is_log = is_log
        if is_log:
            low, high = (min(known), max(known)) if known else (1.0, 10.0)
            self._low: float = math.floor(math.log10(low) - 0.05)
            self._high: float = max(math.ceil(math.log10(high) + 0.05), self._low + 1)
        else:
            far = max((abs(value) for value in known), default=1.0) * 1.08
            self._low, self._high = -far, far

    def at(self, value: float) -> float:
        """Return where the value lies, from 0 to 100."""
        if self._is_log:
            value = math.log10(value) if value > 0 else self._low
        return round(min(max((value - self._low) / (self._high - self._low), 0), 1) * 100, 2)

    def ticks(self) -> list[float]:
        """Return the values to write at the axis."""
        if not self._is_log:
            step = 10.0 ** math.floor(math.log10(self._high))
            step = next(s for s in (step / 4, step / 2, step, step * 2) if self._high / s <= 3)
            reach = math.floor(self._high / step)
            return [step * i for i in range(-reach, reach + 1)]
        powers = range(int(self._low), int(self._high) + 1)
        step = math.ceil(len(powers) / _MOST_TICKS)
        return [10.0**power for power in powers[::step]]


def draw_charts(material: Material, wording: Wording) -> list[Chart]:
    """Return the charts that there is anything to draw in."""
    made = [
        _cost_chart(material, wording),
        _fact_chart(material, wording, "token_price", "price", "USD/Mtok"),
        _fact_chart(material, wording, "chip_count", "chips", "chip"),
        _moves_chart(material, wording),
        _languages_chart(material, wording),
    ]
    return [chart for chart in made if chart.rows]


def claim_mark(cells: Cells, scale: Scale, factor: float = 1.0) -> Mark:
    """Return the mark of a claim: a dot, a bar for a range, a dashed line where only a bound is stated."""
    low, high = (abs(v) * factor if v is not None else None for v in (cells["value_low"], cells["value_high"]))
    tone, bound = str(cells["stance"] or "vague"), cells["bound"]
    if low is not None and high is not None and low != high:
        first, last = sorted((scale.at(low), scale.at(high)))
        return Mark(None, first, last, tone)
    value = low if low is not None else high
    assert value is not None  # a claim states at least one bound
    at = scale.at(value)
    if bound in ("at_least", "vague"):
        return Mark(at, at, 100, tone, is_open=True, is_hollow=True)
    if bound == "at_most":
        return Mark(at, 0, at, tone, is_open=True, is_hollow=True)
    return Mark(at, None, None, tone, is_hollow=bound == "approx")


def about(group: FactGroup, wording: Wording) -> str:
    """Return whom the fact is of, in what respect, compared with what."""
    parts = [group.subject or wording["unknown"]]
    if group.facet:
        parts.append(wording.unit_word(group.facet))
    if group.object:
        is_ratio = group.claim_type == "cost_ratio"
        parts.append(wording["compared_with"].format(group.object) if is_ratio else group.object)
    return " · ".join(parts)


def outlet_of(cells: Cells) -> str:
    """Return the outlet; where none is known the title, or else the end of the path."""
    if cells["outlet"]:
        return str(cells["outlet"])
    title = " ".join(str(cells["title"] or "").split())
    if title:
        return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"
    return str(cells["source"]).rstrip("/").rsplit("/", 1)[-1]


def spread_marks(members: Sequence[Cells]) -> list[Mark]:
    """Return a group's claims as marks on a scale of its own, the consensus on top; none where all state the same."""
    its, unit, sizes = _of_main_unit(members)
    if len(set(sizes)) < 2:
        return []
    scale = Scale(sizes, is_log=True)
    return [claim_mark(cells, scale) for cells in reversed(its) if cells["unit"] == unit]


def stated_span(members: Sequence[Cells], wording: Wording) -> tuple[str, str] | None:
    """Return the least and the greatest figure that a group's claims state; None where there is one alone."""
    its, unit, sizes = _of_main_unit(members)
    if len(set(sizes)) < 2:
        return None
    sign = -1 if any(v < 0 for c in its for v in (c["value_low"], c["value_high"]) if v) else 1
    currency = unit.partition("/")[0]
    return wording.amount(sign * min(sizes), currency), wording.amount(sign * max(sizes), currency)


def _of_main_unit(members: Sequence[Cells]) -> tuple[list[Cells], str, list[float]]:
    units = [str(cells["unit"]) for cells in members if cells["bound"] != "vague"]
    unit = max(sorted(set(units)), key=units.count, default="")
    its = [cells for cells in members if cells["bound"] != "vague" and cells["unit"] == unit]
    return its, unit, [abs(v) for cells in its for v in (cells["value_low"], cells["value_high"]) if v]


def _cost_chart(material: Material, wording: Wording) -> Chart:
    groups = material.charted["training_cost"]
    chart = Chart(
        "cost", wording["chart_cost"], wording["chart_cost_alt"].format("USD"), _columns(wording, "subject", "outlet")
    )
    shown = [(g, [c for c in material.members.get(g.group_id, []) if _dollars(c)][:_MOST_OF_A_FACT]) for g in groups]
    scale = Scale((v for _, its in shown for c in its for v in _dollars(c)), is_log=True)
    for group, its in shown:
        if its:
            chart.rows.append(ChartRow(about(group, wording), agreement(group, wording), "", [], is_head=True))
        for cells in its:
            mark = claim_mark(cells, scale, _dollars(cells)[0] / abs(cells["value_low"] or cells["value_high"]))
            value = wording.value(cells["value_low"], cells["value_high"], str(cells["bound"]), str(cells["unit"]))
            note = " · ".join(filter(None, (cells["attributed_to"], _day(cells, wording))))
            chart.rows.append(
                ChartRow(
                    outlet_of(cells), note, value, [mark], str(cells["claim_id"]),
                    cells=(str(cells["subject"] or ""), outlet_of(cells), value, wording[str(cells["stance"])]),
                )
            )  # fmt: skip
    chart.ticks = [(scale.at(tick), wording.amount(tick, "USD")) for tick in scale.ticks()]
    chart.shown_of = _shown_of(len(groups), material.facts_by_type["training_cost"], wording)
    return chart


def _fact_chart(material: Material, wording: Wording, claim_type: str, name: str, unit: str) -> Chart:
    """Return a chart of one line a fact: its consensus, and the span of all that sources state."""
    groups = [g for g in material.charted[claim_type] if g.unit == unit and g.value > 0]
    groups.sort(key=lambda g: -g.value)
    alt = wording[f"chart_{name}_alt"].format(unit)
    chart = Chart(name, wording[f"chart_{name}"], alt, _columns(wording, "subject", "consensus"))
    spans = {g.group_id: _span(g, material.members.get(g.group_id, ())) for g in groups}
    scale = Scale((v for span in spans.values() for v in span), is_log=True)
    for group in groups:
        low, high = spans[group.group_id]
        sides = {"input": "input", "output": "output"} if claim_type == "token_price" else {}
        tone = sides.get(group.facet or "", "plain" if sides else "agrees")
        marks = [Mark(None, scale.at(low), scale.at(high), "span")] if low < high else []
        at = scale.at(group.value)
        open_end = {"at_least": (at, 100.0), "at_most": (0.0, at)}.get(group.bound)
        if open_end:
            marks.append(Mark(None, *open_end, tone, is_open=True))
        marks.append(Mark(at, None, None, tone, is_hollow=group.bound != "exact"))
        value = wording.value(group.value_low, group.value_high, group.bound, group.unit.partition("/")[0])
        chart.rows.append(
            ChartRow(
                about(group, wording), agreement(group, wording), value, marks, _first_claim(group, material),
                cells=(about(group, wording), value, agreement(group, wording)),
            )
        )  # fmt: skip
    chart.ticks = [(scale.at(tick), wording.amount(tick, unit.partition("/")[0])) for tick in scale.ticks()]
    chart.shown_of = _shown_of(len(groups), material.facts_by_type[claim_type], wording)
    return chart


def _moves_chart(material: Material, wording: Wording) -> Chart:
    groups = sorted(material.charted["share_price_change"], key=lambda g: (g.period or "9", g.value))
    chart = Chart(
        "moves", wording["chart_moves"], wording["chart_moves_alt"], _columns(wording, "date", "subject", "value")
    )
    scale = Scale((g.value for g in groups), is_log=False)
    for group in groups:
        value = wording.amount(group.value, group.unit)
        first, last = sorted((scale.at(0), scale.at(group.value)))
        day = wording.day(group.first_date)
        tone = "fall" if group.value < 0 else "rise"
        chart.rows.append(
            ChartRow(
                str(group.subject), day, value, [Mark(None, first, last, tone)], _first_claim(group, material),
                cells=(day, str(group.subject), value),
            )
        )  # fmt: skip
    chart.ticks = [(scale.at(tick), wording.amount(tick, "percent") if tick else "0") for tick in scale.ticks()]
    chart.shown_of = _shown_of(len(groups), material.facts_by_type["share_price_change"], wording)
    return chart


def _languages_chart(material: Material, wording: Wording) -> Chart:
    chart = Chart(
        "languages",
        wording["chart_languages"],
        wording["chart_languages_alt"],
        [wording["language"], *(wording[s] for s in _STATED)],
    )
    for language, counts in sorted(material.stances.items(), key=lambda one: (-one[1].total(), one[0])):
        total, start, marks = counts.total(), 0.0, []
        for stance in _STATED:
            end = start + 100 * counts[stance] / total
            if counts[stance]:
                marks.append(Mark(None, round(start, 2), round(end, 2), stance))
            start = end
        share = wording.share(counts["agrees"] / total)
        note = f"{wording.count(total)} {wording['claims']}"
        cells = (wording.language_name(language), *(wording.count(counts[s]) for s in _STATED))
        chart.rows.append(ChartRow(wording.language_name(language), note, share, marks, cells=cells))
    return chart


def _columns(wording: Wording, *names: str) -> list[str]:
    last = () if "value" in names else ("value", "stance") if "outlet" in names else ("agrees",)
    return [wording[name] for name in (*names, *last)]


def agreement(group: FactGroup, wording: Wording) -> str:
    if group.sources == 1:
        return str(wording["agree_one"])
    return str(wording["agree"].format(wording.count(group.sources_agreeing), wording.count(group.sources)))


def _shown_of(shown: int, of: int, wording: Wording) -> str:
    return str(wording["shown_of"].format(wording.count(shown), wording.count(of))) if shown < of else ""


def _day(cells: Cells, wording: Wording) -> str:
    return wording.day(cells["published_at"]) if cells["published_at"] else ""


def _dollars(cells: Cells) -> list[float]:
    """Return the sizes a claim states in US dollars; none where they cannot be told, or are vague."""
    if cells["bound"] == "vague":
        return []
    return [abs(value) for value in (cells["value_low_usd"], cells["value_high_usd"]) if value]


def _span(group: FactGroup, members: Sequence[Cells]) -> tuple[float, float]:
    its: list[Any] = [
        value
        for c in members
        if c["unit"] == group.unit and c["bound"] != "vague"
        for value in (c["value_low"], c["value_high"])
        if value
    ]
    return min(its, default=group.value), max(its, default=group.value)


def _first_claim(group: FactGroup, material: Material) -> str | None:
    return next((str(cells["claim_id"]) for cells in material.members.get(group.group_id, ())), None)
