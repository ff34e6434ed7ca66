"""`newslens report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newslens.cli import options
from newslens.cli.output import say
from newslens.store import open_store


def report(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The HTML file to write.")] = Path(
        "data/report.html"
    ),
    db: options.Db = options.DEFAULT_DB,
    language: Annotated[
        str, typer.Option("--lang", metavar="en|fr|zh", help="The language of the page; quotes stay in theirs.")
    ] = "en",
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="RUN|DATE", help="Show what changed since then, as `newslens diff`."),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Write one HTML page of what the articles say: consensus, conflicts, charts, claims.

    The file holds all it needs: it opens offline, prints, and fits a phone. Every number leads to its sentence.
    """
    from newslens.groups.history import changes_since
    from newslens.report import write_report

    with open_store(db) as store:
        changes = changes_since(store, since) if since is not None else None
        size_bytes = write_report(store, output, language=language, changes=changes)
    if not quiet:
        say(f"{output}: {size_bytes / 1000:,.0f} kB")
