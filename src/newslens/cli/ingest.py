"""`newslens ingest`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from newslens.cli import options
from newslens.cli.configured import CONFIG
from newslens.errors import SettingsError, StoreError
from newslens.store import open_store

if TYPE_CHECKING:
    from newslens.batch import Extractor, IngestSummary, Inputs, Watcher
    from newslens.store.interface import Store


LOCAL = options.EngineName.LOCAL


def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders, patterns, URLs, or - for stdin.")],
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
    workers: options.Workers = 0,
    engine: Annotated[options.EngineName, typer.Option("--engine", help="Where claims are extracted.")] = LOCAL,
    scheduler: options.Scheduler = None,
    parts: options.Parts = None,
    as_json: options.SummaryJson = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    no_progress: options.NoProgress = False,
) -> None:
    """Read articles into the store, and extract their claims.

    Reads .txt, .md, .html, .json, .jsonl, .csv, .tsv, .parquet and .warc, each also as .gz. What is unchanged is left
    alone. Of a URL, the page, or the pages of the feed, by the rules of the settings under [fetch].
    """
    from newslens import batch
    from newslens.cli.progress import ConsoleWatcher, end_run

    if engine is LOCAL and (scheduler or parts) and not CONFIG.get():
        raise SettingsError("--scheduler and --parts are for --engine dask", hint="add --engine dask")
    columns = options.column_mapping(column)
    extractor = batch.pipeline_extractor(options.setup(names, no_ner, ner_model, ner_label))
    inputs = batch.Inputs(paths=tuple(paths), columns=columns, max_article_bytes=max_article_bytes)
    with ConsoleWatcher(bar=not (quiet or no_progress), verbose=verbose) as watcher:
        if dry_run:
            summary = _previewed(db, inputs, extractor, watcher)
        else:
            told = batch.RunOptions(force=force, time_limit_s=time_limit, workers=workers)
            with (
                open_store(db, create=True) as store,
                _with_pages(inputs, db, store, extractor.version, force=force) as all_inputs,
            ):
                if engine is not LOCAL:
                    from newslens.cluster.coordinator import cluster_of, ingest_on_cluster

                    place = cluster_of(all_inputs, db=db, scheduler=scheduler, parts=parts)
                    summary = ingest_on_cluster(
                        all_inputs, store, place, options=told, extractor=extractor, watcher=watcher
                    )
                else:
                    summary = batch.ingest(all_inputs, store, options=told, extractor=extractor, watcher=watcher)
    end_run(summary, as_json=as_json, quiet=quiet, prefix="dry run: " if dry_run else "")


@contextmanager
def _with_pages(inputs: Inputs, db: str, store: Store | None, version: str, *, force: bool) -> Iterator[Inputs]:
    """Give the inputs with those that are URLs to be fetched; what was noted of them is kept for the next time."""
    from newslens.fetch.web import is_web_address

    urls = tuple(str(path) for path in inputs.paths if is_web_address(str(path)))
    if not urls:
        yield inputs
        return
    from newslens.nightly.sources import open_inputs, open_journal, run_mark, sound_sources
    from newslens.settings import load_settings

    columns = {field: name for field, name in asdict(inputs.columns).items() if name is not None}
    flags = {"db": db, "max_article_bytes": inputs.max_article_bytes, "columns": columns}
    settings = load_settings(CONFIG.get(), flags)
    paths = tuple(str(path) for path in inputs.paths if not is_web_address(str(path)))
    if store is None or force:
        with open_inputs(settings, None, set(), paths=paths, urls=urls) as opened:
            yield opened
        return
    journal = open_journal(settings, store, version)
    with open_inputs(settings, journal, sound_sources(store), paths=paths, urls=urls) as opened:
        yield opened
    journal.run = run_mark(store)
    journal.save(extractor_version=version)


def _previewed(db: str, inputs: Inputs, extractor: Extractor, watcher: Watcher) -> IngestSummary:
    from newslens.batch import preview

    try:
        store = open_store(db)
    except StoreError as error:
        if not getattr(error, "is_missing", False):
            raise
        with _with_pages(inputs, db, None, extractor.version, force=True) as all_inputs:
            return preview(all_inputs, None, extractor=extractor, watcher=watcher)
    with store, _with_pages(inputs, db, store, extractor.version, force=True) as all_inputs:
        return preview(all_inputs, store, extractor=extractor, watcher=watcher)
