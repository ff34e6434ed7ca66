"""Articles of which a store knows nothing: many of them take few statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, delete, insert, select

from newslens.records import Article
from newslens.store.articles import text_sha256, utc_now
from newslens.store.claim_rows import batched_ids, claim_cells
from newslens.store.schema import article_sources, articles, claims, corrections, failures, forgotten
from newslens.store.sql import Item


def article_cells(article: Article) -> dict[str, Any]:
    """Return the article in the columns of its table, less what the run adds."""
    return {**article.model_dump(), "article_id": article.article_id, "text_sha256": text_sha256(article.text)}


def put_new(connection: Connection, items: Sequence[Item], version: str, run_id: int) -> list[Item]:
    """Store those of the articles of which nothing is known, and return the rest; nobody else writes meanwhile."""
    cells = [article_cells(article) for article, _ in items]
    seen = Counter(made[key] for made in cells for key in ("source", "article_id"))
    sources, ids = {made["source"] for made in cells}, {made["article_id"] for made in cells}
    known = _held(connection, article_sources.c.source, sources) | _held(connection, forgotten.c.source, sources)
    for column in (articles.c.article_id, corrections.c.article_id):
        known |= _held(connection, column, ids)
    known |= _held(connection, forgotten.c.text_sha256, {made["text_sha256"] for made in cells})
    is_new = [
        seen[made["source"]] == seen[made["article_id"]] == 1
        and known.isdisjoint((made["source"], made["article_id"], made["text_sha256"]))
        for made in cells
    ]
    new = [made for made, told in zip(cells, is_new, strict=True) if told]
    if new:
        fixed = {"extractor_version": version, "first_seen": utc_now(), "run_id": run_id}
        connection.execute(insert(articles), [made | fixed for made in new])
        held = article_sources.columns.keys()
        connection.execute(insert(article_sources), [{name: made[name] for name in held} for made in new])
        for some in batched_ids(made["source"] for made in new):
            connection.execute(delete(failures).where(failures.c.source.in_(some)))
    made_of_new = [claim for (_, made), told in zip(items, is_new, strict=True) if told for claim in made]
    if made_of_new:
        connection.execute(insert(claims), [claim_cells(claim) | {"from_run": run_id} for claim in made_of_new])
    return [item for item, told in zip(items, is_new, strict=True) if not told]


def _held(connection: Connection, column: Column[Any], values: Iterable[str]) -> set[str]:
    held: set[str] = set()
    for some in batched_ids(values):
        held.update(connection.scalars(select(column).where(column.in_(some))))
    return held
