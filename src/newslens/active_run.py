"""`ActiveRun`: one run under way, which takes articles as they were read and stores what is made of them, in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newslens.extraction import Extractor
from newslens.inputs import Inputs, Sources, is_covered, read_inputs
from newslens.records import Article, Extraction
from newslens.run_records import IngestSummary, RunOptions, Watcher
from newslens.store.interface import FAILURE_KINDS, Failure, Standing, Store
from newslens.workers.extractions import Extractions

_AT_ONCE = 200  # articles that the store is asked of together,
_CHARACTERS_AT_ONCE = 2_000_000  # unless so much text waits
_STORED_AT_ONCE = 50
_TO_EXTRACT = ("new", "changed")


@dataclass(slots=True)
class Group:
    """Articles that the store is asked of together, and what could not be read between them."""

    items: list[Article | Failure] = field(default_factory=list)
    is_unchanged: list[bool] = field(default_factory=list)
    characters: int = 0

    def add(self, item: Article | Failure) -> None:
        """Add one more."""
        self.items.append(item)
        self.characters += len(item.text) if isinstance(item, Article) else 0

    @property
    def is_full(self) -> bool:
        """Say whether it is enough."""
        return len(self.items) >= _AT_ONCE or self.characters >= _CHARACTERS_AT_ONCE

    @property
    def articles(self) -> list[Article]:
        """The articles alone."""
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
            self.take_group(group)

    def _groups(self, inputs: Inputs) -> Iterator[Group]:
        groups = [Group()]
        for article in read_counting(inputs, self.summary, self.watcher, lambda failure: groups[0].add(failure)):
            groups[0].add(article)
            if groups[0].is_full:
                yield groups.pop()
                groups.append(Group())
        yield groups[0]

    def _new_among(self, group: Group) -> list[Article]:
        """Return what is to be extracted, as far as can be told before the articles ahead of these are stored."""
        group.is_unchanged = self._unchanged(group.articles)
        if not self.extractions.may_be_elsewhere:
            return []
        asked = zip(group.articles, group.is_unchanged, strict=True)
        return [article for article, is_known in asked if not is_known and self._standing(article) in _TO_EXTRACT]

    def take_group(self, group: Group) -> None:
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
        self.summary.failed += 1
        after = self.options.quarantine_after
        self.store.record_failure(failure, run_id=self.run_id, quarantine_after=after)
        self.sources.failed(failure.source)
        self.watcher.failure(failure)


def _failures(store: Store) -> list[dict[str, Any]]:
    return [dict(zip(FAILURE_KINDS, row, strict=True)) for row in store.query_failures()]


def read_counting(
    inputs: Inputs, summary: IngestSummary, watcher: Watcher, fail: Callable[[Failure], None]
) -> Iterator[Article]:
    """Yield the articles that can be read; tell what cannot, and count and tell what is skipped."""

    def on_skip(path: Path) -> None:
        summary.skipped += 1
        watcher.skip(path)

    def on_unchanged(number: int) -> None:
        summary.unchanged += number
        watcher.progress(summary)

    yield from read_inputs(inputs, on_failure=fail, on_skip=on_skip, on_unchanged=on_unchanged)
