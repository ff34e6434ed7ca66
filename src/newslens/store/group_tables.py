"""Tables of what is derived from claims and texts, and the views that any SQL tool can read.

All of it can be made again from the rest, so it is no part of the schema's version: it is made where it is missing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)

from newslens.rows import CLAIM_KINDS, Columns, Kind
from newslens.store.group_records import CONFLICT_KINDS, GROUP_KINDS, MEMBER_KINDS, STANCE_KINDS
from newslens.store.schema import HELD_BY_ARTICLE, articles, claims, meta

TYPES: dict[Kind, Any] = {
    "text": claims.c.quote.type,
    "choice": claims.c.quote.type,
    "number": claims.c.value_low.type,
    "integer": claims.c.char_start.type,
    "date": articles.c.published_at.type,
}
"""The types of derived columns are those of the columns they are made from."""

derived = MetaData()


def _columns(kinds: Columns, *without: str) -> list[Column[Any]]:
    return [Column(name, TYPES[kind]) for name, kind in kinds.items() if name not in without]


text_signatures = Table(
    "text_signatures",
    derived,
    Column("article_id", TYPES["text"], ForeignKey(articles.c.article_id, ondelete="CASCADE"), primary_key=True),
    Column("method", TYPES["text"], nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

fact_groups = Table(
    "fact_groups",
    derived,
    Column("group_id", TYPES["text"], primary_key=True),
    *_columns(GROUP_KINDS, "group_id"),
    Index("fact_groups_by_type", "claim_type", "subject"),
)

group_members = Table(
    "group_members",
    derived,
    Column("claim_id", TYPES["text"], ForeignKey(claims.c.claim_id, ondelete="CASCADE"), primary_key=True),
    Column("group_id", TYPES["text"], nullable=False),
    *_columns(MEMBER_KINDS, "claim_id", "group_id"),
    Index("group_members_by_group", "group_id"),
)

_VIEWS_KEY = "views"

_NOT_REJECTED = " WHERE c.correction IS NULL OR c.correction <> 'rejected'"
"""Claims that an editor rejected are no part of any group."""


def _view_statements() -> dict[str, str]:
    """Return the view definitions, in SQL that SQLite and PostgreSQL both take."""
    of_claim = [f"{'a' if name in HELD_BY_ARTICLE else 'c'}.{name}" for name in CLAIM_KINDS]
    of_stance = [f"m.{name}" for name in STANCE_KINDS]
    homes = dict.fromkeys(GROUP_KINDS, "g") | dict.fromkeys(CLAIM_KINDS, "v") | dict.fromkeys(STANCE_KINDS, "v")
    homes |= dict.fromkeys(("claim_type", "subject", "object", "facet", "group_id"), "g")
    renamed = {
        "consensus": "g.value",
        "consensus_low": "g.value_low",
        "consensus_high": "g.value_high",
        "consensus_unit": "g.unit",
        "claim_subject": "v.subject",
    }
    of_conflict = [f"{renamed.get(name) or f'{homes[name]}.{name}'} AS {name}" for name in CONFLICT_KINDS]
    return {
        "v_claims_latest": f"SELECT {', '.join([*of_claim, *of_stance])} FROM claims c "
        "JOIN articles a ON a.article_id = c.article_id LEFT JOIN group_members m ON m.claim_id = c.claim_id"
        + _NOT_REJECTED,
        "v_groups": f"SELECT {', '.join(GROUP_KINDS)} FROM fact_groups",
        "v_conflicts": f"SELECT {', '.join(of_conflict)} FROM fact_groups g JOIN v_claims_latest v "
        "ON v.group_id = g.group_id WHERE g.is_conflict = 1 AND v.stance IN ('differs', 'slip', 'doubts')",
    }


VIEWS = _view_statements()
"""The views and what they select."""


def make_tables(connection: Connection) -> None:
    """Make the tables and views that are missing; views of another newslens are made again."""
    derived.create_all(connection)
    wanted = " ".join(f"{name}: {what};" for name, what in VIEWS.items())
    found = connection.scalar(select(meta.c.value).where(meta.c.key == _VIEWS_KEY))
    if found == wanted:
        return
    drop_views(connection)
    for name, what in VIEWS.items():
        connection.execute(text(f"CREATE VIEW {name} AS {what}"))
    note(connection, _VIEWS_KEY, wanted)


def drop_views(connection: Connection) -> None:
    """Drop the views, which would keep the tables below them from being changed; `make_tables` makes them again."""
    for name in reversed(VIEWS):
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
    connection.execute(delete(meta).where(meta.c.key == _VIEWS_KEY))


def note(connection: Connection, key: str, value: str) -> None:
    """Write an entry of the table `meta`."""
    if connection.execute(update(meta).where(meta.c.key == key).values(value=value)).rowcount == 0:
        connection.execute(insert(meta).values(key=key, value=value))
