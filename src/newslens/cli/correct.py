"""`newslens correct` and `newslens corrections`."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from newslens.cli import options
from newslens.cli.output import chosen_format, put_rows
from newslens.errors import SettingsError
from newslens.store import open_store

_SHOWN = ("claim_id", "kind", "changes", "extracted", "note", "corrected_by", "source")


def correct(
    claim_id: Annotated[str, typer.Argument(metavar="CLAIM_ID", help="The claim's id, or how it begins.")],
    db: options.Db = options.DEFAULT_DB,
    pairs: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="What a cell should say, empty for nothing; repeatable."),
    ] = None,
    reject: Annotated[bool, typer.Option("--reject", help="The passage states no such claim: hide it.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Show the claim as it was extracted.")] = False,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why.")] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", envvar="NEWSLENS_EDITOR", metavar="NAME", help="Who says so; by default, your login."),
    ] = None,
) -> None:
    """Correct a claim, and keep it corrected when its article is extracted again. Prints the claim as it reads now.

    Values are checked as those of claims are; amounts in dollars follow. `newslens claims --with-corrections` shows
    who corrected what, and what was rejected.
    """
    from newslens import corrections as library
    from newslens.rows import CLAIM_KINDS, claim_row

    if bool(pairs) + reject + undo != 1:
        raise SettingsError("give one of --set, --reject and --undo", hint="see `newslens correct --help`")
    who = by or getpass.getuser()
    with open_store(db) as store:
        if undo:
            claim = library.undo(store, claim_id)
        elif reject:
            claim = library.reject(store, claim_id, corrected_by=who, note=note)
        else:
            claim = library.correct(store, claim_id, pairs or [], corrected_by=who, note=note)
    put_rows(CLAIM_KINDS, [claim_row(claim)], chosen_format(None, False, None), None)


def corrections(
    db: options.Db = options.DEFAULT_DB,
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
) -> None:
    """Print what editors corrected, the oldest first.

    `changes` is what they set, `extracted` what the extractor reads now; a correction without a source has lost its
    claim: its article changed, or the extractor does not find it any more.
    """
    from newslens.store.interface import CORRECTION_KINDS

    chosen = chosen_format(form, as_json, output)
    with open_store(db) as store:
        put_rows(CORRECTION_KINDS, store.query_corrections(), chosen, output, view=_SHOWN)
