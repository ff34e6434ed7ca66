"""`newslens verify`, `backup`, `vacuum` and `migrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newslens.cli import options
from newslens.cli.output import chosen_format, put_rows, say
from newslens.errors import SettingsError, StoreError
from newslens.store import open_store


def verify(
    db: options.Db = options.DEFAULT_DB,
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Check that every promise of the store holds, and print what breaks one, with its cure.

    Every quote stands in its text at its offsets, every text is the one that was read, every claim and source has its
    article, every claim is whole. Ends with 0 when all is well, else with 5.
    """
    from newslens.store.interface import FAULT_KINDS

    chosen = chosen_format(form, as_json, output)
    with open_store(db) as store:
        faults = list(store.verify())
    if faults or as_json or output or form:
        put_rows(FAULT_KINDS, faults, chosen, output)
    if not quiet:
        say(f"{db}: {f'{len(faults)} faults' if faults else 'no fault'}")
    raise typer.Exit(StoreError.exit_code if faults else 0)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the copy.")],
    db: options.Db = options.DEFAULT_DB,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE where it exists.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Write a copy of the store as of one moment, while it is in use.

    Of SQLite, the copy is a store like the first; of PostgreSQL, it is for pg_restore, and pg_dump writes it.
    """
    if file.exists() and not force:
        raise SettingsError(f"`{file}` exists", hint="name another file, or say --force")
    with open_store(db) as store:
        store.backup(file)
    if not quiet:
        say(f"{file}: {file.stat().st_size:,} bytes")


def vacuum(db: options.Db = options.DEFAULT_DB, quiet: options.Quiet = False) -> None:
    """Give back the room that nothing fills any more. Not beside a run."""
    with open_store(db) as store:
        before, after = store.vacuum()
    if not quiet:
        say(f"{db}: {before:,} bytes before, {after:,} after")


def migrate(db: options.Db = options.DEFAULT_DB, quiet: options.Quiet = False) -> None:
    """Bring the tables of an earlier newslens to those of this one. Not beside a run.

    A SQLite file is brought up to date whenever it is opened. A PostgreSQL database may be shared, and waits for this
    command: an earlier newslens cannot use it afterwards.
    """
    with open_store(db, upgrade=True) as store:
        found, now = store.upgraded_from, store.schema_version
    if not quiet:
        say(f"{db}: schema {now}, {'nothing to do' if found is None else f'upgraded from {found}'}")
