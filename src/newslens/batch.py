"""A run over articles: what is new or changed is extracted and stored, what fails is noted, the rest is left alone.

One process reads and writes; between the two stands `extract_article`, which needs neither files nor store, takes
plain records and gives plain records, and so may run anywhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import Any

from newslens.active_run import ActiveRun, read_counting
from newslens.errors import StoreError
from newslens.extraction import Extractor, extract_article, pipeline_extractor
from newslens.groups import make_groups
from newslens.inputs import Inputs, Sources, is_covered
from newslens.records import stable_id
from newslens.rows import Row, claim_order, claim_row
from newslens.run_records import IngestSummary, RunOptions, Watcher
from newslens.store.interface import Failure, Store

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
    for article in read_counting(inputs, summary, watcher, _counting(summary, watcher)):
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
    fail = _counting(summary, watcher)
    for article in read_counting(inputs, summary, watcher, fail):
        result = extract_article(extractor, article.model_copy(update=dict(known or {})))
        if isinstance(result, Failure):
            fail(result)
            continue
        summary.count("new")
        summary.count_extracted(*result)
        rows += map(claim_row, result[1].claims)
        watcher.progress(summary)
    summary.seconds = time.monotonic() - started
    return sorted(rows, key=claim_order), summary


def _counting(summary: IngestSummary, watcher: Watcher) -> Callable[[Failure], None]:
    """Return what counts a failure and tells it."""

    def fail(failure: Failure) -> None:
        summary.failed += 1
        watcher.failure(failure)
        watcher.progress(summary)

    return fail
