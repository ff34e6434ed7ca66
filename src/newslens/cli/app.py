"""The command line: `main` runs it. Commands import what they need when they run, so that `--help` is quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newslens.cli.articles import articles
from newslens.cli.claims import claims
from newslens.cli.configured import option_defaults
from newslens.cli.conflicts import conflicts
from newslens.cli.correct import correct, corrections
from newslens.cli.diff import diff
from newslens.cli.doctor import doctor
from newslens.cli.explain import explain
from newslens.cli.extract import extract
from newslens.cli.failures import failures
from newslens.cli.forget import forget
from newslens.cli.group import ASKS_FOR_HELP, CommandGroup
from newslens.cli.groups import groups
from newslens.cli.ingest import ingest
from newslens.cli.init import init
from newslens.cli.models import models
from newslens.cli.names import names
from newslens.cli.nightly import nightly
from newslens.cli.output import put_lines
from newslens.cli.redo import reextract, retry_failed
from newslens.cli.report import report
from newslens.cli.runs import runs
from newslens.cli.score import score
from newslens.cli.serve import serve
from newslens.cli.upkeep import backup, migrate, vacuum, verify

COMMANDS = (
    ingest,
    nightly,
    extract,
    claims,
    groups,
    conflicts,
    diff,
    report,
    serve,
    articles,
    failures,
    retry_failed,
    reextract,
    forget,
    explain,
    correct,
    corrections,
    names,
    score,
    verify,
    backup,
    vacuum,
    migrate,
    doctor,
    init,
)
"""In the order of the help."""

main = typer.Typer(
    name="newslens",
    cls=CommandGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in COMMANDS:
    main.command()(command)
main.add_typer(models)
main.add_typer(runs)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        put_lines([f"newslens {version('newslens')}"])
        raise typer.Exit


@main.callback(invoke_without_command=True)
def newslens(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="The settings; by default $NEWSLENS_CONFIG, or ./newslens.toml."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Read French, English and Chinese articles about AI, and write every figure they state into one table.

    Exit codes: 0 done, or nothing to do; 1 a bug; 2 wrong usage or settings; 3 nothing given could be read; 4 the
    installation is incomplete; 5 the store; 6 finished, but some inputs failed; 7 another run holds the store.
    """
    if ctx.invoked_subcommand is None:
        put_lines([ctx.get_help()])
    if not ctx.meta[ASKS_FOR_HELP]:  # which is to be had whatever is in the settings
        ctx.default_map = option_defaults(ctx.invoked_subcommand, config, ctx.command)
