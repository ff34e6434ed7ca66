"""`newslens doctor`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from newslens.cli import options
from newslens.cli.output import put_json, put_lines


def doctor(
    db: options.Db = options.DEFAULT_DB,
    as_json: Annotated[bool, typer.Option("--json", help="Give the findings as JSON.")] = False,
) -> None:
    """Check the installation and the store, and print every version.

    Ends with 0 when all is well, 4 when something of the installation is broken, 5 when the store is.
    """
    from newslens.checkup import check_all

    checks = list(check_all(db))
    if as_json:
        put_json([asdict(check) for check in checks])
    else:
        widest = max(len(check.name) for check in checks)
        put_lines(f"{'WRONG' if c.exit_code else 'ok':5}  {c.name:{widest}}  {c.found}" for c in checks)
    raise typer.Exit(min((check.exit_code for check in checks if check.exit_code), default=0))
