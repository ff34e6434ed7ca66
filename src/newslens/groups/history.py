"""The claims as they stood after an earlier run, from what the store remembers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from newslens.errors import SettingsError
from newslens.groups.diff import Changes, compare
from newslens.groups.texts import METHOD, find_families

if TYPE_CHECKING:
    from newslens.store.interface import Run, Store


def changes_since(store: Store, since: str) -> Changes:
    """Return what changed since a run, by its number, or since the beginning of a day, as YYYY-MM-DD.

    Raises: SettingsError: `since` is neither, or there is no such run.
    """
    run_id, day = _parsed(since)
    runs = list(store.query_runs())
    run = _run_before(runs, day) if day else next((run for run in runs if run.run_id == run_id), None)
    if run is None and day is None:
        known = f"{runs[-1].run_id} to {runs[0].run_id}" if runs else "none"
        raise SettingsError(f"no run {run_id} (known: {known})", hint="`newslens runs` lists them")
    before = list(store.query_claim_rows_at(run.run_id)) if run else []
    families = find_families(store.signatures(METHOD))
    return compare(before, store.query_claim_rows(), since=since, families=families)


def _parsed(since: str) -> tuple[int | None, date | None]:
    if since.isdecimal():
        return int(since), None
    try:
        return None, date.fromisoformat(since)
    except ValueError as error:
        message = f"--since `{since}` is neither a run nor a day"
        raise SettingsError(message, hint="give the number of a run, or a day as YYYY-MM-DD") from error


def _run_before(runs: list[Run], day: date) -> Run | None:
    return next((run for run in runs if run.started_at.date() < day), None)
