"""`newslens claims`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newslens.cli import options
from newslens.cli.output import chosen_format, put_rows, say_warning
from newslens.store import open_store

if TYPE_CHECKING:
    from newslens.store.interface import Store


_SHOWN_OF_CORRECTED = (
    "claim_id",
    "claim_type",
    "subject",
    "value_low",
    "value_high",
    "unit",
    "correction",
    "corrected_by",
    "quote",
    "source",
)


def claims(
    db: options.Db = options.DEFAULT_DB,
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
    claim_type: options.ClaimTypes = None,
    core: Annotated[bool, typer.Option("--core", help="Only training_cost, chip_count and token_price.")] = False,
    language: options.Languages = None,
    subject: Annotated[
        str | None, typer.Option("--subject", "-s", metavar="NAME", help="Only this subject; * stands for anything.")
    ] = None,
    since: options.Since = None,
    min_confidence: Annotated[
        float | None,
        typer.Option("--min-confidence", min=0, max=1, metavar="0..1", help="Only claims at least this sure."),
    ] = None,
    with_corrections: Annotated[
        bool,
        typer.Option(
            "--with-corrections", help="Add the columns correction, corrected_by and note, and rejected rows."
        ),
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Print the stored claims, by source and place.

    A table shows the main columns; every other format has them all, one row a claim.
    """
    from newslens.records import CORE_TYPES
    from newslens.rows import CLAIM_CHOICES, CLAIM_KINDS
    from newslens.store.interface import CORRECTED_KINDS, ClaimFilter

    chosen = chosen_format(form, as_json, output)
    types = options.known_values("claim type", claim_type, CLAIM_CHOICES["claim_type"])
    only = ClaimFilter(
        claim_types=(*types, *CORE_TYPES) if core else types,
        languages=options.known_values("language", language, CLAIM_CHOICES["language"]),
        subject=subject,
        since=since.date() if since else None,
        min_confidence=min_confidence,
    )
    with open_store(db) as store:
        if not quiet:
            _warn_of_unfinished_run(store)
        if with_corrections:
            put_rows(CORRECTED_KINDS, store.query_corrected_rows(only), chosen, output, view=_SHOWN_OF_CORRECTED)
        else:
            put_rows(CLAIM_KINDS, store.query_claim_rows(only), chosen, output)


def _warn_of_unfinished_run(store: Store) -> None:
    run = store.latest_run()
    if run is not None and run.state != "finished":
        what = "is not finished" if run.state == "running" else "was cut off"
        say_warning(f"run {run.run_id}, begun {run.started_at.isoformat()}Z, {what}: the table may lack its articles")
