"""What editors corrected, inside a transaction that the caller opened.

A correction is kept beside the claims, and laid over them whenever they are written: so it outlives extraction, and
whoever reads the claims, by whatever query, reads them corrected.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from newslens.store.interface import Correction
from newslens.store.schema import claims, corrections

Cells = dict[str, Any]


def corrected(connection: Connection, article_id: str, made: Sequence[Cells]) -> list[Cells]:
    """Return the cells of claims just extracted as the editors want them, and note what was extracted."""
    noted = connection.execute(select(corrections).where(corrections.c.article_id == article_id)).mappings().all()
    by_claim: dict[str, Cells] = {row["claim_id"]: dict(row) for row in noted}
    return [_laid_over(connection, cells, by_claim[cells["claim_id"]]) if cells["claim_id"] in by_claim else cells
            for cells in made]  # fmt: skip


def correct(connection: Connection, correction: Correction) -> None:
    """Note the correction, on top of an earlier one of the claim, and lay it over the claim."""
    claim_id = correction.claim_id
    held = connection.execute(select(claims).where(claims.c.claim_id == claim_id)).mappings().one()
    extracted = {name: held[name] for name in correction.changes} | _noted(connection, claim_id, "extracted")
    changes = {**_noted(connection, claim_id, "changes"), **correction.changes}
    forget_correction(connection, claim_id)
    connection.execute(
        insert(corrections).values(
            claim_id=claim_id,
            article_id=held["article_id"],
            kind=correction.kind,
            changes=_json(changes),
            extracted=_json(extracted),
            note=correction.note,
            corrected_by=correction.corrected_by,
            corrected_at=correction.corrected_at,
        )
    )
    cells = {**correction.changes, "correction": correction.kind}
    connection.execute(update(claims).where(claims.c.claim_id == claim_id).values(**cells))


def undo(connection: Connection, claim_id: str) -> bool:
    """Show the claim as extracted again; False where nothing was corrected."""
    noted = connection.execute(select(corrections).where(corrections.c.claim_id == claim_id)).first()
    if noted is not None:
        cells = {**_noted(connection, claim_id, "extracted"), "correction": None}
        connection.execute(update(claims).where(claims.c.claim_id == claim_id).values(**cells))
        forget_correction(connection, claim_id)
    return noted is not None


def forget_correction(connection: Connection, claim_id: str) -> None:
    """Drop what is noted about the claim."""
    connection.execute(delete(corrections).where(corrections.c.claim_id == claim_id))


def _laid_over(connection: Connection, cells: Cells, noted: Cells) -> Cells:
    changes = json.loads(noted["changes"])
    extracted = _json({name: cells[name] for name in changes})
    if extracted != noted["extracted"]:
        connection.execute(
            update(corrections).where(corrections.c.claim_id == cells["claim_id"]).values(extracted=extracted)
        )
    return {**cells, **changes, "correction": noted["kind"]}


def _noted(connection: Connection, claim_id: str, what: str) -> Cells:
    noted = connection.scalar(select(corrections.c[what]).where(corrections.c.claim_id == claim_id))
    return dict(json.loads(noted)) if noted else {}


def _json(cells: Mapping[str, Any]) -> str:
    return json.dumps(dict(cells), ensure_ascii=False, sort_keys=True)
