"""`newslens forget`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Annotated

import typer

from newslens.cli import options
from newslens.cli.output import put_lines
from newslens.errors import SettingsError
from newslens.store import open_store


def forget(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The path or URL, as `newslens articles` shows it.")],
    db: options.Db = options.DEFAULT_DB,
    undo: Annotated[bool, typer.Option("--undo", help="Let it in again, at the next ingest.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Name what would go, and change nothing.")] = False,
) -> None:
    """Remove an article and its claims for good, and keep it out.

    Goes with it: every other source that holds the same text. Neither the text nor what stands at these sources is
    taken in again. Prints the sources.
    """
    with open_store(db) as store:
        if undo:
            gone = store.remember(source)
            known: Iterable[str] = ()
        else:
            gone = store.copies(source) if dry_run else store.forget(source)
            known = () if gone else store.sources()
        if not gone:
            raise _unknown(source, known, undo)
        put_lines(gone)


def _unknown(source: str, known: Iterable[str], undo: bool) -> SettingsError:
    if undo:
        return SettingsError(f"not forgotten: `{source}`", hint="give the source as it was named when it was forgotten")
    near = difflib.get_close_matches(source, list(known), n=1, cutoff=0.5)
    hint = f"did you mean `{near[0]}`?" if near else "`newslens articles` lists the sources"
    return SettingsError(f"no article with the source `{source}`", hint=hint)
