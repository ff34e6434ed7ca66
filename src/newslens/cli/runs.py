"""`newslens runs`, `newslens runs show`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from newslens.cli import options
from newslens.cli.output import chosen_format, put_json, put_rows
from newslens.errors import SettingsError
from newslens.store import open_store

if TYPE_CHECKING:
    from newslens.rows import Row
    from newslens.store.interface import Run

_SHOWN = ("run_id", "state", "command", "started_at", "seconds", "new", "changed", "failed", "claims", "finished_by")

runs = typer.Typer(name="runs", rich_markup_mode=None)


@runs.callback(invoke_without_command=True)
def list_runs(
    ctx: typer.Context,
    db: options.Db = options.DEFAULT_DB,
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
) -> None:
    """Print the runs, the newest first: what each did, and how it ended.

    A run that was cut off shows as killed once the next one begins; the next of the same inputs finishes it.
    `newslens runs show N` prints all that is known of one.
    """
    from newslens.store.interface import RUN_KINDS

    if ctx.invoked_subcommand is not None:
        return
    chosen = chosen_format(form, as_json, output)
    with open_store(db) as store:
        put_rows(RUN_KINDS, map(_row, store.query_runs()), chosen, output, view=_SHOWN)


@runs.command()
def show(
    run_id: Annotated[int, typer.Argument(metavar="N", help="The run's number.")],
    db: options.Db = options.DEFAULT_DB,
) -> None:
    """Print all that is known of a run, as JSON."""
    with open_store(db) as store:
        run = store.get_run(run_id)
    if run is None:
        raise SettingsError(f"no run {run_id}", hint="`newslens runs` lists them")
    told = {
        name: value.isoformat() + "Z" if hasattr(value, "isoformat") else value for name, value in asdict(run).items()
    }
    put_json(told)


def _row(run: Run) -> Row:
    from newslens.store.interface import RUN_KINDS

    cells = {**run.counts, **asdict(run), "claims": sum(run.counts.get("claims_by_type", {}).values())}
    return tuple(cells.get(name) for name in RUN_KINDS)
