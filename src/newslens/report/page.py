"""The page: everything it shows as plain records, then one template with the style and script inlined."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from newslens.report.charts import about, agreement, draw_charts, outlet_of, spread_marks, stated_span
from newslens.report.material import Cells, Material, gather, split_sentence
from newslens.report.words import Wording
from newslens.store.group_records import FactGroup

if TYPE_CHECKING:
    from newslens.groups.diff import Changes
    from newslens.store.interface import Store

_MOST_OF_A_CONFLICT = 10
_ONE_EACH = 2
_SCRIPT_WORDS = (
    "shown", "show_more", "nothing", "undated", "no_one", "date", "outlet", "type", "subject", "value", "stance",
    "source", "place", "attributed_to", "modality", "confidence", "language", "slip_note", "unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as the page shows it."""

    claim_id: str
    claim_type: str
    subject: str
    value: str
    size: float
    before: str
    quote: str
    after: str
    language: str
    title: str
    source: str
    href: str | None
    outlet: str
    printed_by: str
    day: str
    iso_day: str
    attributed_to: str
    modality: str
    stance: str
    slip_power: int | None
    confidence: float


def render_page(store: Store, *, language: str, changes: Changes | None = None) -> str:
    """Return the report as one HTML page."""
    wording = Wording(language)
    material = gather(store)
    views = _Views(store, wording)
    rows = [views.of(cells) for cells in material.rows]
    headlines = [_headline(group, material, wording) for group in material.headlines]
    conflicts = [_conflict(group, material, views, wording) for group in material.contested]
    for group_id in material.members:
        views.all_of(material.members[group_id][:_MOST_OF_A_CONFLICT])
    charts = draw_charts(material, wording)
    for claim_id in (row.claim_id for chart in charts for row in chart.rows):
        views.want(claim_id, material)
    style, script = _asset("page.css"), _asset("page.js")
    run = store.latest_run()
    page: str = _template().render(
        w=wording,
        m=material,
        policy=_policy(style, script),
        style=style,
        script=script,
        headlines=headlines,
        conflicts=conflicts,
        changes=_changes(changes, views, wording) if changes is not None else None,
        charts=charts,
        data=_script_safe(_data(rows, views.made.values(), wording)),
        rows=rows,
        types=sorted({row.claim_type for row in rows}, key=wording.type),
        stances=[s for s in ("agrees", "differs", "slip", "doubts", "vague") if any(r.stance == s for r in rows)],
        languages=sorted({row.language for row in rows}),
        run=run,
        run_day=wording.day(run.started_at.date()) if run else "",
        version=version("newslens"),
    )
    return page


class _Views:
    """The claims that the page shows, each made once."""

    def __init__(self, store: Store, wording: Wording) -> None:
        self._store = store
        self._wording = wording
        self.made = dict[str, ClaimView]()

    def of(self, cells: Cells) -> ClaimView:
        """Return the claim as shown."""
        claim_id = str(cells["claim_id"])
        if claim_id not in self.made:
            self.made[claim_id] = self._view(cells)
        return self.made[claim_id]

    def all_of(self, members: Iterable[Cells]) -> list[ClaimView]:
        """Return the claims as shown."""
        return [self.of(cells) for cells in members]

    def want(self, claim_id: str | None, material: Material) -> None:
        """See that a claim a chart leads to is on the page."""
        if claim_id is not None and claim_id not in self.made:
            its = (cells for members in material.members.values() for cells in members)
            self.of(next(cells for cells in its if cells["claim_id"] == claim_id))

    def _view(self, cells: Cells) -> ClaimView:
        w = self._wording
        before, quote, after = split_sentence(self._store, cells)
        low, high, source = cells["value_low"], cells["value_high"], str(cells["source"])
        subject = str(cells["subject"] or w["unknown"])
        parts = [subject, w.unit_word(str(cells["facet"])) if cells["facet"] else "", str(cells["object"] or "")]
        return ClaimView(
            claim_id=str(cells["claim_id"]),
            claim_type=str(cells["claim_type"]),
            subject=" · ".join(filter(None, parts)),
            value=w.value(low, high, str(cells["bound"]), str(cells["unit"])),
            size=float(low if low is not None else high),
            before=before,
            quote=quote,
            after=after,
            language=str(cells["language"]),
            title=str(cells["title"] or ""),
            source=source,
            href=source if source.startswith(("https://", "http://")) else None,
            outlet=outlet_of(cells),
            printed_by=str(cells["outlet"] or ""),
            day=w.day(cells["published_at"]),
            iso_day=cells["published_at"].isoformat() if cells["published_at"] else "",
            attributed_to=str(cells["attributed_to"] or ""),
            modality=str(cells["modality"]),
            stance=str(cells["stance"] or "vague"),
            slip_power=cells["slip_power"],
            confidence=float(cells["confidence"]),
        )


