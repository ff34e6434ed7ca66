"""Many new articles into PostgreSQL at once: COPY into temporary tables, and from there where they belong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, text

from newslens.store.articles import utc_now
from newslens.store.claim_rows import claim_cells
from newslens.store.columns import pg_text
from newslens.store.new_articles import article_cells
from newslens.store.row_locks import lock_all
from newslens.store.sql import Item

_INCOMING = (
    "CREATE TEMPORARY TABLE incoming_articles (LIKE articles) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE incoming_claims (LIKE claims INCLUDING DEFAULTS) ON COMMIT DROP",
)
_NOT_NEW = """
    DELETE FROM incoming_articles i WHERE
        EXISTS (SELECT FROM article_sources s WHERE s.source = i.source)
        OR EXISTS (SELECT FROM articles a WHERE a.article_id = i.article_id)
        OR EXISTS (SELECT FROM corrections c WHERE c.article_id = i.article_id)
        OR EXISTS (SELECT FROM forgotten f WHERE f.source = i.source OR f.text_sha256 = i.text_sha256)
"""
_TAKEN_IN = (
    "INSERT INTO articles SELECT * FROM incoming_articles",
    "INSERT INTO article_sources (source, article_id, title, outlet, published_at) "
    "SELECT source, article_id, title, outlet, published_at FROM incoming_articles",
    "INSERT INTO claims SELECT c.* FROM incoming_claims c JOIN incoming_articles USING (article_id)",
    "DELETE FROM failures USING incoming_articles i WHERE failures.source = i.source",
)


def put_new(connection: Connection, items: Sequence[Item], version: str, run_id: int) -> list[Item]:
    """Store those of the articles of which nothing is known, and return the rest, for which that does not do.

    Until the transaction ends, no other writer writes about any article; readers read on.
    """
    lock_all(connection)
    sources = Counter(article.source for article, _ in items)
    texts = Counter(article.article_id for article, _ in items)
    once = [item for item in items if sources[item[0].source] == texts[item[0].article_id] == 1]
    for statement in _INCOMING:
        connection.execute(text(statement))
    now = utc_now()
    fixed = {"extractor_version": version, "first_seen": now, "run_id": run_id}
    _copy(connection, "incoming_articles", (article_cells(article) | fixed for article, _ in once))
    made = (claim_cells(claim) | {"from_run": run_id} for _, claims in once for claim in claims)
    _copy(connection, "incoming_claims", made)
    connection.execute(text(_NOT_NEW))
    new = set(connection.scalars(text("SELECT article_id FROM incoming_articles")))
    for statement in _TAKEN_IN:
        connection.execute(text(statement))
    is_new = {article.source for article, _ in once if article.article_id in new}
    return [item for item in items if item[0].source not in is_new]


def _copy(connection: Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(first)}) FROM STDIN") as copy:
        for row in chain([first], waiting):
            copy.write_row([pg_text(cell) if isinstance(cell, str) else cell for cell in row.values()])
