"""`newslens articles`."""

from __future__ import annotations

from typing import Annotated

import typer

from newslens.cli import options
from newslens.cli.output import chosen_format, put_rows
from newslens.store import open_store

_SHOWN = ("source", "published_at", "language", "outlet", "title", "claims")


def articles(
    db: options.Db = options.DEFAULT_DB,
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
    language: Annotated[
        list[str] | None,
        typer.Option("--language", "-l", metavar="CODE", help="Only this language, und if undetermined; repeatable."),
    ] = None,
    since: options.Since = None,
) -> None:
    """Print the stored articles, by source."""
    from newslens.store.interface import ARTICLE_KINDS

    chosen = chosen_format(form, as_json, output)
    with open_store(db) as store:
        rows = store.query_articles(languages=tuple(language or ()), since=since.date() if since else None)
        put_rows(ARTICLE_KINDS, rows, chosen, output, view=_SHOWN)
