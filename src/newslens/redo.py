"""Doing again what is stored already, or could not be: after an upgrade, and after a failure."""

from __future__ import annotations

from newslens.batch import ActiveRun, IngestSummary, Inputs, RunOptions, Watcher, running
from newslens.extraction import Extractor
from newslens.records import Article
from newslens.store.interface import FAILURE_KINDS, Store


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
        for article_id in store.stale_articles(run.extractor.version):
            article = store.get_article(article_id)
            if article is not None:
                _take_stored(run, article)
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
        for article in store.failed_articles():
            run.take(article, force=True)
            run.watcher.progress(run.summary)
        inputs = Inputs(paths=_unread(store))
        if inputs.paths:
            run.read(inputs)
        run.catch_up()
        run.drop_settled_failures(inputs)
    return run.summary


def _take_stored(run: ActiveRun, article: Article) -> None:
    """Extract a stored article anew, its language told anew."""
    asked = article.model_copy(update={"language": None, "language_confidence": None, "script": None})
    if run.extract_and_put(asked):
        run.summary.count("changed")
    run.watcher.progress(run.summary)


def _unread(store: Store) -> tuple[str, ...]:
    """Return the files that could not be read; what is no path (an address, standard input) is for who fetched it."""
    rows = (dict(zip(FAILURE_KINDS, row, strict=True)) for row in store.query_failures())
    sources = {str(row["source"]) for row in rows if row["step"] == "read"}
    return tuple(sorted(source for source in sources if source != "-" and "://" not in source))
