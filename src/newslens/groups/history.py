"""The claims as they stood after an earlier run, from what the store remembers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from newslens.errors import SettingsError
from newslens.groups.diff import Changes, compare
from newslens.groups.texts import METHOD, find_families
from newslens.records import CLAIM_COLUMNS
from newslens.store.interface import ARTICLE_KINDS, Run

if TYPE_CHECKING:
    from newslens.rows import Row
    from newslens.store.interface import Store


@runtime_checkable
class History(Protocol):
    """What a store does that keeps the claims of earlier runs."""

    def query_runs(self) -> Iterator[Run]:
        """Yield every run, the newest first."""

    def query_claim_rows_at(self, run_id: int) -> Iterator[Row]:
        """Yield the claims as they stood when the run had ended."""


def changes_since(store: Store, since: str) -> Changes:
    """Return what changed since a run, by its number, or since the beginning of a day, as YYYY-MM-DD.

    A store without history tells only which articles it read later: their claims are all new.
    Raises: SettingsError: `since` is neither, or there is no such run.
    """
    run_id, day = _parsed(since)
    if isinstance(store, History):
        runs = list(store.query_runs())
        run = _run_before(runs, day) if day else next((run for run in runs if run.run_id == run_id), None)
        if run is None and day is None:
            known = f"{runs[-1].run_id} to {runs[0].run_id}" if runs else "none"
            raise SettingsError(f"no run {run_id} (known: {known})", hint="`newslens runs` lists them")
        before = list(store.query_claim_rows_at(run.run_id)) if run else []
    else:
        before = _read_before(store, run_id, day)
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


def _read_before(store: Store, run_id: int | None, day: date | None) -> list[Row]:
    """Return the claims of the articles that were read by that run or before, or first seen before that day."""
    at = {name: place for place, name in enumerate(ARTICLE_KINDS)}
    articles: list[tuple[object, ...]] = list(store.query_articles())
    if day is None:
        old = {row[at["article_id"]] for row in articles if int(str(row[at["run_id"]])) <= int(run_id or 0)}
    else:
        old = {row[at["article_id"]] for row in articles if str(row[at["first_seen"]]) < day.isoformat()}
    place = CLAIM_COLUMNS.index("article_id")
    return [row for row in store.query_claim_rows() if row[place] in old]
