"""A run over articles: what is new or changed is extracted and stored, what fails is noted, the rest is left alone.

One process reads and writes; between the two stands `extract_article`, which needs neither files nor store, takes
plain records and gives plain records, and so may run anywhere.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from newslens.errors import StoreError
from newslens.extraction import TIME_LIMIT_S, Extractor, extract_article, pipeline_extractor
from newslens.groups import make_groups
from newslens.inputs import Inputs, Sources, is_covered, read_inputs
from newslens.records import LANGUAGES, Article, Extraction, stable_id
from newslens.rows import Row, claim_order, claim_row
from newslens.store.interface import FAILURE_KINDS, QUARANTINE_AFTER, Failure, Standing, Store
from newslens.workers.extractions import Extractions

__all__ = [
    "ActiveRun",
    "Extractor",
    "IngestSummary",
    "Inputs",
    "RunOptions",
    "Sources",
    "Watcher",
    "extract_article",
    "extract_rows",
    "ingest",
    "is_covered",
    "pipeline_extractor",
    "preview",
    "running",
]

_AT_ONCE = 200  # articles that the store is asked of together,
_CHARACTERS_AT_ONCE = 2_000_000  # unless so much text waits
_STORED_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a run goes about its articles, and what it is noted as.

    `time_limit_s` bounds the processor time that one article's extraction takes; None sets no bound. One that fails
    `quarantine_after` times is left alone from then on. `force` extracts again what is unchanged or quarantined.
    `workers` processes extract; 1 is this one alone, 0 as many as processor cores where there is enough to do.
    `config_hash` stands for all that was asked for, so that a run can tell that it finishes what a killed one
    began; by default it is made of the inputs.
    """

    force: bool = False
    workers: int = 1
    time_limit_s: float | None = TIME_LIMIT_S
    quarantine_after: int = QUARANTINE_AFTER
    command: str = "ingest"
    config_hash: str | None = None


