"""What a night reads: the files of the settings, their feeds and addresses, less what is known to be unchanged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from newslens.batch import Inputs, Sources
from newslens.errors import ArticleUnreadable
from newslens.ingest import ColumnMapping
from newslens.ingest.formats import Item, ReadSettings
from newslens.journal import Journal, journal_path
from newslens.nightly.file_notes import FileNotes
from newslens.records import Article
from newslens.store.interface import FAILURE_KINDS, Store

if TYPE_CHECKING:
    from newslens.fetch.web import WebPages
    from newslens.settings import Settings


class NightSources(Sources):
    """Files by what earlier nights noted of them, and pages of the web."""

    def __init__(self, files: FileNotes | None, web: WebPages | None) -> None:
        self._files = files
        self._web = web

    def file(self, path: Path, items: Iterator[Item], on_unchanged: Callable[[int], None]) -> Iterator[Item]:
        """Yield what reading the file yields, if it is new or changed."""
        return items if self._files is None else self._files.file(path, items, on_unchanged)

    def pages(
        self, on_error: Callable[[ArticleUnreadable], None], on_unchanged: Callable[[int], None]
    ) -> Iterator[Article]:
        """Yield the articles of pages that are new or changed."""
        return iter(()) if self._web is None else self._web.pages(on_error, on_unchanged)

    def covers(self, source: str) -> bool:
        """Say whether the source is an address that this run came by."""
        return self._web is not None and self._web.covers(source)

    def failed(self, source: str) -> None:
        """Take back what was noted of the source."""
        for part in (self._files, self._web):
            if part is not None:
                part.failed(source)


@contextmanager
def open_inputs(
    settings: Settings,
    journal: Journal | None,
    stored: set[str],
    *,
    paths: tuple[str, ...],
    feeds: tuple[str, ...] = (),
    urls: tuple[str, ...] = (),
) -> Iterator[Inputs]:
    """Give the inputs of a run. Without a journal, everything is read and asked for whole."""
    named = settings.columns
    columns = ColumnMapping(**named.model_dump(exclude={"source"}), source=named.source or None)
    limit = settings.max_article_bytes
    files = FileNotes(journal, stored) if journal is not None else None
    if not (feeds or urls):
        yield Inputs(paths=paths, sources=NightSources(files, None), columns=columns, max_article_bytes=limit)
        return
    from newslens.fetch.fetcher import Fetcher
    from newslens.fetch.web import WebPages

    with Fetcher(settings.fetch) as fetcher:
        web = WebPages(
            fetcher=fetcher,
            settings=ReadSettings(columns=columns, max_article_bytes=limit),
            max_bytes=settings.fetch.max_bytes,
            feeds=feeds,
            urls=urls,
            journal=journal,
            stored=stored,
        )
        yield Inputs(paths=paths, sources=NightSources(files, web), columns=columns, max_article_bytes=limit)


def sound_sources(store: Store) -> set[str]:
    """Return the sources that the store holds and that have no failure noted: there is nothing to mend in them."""
    failing = {str(row[list(FAILURE_KINDS).index("source")]) for row in store.query_failures()}
    return set(store.sources()) - failing


def open_journal(settings: Settings, store: Store, extractor_version: str) -> Journal:
    """Return the journal of the store, empty where it is not about just this state of just this store.

    The last run tells: of another database, or of one restored from a copy, it is another. So it is after a run that
    kept no journal, and then everything is read again, and found unchanged.
    """
    path = journal_path(settings.db, settings.fetch.state)
    journal = Journal(path)
    journal.load(extractor_version=extractor_version)
    return journal if journal.run is not None and journal.run == run_mark(store) else Journal(path)


def run_mark(store: Store) -> list[object] | None:
    """Return what tells the store's last run from every other; None before the first."""
    run = store.latest_run()
    return None if run is None else [run.run_id, run.started_at.isoformat(), run.state]
