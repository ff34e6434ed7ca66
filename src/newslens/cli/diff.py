"""`newslens diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newslens.cli import options
from newslens.cli.output import chosen_format, put_rows, say
from newslens.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newslens.rows import Columns, Row

_VIEW: Columns = {
    "change": "text",
    "claim_type": "text",
    "subject": "text",
    "value": "text",
    "was": "text",
    "source": "text",
}


def diff(
    since: options.SinceRun,
    db: options.Db = options.DEFAULT_DB,
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Print what changed since a run or a day: facts newly in conflict, and claims changed, new or gone."""
    from newslens.groups.diff import CHANGE_KINDS, change_rows
    from newslens.groups.history import changes_since

    chosen = chosen_format(form, as_json, output)
    with open_store(db) as store:
        changes = changes_since(store, since)
    rows = change_rows(changes)
    if chosen == "table":
        put_rows(_VIEW, _viewed(rows), chosen, output)
    else:
        put_rows(CHANGE_KINDS, rows, chosen, output)
    if not quiet:
        counts = changes.counts()
        told = f"{counts['new']} new, {counts['changed']} changed, {counts['vanished']} vanished"
        what = f"run {since}" if since.isdecimal() else since
        say(f"since {what}: {told}; {counts['conflicts']} newly in conflict")


def _viewed(rows: Iterable[Row]) -> Iterator[Row]:
    from newslens.export.table import bounded_value
    from newslens.groups.diff import CHANGE_KINDS

    for row in rows:
        cells = dict(zip(CHANGE_KINDS, row, strict=True))
        unit = str(cells["unit"])
        value = bounded_value(cells["value_low"], cells["value_high"], str(cells["bound"]), unit)
        has_been = cells["was_low"] is not None or cells["was_high"] is not None
        was = bounded_value(cells["was_low"], cells["was_high"], str(cells["was_bound"]), str(cells["was_unit"]))
        shown = {**cells, "value": value, "was": was if has_been else None}
        yield tuple(shown[name] for name in _VIEW)
