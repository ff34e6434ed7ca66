"""Doing again what is stored already, or could not be: after an upgrade, and after a failure."""

from __future__ import annotations

from collections.abc import Iterator

from newslens.batch import IngestSummary, Inputs, RunOptions, Watcher, running
from newslens.extraction import Extractor
from newslens.records import Article
from newslens.store.interface import FAILURE_KINDS, Store

AT_ONCE = 50
"""Stored articles that are held at once."""


def reextract(
    store: Store,
    *,
    options: RunOptions | None = None,
    extractor: Extractor | None = None,
    watcher: Watcher | None = None,
) -> IngestSummary:
    """Make the claims again of every stored article that this extractor version has not read; nothing is fetched.

    Each article keeps its earlier claims until its new ones are there, and in the history from then on. A run that
    is cut off leaves the rest to the next one.
    Raises: as `newslens.batch.ingest`.
    """
    options = options or RunOptions(command="reextract")
    with running(store, options, extractor, watcher) as run:
        for some in run.extractions.ahead(_stored(store, store.stale_articles(run.extractor.version)), list):
            for article in some:
                if run.extract_and_put(article):
                    run.summary.count("changed")
                run.watcher.progress(run.summary)
    return run.summary


def retry_failed(
    store: Store,
    *,
    options: RunOptions | None = None,
    extractor: Extractor | None = None,
    watcher: Watcher | None = None,
) -> IngestSummary:
    """Try again whatever failed, quarantined or not: articles as they were read, files as they are now.

    Raises: as `newslens.batch.ingest`.
    """
    options = options or RunOptions(command="retry-failed")
    with running(store, options, extractor, watcher) as run:
        for some in run.extractions.ahead([store.failed_articles()], list):
            for article in some:
                run.take(article, force=True)
                run.watcher.progress(run.summary)
        inputs = Inputs(paths=_unread(store))
        if inputs.paths:
            run.read(inputs)
        run.catch_up()
        run.drop_settled_failures(inputs)
    return run.summary


def _stored(store: Store, article_ids: list[str]) -> Iterator[list[Article]]:
    """Yield stored articles some at a time, to be extracted anew, their language told anew."""
    for start in range(0, len(article_ids), AT_ONCE):
        found = (store.get_article(article_id) for article_id in article_ids[start : start + AT_ONCE])
        unread = {"language": None, "language_confidence": None, "script": None}
        yield [article.model_copy(update=unread) for article in found if article is not None]


def _unread(store: Store) -> tuple[str, ...]:
    """Return the files that could not be read; what is no path (an address, standard input) is for who fetched it."""
    rows = (dict(zip(FAILURE_KINDS, row, strict=True)) for row in store.query_failures())
    sources = {str(row["source"]) for row in rows if row["step"] == "read"}
    return tuple(sorted(source for source in sources if source != "-" and "://" not in source))
