"""What an editor reads in the morning: claims that are new, changed or gone, and facts newly in conflict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from newslens.groups import group_rows
from newslens.records import CLAIM_COLUMNS
from newslens.rows import CLAIM_KINDS, Columns, Row
from newslens.store.group_records import FactGroup, GroupMember

Cells = Mapping[str, Any]

_SAYS = ("value_low", "value_high", "bound", "unit", "attributed_to", "modality")
_ABOUT = ("source", "claim_type", "subject", "object", "facet")


@dataclass(slots=True)
class Changes:
    """What became of the claims since a run or day; `changed` holds each as it was and as it is."""

    since: str
    new: list[Cells] = field(default_factory=list)
    changed: list[tuple[Cells, Cells]] = field(default_factory=list)
    vanished: list[Cells] = field(default_factory=list)
    conflicts: list[FactGroup] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return how many there are of each."""
        return {name: len(getattr(self, name)) for name in ("new", "changed", "vanished", "conflicts")}


def compare(
    before: Iterable[Row], now: Iterable[Row], *, since: str, families: Mapping[str, str] | None = None
) -> Changes:
    """Return what changed from the rows `before` to the rows `now`, both of the claims table.

    A claim is the same one by its id; where an article's text was written anew and ids with it, by source, subject
    and quote. One of the same source and subject that states another value is changed, not new.
    """
    then, today = _grouped(before, families), _grouped(now, families)
    old = {str(c["claim_id"]): c for c in then.cells}
    new = {str(c["claim_id"]): c for c in today.cells}
    found = Changes(since)
    for claim_id in old.keys() & new.keys():
        if any(old[claim_id][name] != new[claim_id][name] for name in (*_SAYS, *_ABOUT)):
            found.changed.append((old[claim_id], new[claim_id]))
    gone = [old[i] for i in sorted(old.keys() - new.keys())]
    come = [new[i] for i in sorted(new.keys() - old.keys())]
    for by in ((*_ABOUT, "quote", *_SAYS), _ABOUT):
        matched, gone, come = _matched(gone, come, by)
        found.changed += [pair for pair in matched if any(pair[0][name] != pair[1][name] for name in _SAYS)]
    found.new, found.vanished = sorted(come, key=_order), sorted(gone, key=_order)
    found.changed.sort(key=lambda pair: _order(pair[1]))
    known = {group.group_id for group in then.groups if group.is_conflict}
    found.conflicts = [group for group in today.groups if group.is_conflict and group.group_id not in known]
    return found


CHANGE_KINDS: Columns = {
    "change": "text",
    **{name: CLAIM_KINDS[name] for name in ("claim_type", "subject", "value_low", "value_high", "bound", "unit")},
    "was_low": "number",
    "was_high": "number",
    "was_bound": "text",
    "was_unit": "text",
    **{name: CLAIM_KINDS[name] for name in ("quote", "sentence", "source", "outlet", "published_at")},
    "claim_id": "text",
    "group_id": "text",
}
"""The columns of `change_rows`; `change` is conflict, changed, new or vanished."""

_VALUE = ("value_low", "value_high", "bound", "unit")


def change_rows(changes: Changes) -> Iterator[Row]:
    """Yield the changes as rows of `CHANGE_KINDS`: facts newly in conflict first, then claims changed, new, gone."""
    for group in changes.conflicts:
        cells = {name: getattr(group, name) for name in ("claim_type", "subject", "group_id", *_VALUE)}
        yield _change("conflict", cells, {})
    for before, now in changes.changed:
        was = {name.replace("value", "was") if "value" in name else f"was_{name}": before[name] for name in _VALUE}
        yield _change("changed", now, was)
    for kind, claims in (("new", changes.new), ("vanished", changes.vanished)):
        yield from (_change(kind, cells, {}) for cells in claims)


def _change(kind: str, cells: Cells, was: Cells) -> Row:
    return tuple(kind if name == "change" else was.get(name, cells.get(name)) for name in CHANGE_KINDS)


@dataclass(frozen=True, slots=True)
class _Grouped:
    cells: Sequence[Cells]
    groups: Sequence[FactGroup]


def _grouped(rows: Iterable[Row], families: Mapping[str, str] | None) -> _Grouped:
    """Return the rows with what their groups say of them, as both sides need it alike."""
    kept = list(rows)
    groups, members = group_rows(kept, families)
    places: dict[str, GroupMember] = {member.claim_id: member for member in members}
    cells = list[Cells]()
    for row in kept:
        its: dict[str, Any] = dict(zip(CLAIM_COLUMNS, row, strict=True))
        member = places[its["claim_id"]]
        its |= {"group_id": member.group_id, "stance": member.stance, "slip_power": member.slip_power}
        cells.append(its)
    return _Grouped(cells, groups)


def _matched(
    gone: Sequence[Cells], come: Sequence[Cells], by: Sequence[str]
) -> tuple[list[tuple[Cells, Cells]], list[Cells], list[Cells]]:
    """Pair what is gone with what has come by these columns, in the order of the text; return the rest of each."""
    waiting = defaultdict[tuple[Any, ...], list[Cells]](list)
    for cells in sorted(gone, key=_order, reverse=True):
        waiting[tuple(cells[name] for name in by)].append(cells)
    pairs, new = [], []
    for cells in sorted(come, key=_order):
        its = waiting[tuple(cells[name] for name in by)]
        if its:
            pairs.append((its.pop(), cells))
        else:
            new.append(cells)
    return pairs, [cells for its in waiting.values() for cells in its], new


def _order(cells: Cells) -> tuple[Any, ...]:
    return (str(cells["source"]), cells["char_start"], cells["char_end"], str(cells["claim_type"]))