@dataclass(slots=True)
class IngestSummary:
    """What a run did, in numbers; `by_language` and `claims_by_type` count what was extracted in this run.

    `unclaimed` counts the quantities in it that fit no type of claim.
    """

    run_id: int | None = None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    forgotten: int = 0
    quarantined: int = 0
    failed: int = 0
    skipped: int = 0
    other_language: int = 0
    unclaimed: int = 0
    by_language: Counter[str] = field(default_factory=Counter)
    claims_by_type: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def read(self) -> int:
        """Articles that could be read and used, whatever became of them."""
        return self.new + self.changed + self.unchanged + self.duplicate + self.forgotten + self.quarantined

    def count(self, standing: Standing) -> None:
        """Count one article."""
        setattr(self, standing, getattr(self, standing) + 1)

    def count_extracted(self, article: Article, extraction: Extraction) -> None:
        """Count an article's language and its claims."""
        self.by_language[article.language or "und"] += 1
        self.other_language += article.language not in LANGUAGES
        self.claims_by_type.update(claim.claim_type for claim in extraction.claims)
        self.unclaimed += extraction.unclaimed

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, the most frequent language and type first."""
        counted = {name: dict(getattr(self, name).most_common()) for name in ("by_language", "claims_by_type")}
        return asdict(self) | counted | {"read": self.read, "seconds": round(self.seconds, 3)}


_TO_EXTRACT = ("new", "changed")


class Watcher:
    """What a run tells while it goes on; this one listens to nothing."""

    def begun(self, run_id: int) -> None:
        """Called once, when the run has its id."""

    def article(self, article: Article, standing: Standing, claims: int) -> None:
        """Called for each article that was read, when it is done with; `claims` counts what was extracted now."""

    def progress(self, summary: IngestSummary) -> None:
        """Called after each article, with the numbers so far."""

    def failure(self, failure: Failure) -> None:
        """Called for each input that cannot be used."""

    def skip(self, path: Path) -> None:
        """Called for each file of a folder that is no article."""


def ingest(
    inputs: Inputs,
    store: Store,
    *,
    force: bool = False,
    options: RunOptions | None = None,
    extractor: Extractor | None = None,
    watcher: Watcher | None = None,
) -> IngestSummary:
    """Read the inputs and store what is new or changed, with its claims; return what was done.

    Each article is written with its claims in one transaction; a run that is cut off keeps what it wrote, and the
    next one goes on from there. What this extractor version has done already is left alone unless `force` is set. At
    the end the claims are put into fact groups.
    Raises: RunLocked: another run holds the store. SetupError: the extractor cannot work at all. StoreError.
    """
    options = options or RunOptions(force=force)
    with running(store, options, extractor, watcher, about=inputs) as run:
        run.read(inputs)
        run.catch_up()
        run.drop_settled_failures(inputs)
    return run.summary


@contextmanager
def running(
    store: Store,
    options: RunOptions,
    extractor: Extractor | None = None,
    watcher: Watcher | None = None,
    *,
    about: object = None,
) -> Iterator[ActiveRun]:
    """Give a run, noted in the store with how it ended, and the only one while it lasts.

    `about` is what it is over: runs about the same finish one another.
    Raises: RunLocked: another run holds the store.
    """
    extractor = extractor or pipeline_extractor()
    with store.exclusive():
        run_id = store.begin_run(
            package_version=version("newslens"),
            extractor_version=extractor.version,
            command=options.command,
            config_hash=options.config_hash or stable_id(options.command, about),
            models=extractor.models,
        )
        run = ActiveRun(store, extractor, watcher or Watcher(), options, run_id)
        run.watcher.begun(run_id)
        try:
            with run.extractions:
                yield run
            make_groups(store)
        except BaseException as error:
            with suppress(StoreError):  # the first error is the one to show
                told = f"{type(error).__name__}: {error}".removesuffix(": ")
                store.finish_run(run_id, "killed", run.ended().as_dict(), error=told)
            raise
        store.finish_run(run_id, "finished", run.ended().as_dict())


def preview(
    inputs: Inputs, store: Store | None, *, extractor: Extractor | None = None, watcher: Watcher | None = None
) -> IngestSummary:
    """Return what `ingest` would find to do; nothing is extracted or written. Without a store all is new."""
    extractor, watcher = extractor or pipeline_extractor(), watcher or Watcher()
    summary, started = IngestSummary(), time.monotonic()
    for article in _read(inputs, summary, watcher, watcher.failure):
        summary.count(store.standing(article, extractor.version) if store else "new")
        watcher.progress(summary)
    summary.seconds = time.monotonic() - started
    return summary


def extract_rows(
    inputs: Inputs,
    *,
    known: Mapping[str, Any] | None = None,
    extractor: Extractor | None = None,
    watcher: Watcher | None = None,
) -> tuple[list[Row], IngestSummary]:
    """Return the claims of the inputs as rows in the order of every export, and what was done; no store is used.

    `known` are fields of the articles that the user knows better than they say.
    Raises: as `extract_article`.
    """
    extractor, watcher = extractor or pipeline_extractor(), watcher or Watcher()
    summary, started, rows = IngestSummary(), time.monotonic(), list[Row]()
    for article in _read(inputs, summary, watcher, watcher.failure):
        result = extract_article(extractor, article.model_copy(update=dict(known or {})))
        if isinstance(result, Failure):
            summary.failed += 1
            watcher.failure(result)
        else:
            summary.count("new")
            summary.count_extracted(*result)
            rows += map(claim_row, result[1].claims)
        watcher.progress(summary)
    summary.seconds = time.monotonic() - started
    return sorted(rows, key=claim_order), summary


@dataclass(slots=True)
class _Group:
    """Articles that the store is asked of together, and what could not be read between them."""

    items: list[Article | Failure] = field(default_factory=list)
    is_unchanged: list[bool] = field(default_factory=list)
    characters: int = 0

    def add(self, item: Article | Failure) -> None:
        self.items.append(item)
        self.characters += len(item.text) if isinstance(item, Article) else 0

    @property
    def is_full(self) -> bool:
        return len(self.items) >= _AT_ONCE or self.characters >= _CHARACTERS_AT_ONCE

    @property
    def articles(self) -> list[Article]:
        return [item for item in self.items if isinstance(item, Article)]


class ActiveRun:
    """One run under way: what it needs at every article, and its numbers so far."""

    def __init__(self, store: Store, extractor: Extractor, watcher: Watcher, options: RunOptions, run_id: int) -> None:
        self.store = store
        self.extractor = extractor
        self.watcher = watcher
        self.options = options
        self.summary = IngestSummary(run_id=run_id)
        self.run_id = run_id
        self.sources = Sources()
        self.extractions = Extractions(extractor, workers=options.workers, time_limit_s=options.time_limit_s)
        self.quarantined = {str(row["source"]) for row in _failures(store) if row["quarantined_at"] is not None}
        self._ready: list[tuple[Standing, Article, Extraction]] = []  # to be stored together
        self._in_ready: set[str] = set()
        self.started = time.monotonic()

    def ended(self) -> IngestSummary:
        """Return the numbers, the time among them."""
        self.summary.seconds = time.monotonic() - self.started
        return self.summary

    def read(self, inputs: Inputs) -> None:
        """Take every article of the inputs, some at a time: most are as they were, and the store says so of many."""
        self.sources = inputs.sources
        for group in self.extractions.ahead(self._groups(inputs), self._new_among):
            self._take_group(group)

    def _groups(self, inputs: Inputs) -> Iterator[_Group]:
        groups = [_Group()]
        for article in _read(inputs, self.summary, self.watcher, lambda failure: groups[0].add(failure)):
            groups[0].add(article)
            if groups[0].is_full:
                yield groups.pop()
                groups.append(_Group())
        yield groups[0]

    def _new_among(self, group: _Group) -> list[Article]:
        """Return what is to be extracted, as far as can be told before the articles ahead of these are stored."""
        group.is_unchanged = self._unchanged(group.articles)
        if not self.extractions.may_be_elsewhere:
            return []
        asked = zip(group.articles, group.is_unchanged, strict=True)
        return [article for article, is_known in asked if not is_known and self._standing(article) in _TO_EXTRACT]

    def _take_group(self, group: _Group) -> None:
        """Take the articles; what the store said of them holds until one of them is written."""
        if self.extractions.are_elsewhere:  # then those before them were not stored yet when it was asked
            group.is_unchanged = self._unchanged(group.articles)
        is_unchanged, is_written = iter(group.is_unchanged), False
        for item in group.items:
            if isinstance(item, Failure):
                self._store_ready()  # what was read before it is told before it
                self.fail(item)
            elif next(is_unchanged) and not is_written and item.source not in self.quarantined:
                self.summary.count("unchanged")
                self.watcher.article(item, "unchanged", 0)
            else:
                is_written = True
                self.take(item)
            self.watcher.progress(self.summary)
        self._store_ready()
        self.extractions.drop(group.articles)

    def _unchanged(self, some: list[Article]) -> list[bool]:
        if len(some) > 1 and not self.options.force and len({article.source for article in some}) == len(some):
            return self.store.unchanged(some, self.extractor.version)
        return [False] * len(some)

    def _standing(self, article: Article, *, force: bool = False) -> Standing:
        standing = self.store.standing(article, self.extractor.version)
        if standing in ("unchanged", "quarantined") and (force or self.options.force):
            return "changed" if self.store.copies(article.source) else "new"
        return standing

    def take(self, article: Article, *, force: bool = False) -> None:
        """Do about an article just read what it needs; by force, also what was done or given up before."""
        if self._in_ready and not self._in_ready.isdisjoint((article.source, article.article_id)):
            self._store_ready()
        standing = self._standing(article, force=force)
        if standing in _TO_EXTRACT:
            result = self.extractions.of(article)
            if isinstance(result, Failure):
                self._store_ready()
                self.summary.failed += 1
                self.fail(result)
                return
            self._ready.append((standing, *result))
            self._in_ready |= {article.source, article.article_id}
            waits = standing == "new" and self.extractions.are_elsewhere and len(self._ready) < _STORED_AT_ONCE
            if not waits:
                self._store_ready()
            return
        self._store_ready()
        if standing == "duplicate":
            self.store.add_source(article, run_id=self.run_id)
        self._done(article, standing, 0)

    def _store_ready(self) -> None:
        """Store what was extracted, in one go, and tell it."""
        ready, self._ready = self._ready, []
        self._in_ready.clear()
        items = [(article, made.claims) for _, article, made in ready]
        version = self.extractor.version
        if len(items) == 1:
            self.store.put_article(*items[0], extractor_version=version, run_id=self.run_id)
        elif items:
            self.store.put_articles(items, extractor_version=version, run_id=self.run_id)
        for standing, article, made in ready:
            self.summary.count_extracted(article, made)
            self._done(article, standing, len(made.claims))

    def _done(self, article: Article, standing: Standing, claims: int) -> None:
        if standing != "quarantined" and article.source in self.quarantined:
            self.store.drop_failed_article(article.source)  # it reads as it did before it failed
        self.summary.count(standing)
        self.watcher.article(article, standing, claims)

    def extract_and_put(self, article: Article) -> bool:
        """Make and store the article's claims; False, and a failure noted, where that cannot be done."""
        result = self.extractions.of(article)
        if isinstance(result, Failure):
            self.summary.failed += 1
            self.fail(result)
            return False
        identified, made = result
        self.store.put_article(identified, made.claims, extractor_version=self.extractor.version, run_id=self.run_id)
        self.summary.count_extracted(identified, made)
        return True

    def catch_up(self) -> None:
        """Make the claims of articles again that another of their sources has renamed or redated."""
        for group in self.extractions.ahead([self.store.pending_articles()], list):
            for article in group:
                self.extract_and_put(article)

    def drop_settled_failures(self, inputs: Inputs) -> None:
        """Drop what earlier runs noted about the inputs and this one met no more: a line mended, a file gone."""
        sources = {str(row["source"]) for row in _failures(self.store) if row["run_id"] != self.run_id}
        covered = sorted(
            source for source in sources if is_covered(source, inputs.paths) or inputs.sources.covers(source)
        )
        if covered:
            self.store.remove_failures(covered, before_run=self.run_id)

    def fail(self, failure: Failure) -> None:
        """Note a failure."""
        after = self.options.quarantine_after
        self.store.record_failure(failure, run_id=self.run_id, quarantine_after=after)
        self.sources.failed(failure.source)
        self.watcher.failure(failure)


def _failures(store: Store) -> list[dict[str, Any]]:
    return [dict(zip(FAILURE_KINDS, row, strict=True)) for row in store.query_failures()]


def _read(
    inputs: Inputs, summary: IngestSummary, watcher: Watcher, fail: Callable[[Failure], None]
) -> Iterator[Article]:
    """Yield the articles that can be read; count and tell what cannot, and what is skipped."""

    def on_failure(failure: Failure) -> None:
        summary.failed += 1
        fail(failure)
        watcher.progress(summary)

    def on_skip(path: Path) -> None:
        summary.skipped += 1
        watcher.skip(path)

    def on_unchanged(number: int) -> None:
        summary.unchanged += number
        watcher.progress(summary)

    yield from read_inputs(inputs, on_failure=on_failure, on_skip=on_skip, on_unchanged=on_unchanged)