def _headline(group: FactGroup, material: Material, wording: Wording) -> dict[str, Any]:
    members = material.members.get(group.group_id, [])
    return {
        "group": group,
        "about": about(group, wording),
        "value": wording.value_and_unit(*_consensus_of(group)),
        "spread": spread_marks(members),
        "stated": stated_span(members, wording),
        "agreement": agreement(group, wording),
        "claim_id": next((cells["claim_id"] for cells in members if cells["stance"] == "agrees"), None),
    }


def _conflict(group: FactGroup, material: Material, views: _Views, wording: Wording) -> dict[str, Any]:
    members = material.members.get(group.group_id, [])
    agreeing = [cells for cells in members if cells["stance"] == "agrees"]
    others = [cells for cells in members if cells["stance"] in ("slip", "differs", "doubts")]
    shown = [*agreeing[:_ONE_EACH], *others[: _MOST_OF_A_CONFLICT - min(len(agreeing), _ONE_EACH)]]
    return {
        "group": group,
        "about": about(group, wording),
        "value": _consensus(group, wording),
        "claims": views.all_of(shown),
        "more": group.claims - len(shown),
        "spread": spread_marks(members),
        "stated": stated_span(members, wording),
        "agreement": agreement(group, wording),
    }


def _consensus(group: FactGroup, wording: Wording) -> str:
    return wording.value(*_consensus_of(group))


def _consensus_of(group: FactGroup) -> tuple[float | None, float | None, str, str]:
    """Return the one figure that is shown, or the bounds where none is stated plainly."""
    if group.bound in ("exact", "approx"):
        return group.value, group.value, group.bound, group.unit
    return group.value_low, group.value_high, group.bound, group.unit


def _changes(changes: Changes, views: _Views, wording: Wording) -> dict[str, Any]:
    return {
        "since": _since(changes.since, wording),
        "counts": changes.counts(),
        "new": views.all_of(changes.new[:_MOST_OF_A_CONFLICT]),
        "vanished": views.all_of(changes.vanished[:_MOST_OF_A_CONFLICT]),
        "changed": [(views.of(now), _before(before, wording)) for before, now in changes.changed[:_MOST_OF_A_CONFLICT]],
        "conflicts": [(about(g, wording), _consensus(g, wording)) for g in changes.conflicts],
    }


def _since(since: str, wording: Wording) -> str:
    return str(wording["run"].format(since)) if since.isdecimal() else wording.day(date.fromisoformat(since))


def _before(cells: Cells, wording: Wording) -> str:
    return wording.value(cells["value_low"], cells["value_high"], str(cells["bound"]), str(cells["unit"]))


def _data(rows: Sequence[ClaimView], views: Iterable[ClaimView], wording: Wording) -> dict[str, Any]:
    """Return what the script needs: the claims as lists of cells, in the order of the table, and its words."""
    fields = list(ClaimView.__slots__)
    shown = {row.claim_id for row in rows}
    ordered = [*rows, *(view for view in views if view.claim_id not in shown)]
    return {
        "columns": fields,
        "claims": [[getattr(view, name) for name in fields] for view in ordered],
        "rows": len(rows),
        "words": {name: wording[name] for name in _SCRIPT_WORDS},
        "types": {row.claim_type: wording.type(row.claim_type) for row in ordered},
        "names": {name: wording[name] for name in ("agrees", "differs", "slip", "doubts", "vague")}
        | {name: wording[name] for name in ("asserted", "reported", "disputed", "hypothetical")},
        "languages": dict(wording["language_names"]),
        "locale": wording.language,
    }


def _script_safe(value: Any) -> str:
    """Return the value as JSON in which no text can end the script element or be taken for markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _policy(style: str, script: str) -> str:
    """Return a policy under which only this style and this script work, and nothing is ever loaded."""
    rules = {
        "default-src": "'none'",
        "style-src": _hash(style),
        "script-src": _hash(script),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return (files("newslens.report") / name).read_text("utf-8")


def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_asset("page.html"))
