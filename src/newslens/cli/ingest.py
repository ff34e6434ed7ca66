"""`newslens ingest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newslens.cli import options
from newslens.cli.output import exit_code, put_json, say
from newslens.errors import StoreError
from newslens.store import open_store

if TYPE_CHECKING:
    from newslens.batch import Extractor, IngestSummary, Inputs, Watcher


def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders, patterns, or - for stdin.")],
    db: options.Db = options.DEFAULT_DB,
    force: Annotated[bool, typer.Option("--force", help="Extract again what is unchanged.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is new or changed, and write nothing.")] = False,
    column: options.Columns = None,
    max_article_bytes: options.MaxArticleBytes = 5_000_000,
    names: options.Names = None,
    no_ner: options.NoNer = False,
    ner_model: options.NerModel = None,
    ner_label: options.NerLabels = None,
    time_limit: options.TimeLimit = options.DEFAULT_TIME_LIMIT_S,
    as_json: options.SummaryJson = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    no_progress: options.NoProgress = False,
) -> None:
    """Read articles into the store, and extract their claims.

    Reads .txt, .md, .html, .json, .jsonl, .csv, .tsv and .parquet, each also as .gz. What is unchanged is left alone.
    """
    from newslens import batch
    from newslens.cli.progress import ConsoleWatcher, summary_line

    columns = options.column_mapping(column)
    extractor = batch.pipeline_extractor(options.setup(names, no_ner, ner_model, ner_label))
    inputs = batch.Inputs(paths=tuple(paths), columns=columns, max_article_bytes=max_article_bytes)
    with ConsoleWatcher(bar=not (quiet or no_progress), verbose=verbose) as watcher:
        if dry_run:
            summary = _previewed(db, inputs, extractor, watcher)
        else:
            with open_store(db, create=True) as store:
                told = batch.RunOptions(force=force, time_limit_s=time_limit)
                summary = batch.ingest(inputs, store, options=told, extractor=extractor, watcher=watcher)
    if as_json:
        put_json(summary.as_dict())
    if not quiet:
        say(f"{'dry run: ' if dry_run else ''}{summary_line(summary)}")
    raise typer.Exit(exit_code(read=summary.read, failed=summary.failed))


def _previewed(db: str, inputs: Inputs, extractor: Extractor, watcher: Watcher) -> IngestSummary:
    from newslens.batch import preview

    try:
        store = open_store(db)
    except StoreError as error:
        if not getattr(error, "is_missing", False):
            raise
        return preview(inputs, None, extractor=extractor, watcher=watcher)
    with store:
        return preview(inputs, store, extractor=extractor, watcher=watcher)
