"""`run_night`: everything that one night does, in its order, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from newslens.batch import Extractor, IngestSummary, RunOptions, Watcher, ingest, pipeline_extractor, preview
from newslens.errors import NewslensError, RunLocked, SettingsError, StoreError
from newslens.export import format_of, save_rows
from newslens.fetch.web import read_url_list
from newslens.groups.history import changes_since
from newslens.nightly.pruning import Pruning, find_vanished, prune
from newslens.nightly.sources import open_inputs, open_journal, run_mark, sound_sources
from newslens.records import CORE_TYPES, stable_id
from newslens.report import write_report
from newslens.rows import CLAIM_KINDS
from newslens.store import open_store
from newslens.store.interface import ClaimFilter, Failure, Standing, Store

if TYPE_CHECKING:
    from newslens.pipeline import Setup
    from newslens.records import Article
    from newslens.settings import ReportSettings, Settings

State = Literal["done", "nothing new", "partly failed", "failed", "locked"]

NOTHING_READ = 3
PARTLY_FAILED = 6


@dataclass(slots=True)
class Night:
    """What a night did. `problems` make it partly failed, `warnings` do not; `error` ended it."""

    started_at: datetime
    is_dry_run: bool = False
    extractor_version: str = ""
    summary: IngestSummary = field(default_factory=IngestSummary)
    failures: list[Failure] = field(default_factory=list)
    pruned: tuple[str, ...] = ()
    written: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: NewslensError | None = None
    finished_at: datetime | None = None

    @property
    def state(self) -> State:
        """How it went, in a word or two."""
        if self.error is not None:
            return "locked" if isinstance(self.error, RunLocked) else "failed"
        if self.exit_code:
            return "failed" if self.exit_code == NOTHING_READ else "partly failed"
        return "done" if self.summary.new or self.summary.changed or self.pruned else "nothing new"

    @property
    def exit_code(self) -> int:
        """0, also with nothing new; 3 nothing could be read; 6 something failed; else that of the error."""
        if self.error is not None:
            return self.error.exit_code
        if self.summary.failed and not self.summary.read:
            return NOTHING_READ
        return PARTLY_FAILED if self.summary.failed or self.problems else 0

    @property
    def seconds(self) -> float:
        """How long it took."""
        return ((self.finished_at or datetime.now(UTC)) - self.started_at).total_seconds()


class NightWatcher(Watcher):
    """Keeps the failures for the summary, and passes everything on."""

    def __init__(self, night: Night, listener: Watcher) -> None:
        self._night = night
        self._listener = listener

    def begun(self, run_id: int) -> None:
        """Pass it on."""
        self._listener.begun(run_id)

    def article(self, article: Article, standing: Standing, claims: int) -> None:
        """Pass it on."""
        self._listener.article(article, standing, claims)

    def progress(self, summary: IngestSummary) -> None:
        """Keep the numbers: of a night that an error ends, they are all there is."""
        self._night.summary = summary
        self._listener.progress(summary)

    def failure(self, failure: Failure) -> None:
        """Keep it."""
        self._night.failures.append(failure)
        self._listener.failure(failure)

    def skip(self, path: Path) -> None:
        """Pass it on."""
        self._listener.skip(path)


def run_night(
    settings: Settings, *, dry_run: bool = False, watcher: Watcher | None = None, extractor: Extractor | None = None
) -> Night:
    """Read the sources, store what is new or changed, write exports and report; return what was done.

    An error that ends the night is in the `Night`, not raised. With `dry_run` nothing is written, and feeds and pages
    are asked for all the same.
    Raises: whatever is a bug.
    """
    night = Night(datetime.now(UTC), is_dry_run=dry_run)
    listener = NightWatcher(night, watcher or Watcher())
    try:
        _check(settings)
        extractor = extractor or pipeline_extractor(_setup(settings))
        night.extractor_version = extractor.version
        if dry_run:
            _rehearse(settings, night, extractor, listener)
        else:
            with open_store(settings.db, create=True) as store:
                _perform(settings, night, store, extractor, listener)
    except NewslensError as error:
        night.error = error
    night.finished_at = datetime.now(UTC)
    return night


def _check(settings: Settings) -> None:
    """Raises: SettingsError: there are no sources, some the engine cannot read, or an export that cannot be written."""
    sources = settings.sources
    if not (sources.paths or sources.feeds or sources.urls or sources.url_lists):
        raise SettingsError(
            "no sources are set", hint="name paths, feeds or urls under [sources]; `newslens init` writes such a file"
        )
    if settings.engine == "dask" and (sources.feeds or sources.urls or sources.url_lists):
        raise SettingsError(
            "pages are not fetched by workers", hint="leave feeds and urls to a night of its own, with engine local"
        )
    for file in settings.exports.files:
        format_of(Path(file))


def _setup(settings: Settings) -> Setup:
    from newslens.pipeline import Setup

    return Setup.of(ner=settings.ner_model, ner_labels=settings.ner_labels, names=settings.names)


def _rehearse(settings: Settings, night: Night, extractor: Extractor, watcher: Watcher) -> None:
    """Find what a night would do; a store that is not there yet holds nothing."""
    try:
        store = open_store(settings.db)
    except StoreError as error:
        if not getattr(error, "is_missing", False):
            raise
        with open_inputs(settings, None, set(), **_sources(settings)) as inputs:
            night.summary = preview(inputs, None, extractor=extractor, watcher=watcher)
        return
    with store:
        journal = open_journal(settings, store, extractor.version)
        with open_inputs(settings, journal, sound_sources(store), **_sources(settings)) as inputs:
            night.summary = preview(inputs, store, extractor=extractor, watcher=watcher)
        if settings.sources.prune:
            _note_pruning(night, find_vanished(store, settings.sources.paths))


def _perform(settings: Settings, night: Night, store: Store, extractor: Extractor, watcher: Watcher) -> None:
    journal = open_journal(settings, store, extractor.version)
    with open_inputs(settings, journal, sound_sources(store), **_sources(settings)) as inputs:
        # what spreads the work changes nothing in what is done
        asked = stable_id(settings.model_dump_json(exclude={"workers", "engine", "scheduler", "parts"}))
        told = RunOptions(command="nightly", config_hash=asked, workers=settings.workers)
        if settings.engine == "dask":
            from newslens.cluster.coordinator import cluster_of, ingest_on_cluster

            place = cluster_of(inputs, db=settings.db, scheduler=settings.scheduler, parts=settings.parts)
            night.summary = ingest_on_cluster(inputs, store, place, options=told, extractor=extractor, watcher=watcher)
        else:
            night.summary = ingest(inputs, store, options=told, extractor=extractor, watcher=watcher)
    if settings.sources.prune:
        paths = settings.sources.paths
        _try(night, "pruning", lambda: _note_pruning(night, prune(store, paths)), is_output=False)
    journal.run = run_mark(store)
    _try(night, str(journal.path), lambda: journal.save(extractor_version=extractor.version), is_output=False)
    for file in settings.exports.files:
        _try(night, file, lambda file=file: _export(settings, store, Path(file)))  # type: ignore[misc]
    if settings.report.file:
        _try(night, settings.report.file, lambda: _report(settings.report, store, night.summary.run_id))


def _sources(settings: Settings) -> dict[str, tuple[str, ...]]:
    named = settings.sources
    listed = [url for path in named.url_lists for url in read_url_list(path)]
    return {"paths": named.paths, "feeds": named.feeds, "urls": (*named.urls, *listed)}


def _note_pruning(night: Night, found: Pruning) -> None:
    night.pruned = found.vanished
    night.warnings += found.doubts


def _try(night: Night, what: str, act: Callable[[], None], *, is_output: bool = True) -> None:
    """Write a file, or do the like; that it fails is told and ends nothing: the rest can still be written."""
    try:
        act()
    except NewslensError as error:
        night.problems.append(str(error))
    else:
        if is_output:
            night.written.append(what)


def _export(settings: Settings, store: Store, path: Path) -> None:
    chosen = settings.exports
    only = ClaimFilter(claim_types=CORE_TYPES if chosen.core else (), min_confidence=chosen.min_confidence or None)
    save_rows(format_of(path), CLAIM_KINDS, store.query_claim_rows(only), path)


def _report(chosen: ReportSettings, store: Store, run_id: int | None) -> None:
    """Write the page, with what changed since the run before this one."""
    before = next((run for run in store.query_runs() if run_id is not None and run.run_id < run_id), None)
    changes = changes_since(store, str(before.run_id)) if before else None
    write_report(store, Path(chosen.file), language=chosen.language, changes=changes)
