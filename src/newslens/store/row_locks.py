"""Who may write about a source and an article now: what lets many writers, on many hosts, share one PostgreSQL.

SQLite needs none of it: there, a transaction that writes is alone.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, func, select

from newslens.store.schema import article_sources

_OF_ALL, _OF_SOURCES, _OF_ARTICLES = 0, 1, 2


def lock_article(connection: Connection, source: str, article_id: str | None = None) -> None:
    """Keep other writers from the source, from the article it holds, and from the one it shall hold.

    Until the transaction ends. Everyone takes one source first, then articles in the order of their keys: nobody can
    wait in a circle.
    """
    if connection.dialect.name != "postgresql":
        return
    lock_source(connection, source)
    held = connection.scalar(select(article_sources.c.article_id).where(article_sources.c.source == source))
    for key in sorted({_key(one) for one in (held, article_id) if one is not None}):
        connection.execute(select(func.pg_advisory_xact_lock(_OF_ARTICLES, key)))


def lock_source(connection: Connection, source: str) -> None:
    """Keep other writers from the source until the transaction ends."""
    if connection.dialect.name == "postgresql":
        beside_others = func.pg_advisory_xact_lock_shared(_OF_ALL, 0)
        connection.execute(select(beside_others, func.pg_advisory_xact_lock(_OF_SOURCES, _key(source))))


def lock_all(connection: Connection) -> None:
    """Keep other writers from every source and article until the transaction ends; nothing else may be locked then."""
    connection.execute(select(func.pg_advisory_xact_lock(_OF_ALL, 0)))


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:4], signed=True)
