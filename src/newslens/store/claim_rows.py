"""Replacing an article's claims, inside a transaction that the caller opened: what was there goes into the history.

A claim that is read again as before stays as it is, so that the history holds differences alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, literal, select, update

from newslens.records import Claim
from newslens.rows import CLAIM_KINDS, claim_row
from newslens.store.corrections import corrected
from newslens.store.schema import HELD_BY_ARTICLE, articles, claim_history, claims

_CELLS = tuple(name for name in CLAIM_KINDS if name not in HELD_BY_ARTICLE)
_COMPARED = tuple(name for name in (*_CELLS, "correction") if name not in ("extractor_version", "group_id"))
"""What makes two readings of a claim differ: not who read it, nor the group that it was put into afterwards."""

_AT_ONCE = 500  # values in one statement


def replace_claims(connection: Connection, article_id: str, made: Sequence[Claim], run_id: int) -> None:
    """Put the claims in place of those the article has; what an editor corrected stays corrected."""
    now = corrected(connection, article_id, [claim_cells(claim) for claim in made])
    held = connection.execute(select(claims).where(claims.c.article_id == article_id)).mappings().all()
    before = {cells["claim_id"]: _compared(cells) for cells in held}
    same = {cells["claim_id"] for cells in now if before.get(cells["claim_id"]) == _compared(cells)}
    retire_claims(connection, before.keys() - same, run_id)
    if same:
        version = now[0]["extractor_version"]
        connection.execute(update(claims).where(claims.c.article_id == article_id).values(extractor_version=version))
    new = [cells | {"from_run": run_id} for cells in now if cells["claim_id"] not in same]
    if new:
        connection.execute(insert(claims), new)


def retire_article(connection: Connection, article_id: str, run_id: int) -> None:
    """Move all claims of the article into the history, before it goes."""
    ids = connection.scalars(select(claims.c.claim_id).where(claims.c.article_id == article_id)).all()
    retire_claims(connection, ids, run_id)


def retire_claims(connection: Connection, claim_ids: Iterable[str], run_id: int) -> None:
    """Move the claims into the history, as valid until this run; what this run made itself leaves no trace."""
    names = [*CLAIM_KINDS, "correction", "from_run", "until_run"]
    shown = [(articles if name in HELD_BY_ARTICLE else claims).c[name] for name in names[:-1]]
    all_of = select(*shown, literal(run_id)).join_from(claims, articles)
    for some in batched_ids(claim_ids):
        these = claims.c.claim_id.in_(some)
        connection.execute(insert(claim_history).from_select(names, all_of.where(these, claims.c.from_run < run_id)))
        connection.execute(delete(claims).where(these))


def claim_cells(claim: Claim) -> dict[str, Any]:
    """Return the claim in the columns of its table, less what its article holds."""
    cells = dict(zip(CLAIM_KINDS, claim_row(claim), strict=True))
    return {name: cells[name] for name in _CELLS} | {"correction": None}


def batched_ids(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the ids as many at a time as one statement takes."""
    waiting = sorted(ids)
    for start in range(0, len(waiting), _AT_ONCE):
        yield tuple(waiting[start : start + _AT_ONCE])


def _compared(cells: Any) -> tuple[Any, ...]:
    return tuple(cells[name] for name in _COMPARED)
