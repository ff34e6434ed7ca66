"""`newslens score`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newslens.cli import options
from newslens.cli.output import put_json, put_lines
from newslens.store import open_store

if TYPE_CHECKING:
    from newslens.rows import Columns, Row
    from newslens.score import Report


def score(
    gold: Annotated[list[Path], typer.Option("--gold", metavar="FILE", help="A gold file (JSON Lines); repeatable.")],
    claims: Annotated[
        Path | None, typer.Option("--claims", metavar="FILE", help="Claims as JSON Lines, in place of the store's.")
    ] = None,
    db: options.Db = options.DEFAULT_DB,
    texts: Annotated[
        Path | None, typer.Option("--texts", metavar="FOLDER", help="Where the articles are, if not beside the gold.")
    ] = None,
    core: Annotated[
        bool, typer.Option("--core", help="Score training_cost, chip_count and token_price alone.")
    ] = False,
    by_type: Annotated[bool, typer.Option("--by-type", help="Give the figures of each claim type too.")] = False,
    show: Annotated[bool, typer.Option("--show", help="List what was missed, wrong or invented.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Give the figures as JSON.")] = False,
) -> None:
    """Score claims against gold: precision, recall and F1 over mentions.

    found: same file, type and place; normalised: unit and amounts right too; with_subject: and the subject. Then, of
    the normalised claims, how many have each detail right.
    """
    from newslens.rows import CLAIM_KINDS
    from newslens.score import read_claim_file, score_claims

    if claims is not None:
        cells = read_claim_file(claims)
    else:
        with open_store(db) as store:
            cells = [dict(zip(CLAIM_KINDS, row, strict=True)) for row in store.query_claim_rows()]
    report = score_claims(gold, cells, texts=texts, only_core=core, by_type=by_type)
    if as_json:
        figures = {name: its.as_dict() for name, its in report.scores.items()}
        put_json(figures | ({"mistakes": report.mistakes} if show else {}))
    else:
        put_lines([*report.mistakes, ""] if show and report.mistakes else [])
        put_lines(_tables(report))


def _tables(report: Report) -> list[str]:
    from newslens.export.table import table_lines
    from newslens.score import DETAILS, LEVELS

    levels: list[Row] = []
    details: list[Row] = []
    for name, its in report.scores.items():
        rates = (f"{level.p:.3f} {level.r:.3f} {level.f1:.3f}" for level in its.levels.values())
        levels.append((name, its.gold, its.claims, *rates))
        shares = (f"{share.right}/{share.of}" for share in its.details.values())
        details.append((name, *shares, f"{its.not_asserted.f1:.3f}"))
    of_levels: Columns = {
        "": "text",
        "gold": "integer",
        "claims": "integer",
        **{f"{n}: P R F1": "text" for n in LEVELS},
    }
    of_details: Columns = {"": "text", **dict.fromkeys((*DETAILS, "not asserted F1"), "integer")}
    return [*table_lines(of_levels, levels), "", *table_lines(of_details, details)]
