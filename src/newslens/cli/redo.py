"""`newslens reextract` and `newslens retry-failed`."""

from __future__ import annotations

from typing import Annotated

import typer

from newslens.cli import options
from newslens.cli.output import put_lines
from newslens.store import open_store


def reextract(
    db: options.Db = options.DEFAULT_DB,
    names: options.Names = None,
    no_ner: options.NoNer = False,
    ner_model: options.NerModel = None,
    ner_label: options.NerLabels = None,
    time_limit: options.TimeLimit = options.DEFAULT_TIME_LIMIT_S,
    workers: options.Workers = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many articles there are, change nothing.")
    ] = False,
    as_json: options.SummaryJson = False,
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> None:
    """Make the claims again of every stored article that the present extractor has not read.

    After an upgrade: no file is read, no address fetched. Each article keeps its earlier claims until its new ones
    are there. A second call goes on where one was cut off.
    """
    from newslens import batch, redo
    from newslens.cli.progress import ConsoleWatcher, end_run

    extractor = batch.pipeline_extractor(options.setup(names, no_ner, ner_model, ner_label))
    if dry_run:
        with open_store(db) as store:
            put_lines([str(len(store.stale_articles(extractor.version)))])
        return
    with ConsoleWatcher(bar=not (quiet or no_progress), verbose=False) as watcher, open_store(db) as store:
        told = batch.RunOptions(command="reextract", time_limit_s=time_limit, workers=workers)
        summary = redo.reextract(store, options=told, extractor=extractor, watcher=watcher)
    end_run(summary, as_json=as_json, quiet=quiet)


def retry_failed(
    db: options.Db = options.DEFAULT_DB,
    names: options.Names = None,
    no_ner: options.NoNer = False,
    ner_model: options.NerModel = None,
    ner_label: options.NerLabels = None,
    time_limit: options.TimeLimit = options.DEFAULT_TIME_LIMIT_S,
    workers: options.Workers = 0,
    as_json: options.SummaryJson = False,
    quiet: options.Quiet = False,
    no_progress: options.NoProgress = False,
) -> None:
    """Try again all that `newslens failures` lists, what is in quarantine too.

    An article that could not be extracted is kept as it was read, and taken from there; a file that could not be read
    is read again.
    """
    from newslens import batch, redo
    from newslens.cli.progress import ConsoleWatcher, end_run

    extractor = batch.pipeline_extractor(options.setup(names, no_ner, ner_model, ner_label))
    with ConsoleWatcher(bar=not (quiet or no_progress), verbose=False) as watcher, open_store(db) as store:
        told = batch.RunOptions(command="retry-failed", time_limit_s=time_limit, workers=workers)
        summary = redo.retry_failed(store, options=told, extractor=extractor, watcher=watcher)
    end_run(summary, as_json=as_json, quiet=quiet)
