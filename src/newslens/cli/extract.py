"""`newslens extract`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from newslens.cli import options
from newslens.cli.output import chosen_format, exit_code, put_rows, say_warning


def extract(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Files, folders, patterns, or - for stdin.")],
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
    language: Annotated[
        str | None, typer.Option("--language", "-l", metavar="CODE", help="The language, where you know it.")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="The title, where the text lacks it.")] = None,
    published_at: Annotated[
        datetime | None,
        typer.Option("--published-at", parser=options.read_day, metavar="YYYY-MM-DD", help="The day, to convert by."),
    ] = None,
    column: options.Columns = None,
    max_article_bytes: options.MaxArticleBytes = 5_000_000,
    names: options.Names = None,
    no_ner: options.NoNer = False,
    ner_model: options.NerModel = None,
    ner_label: options.NerLabels = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Print the claims of articles, without a store."""
    from newslens import batch
    from newslens.cli.progress import ConsoleWatcher
    from newslens.records import LANGUAGES
    from newslens.rows import CLAIM_KINDS

    chosen = chosen_format(form, as_json, output)
    options.known_values("language", [language] if language else [], LANGUAGES)
    day = published_at.date() if published_at else None
    said = {"language": language, "title": title, "published_at": day}
    rows, summary = batch.extract_rows(
        batch.Inputs(paths=tuple(files), columns=options.column_mapping(column), max_article_bytes=max_article_bytes),
        known={name: value for name, value in said.items() if value is not None},
        extractor=batch.pipeline_extractor(options.setup(names, no_ner, ner_model, ner_label)),
        watcher=ConsoleWatcher(bar=False, verbose=verbose),
    )
    if summary.other_language and not quiet:
        others = ", ".join(sorted(set(summary.by_language) - set(LANGUAGES)))
        say_warning(
            f"{summary.other_language} of {summary.read} articles not in {', '.join(LANGUAGES)}, left out: {others}"
        )
    put_rows(CLAIM_KINDS, rows, chosen, output)
    raise typer.Exit(exit_code(read=summary.read, failed=summary.failed))
