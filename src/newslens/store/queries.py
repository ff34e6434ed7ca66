"""What is asked of the store: select statements, and nothing that writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from newslens.records import Article
from newslens.rows import CLAIM_KINDS
from newslens.store.interface import FAILURE_KINDS, ClaimFilter
from newslens.store.schema import HELD_BY_ARTICLE, article_sources, articles, claims, failures


def claim_rows(only: ClaimFilter) -> Select[Any]:
    """Select the claims in the contract's columns and order."""
    cells = [(articles if name in HELD_BY_ARTICLE else claims).c[name] for name in CLAIM_KINDS]
    return (
        select(*cells)
        .join_from(claims, articles, claims.c.article_id == articles.c.article_id)
        .where(*_conditions(only))
        .order_by(articles.c.source, claims.c.char_start, claims.c.char_end, claims.c.claim_type)
    )


def claim_row_of(claim_id: str) -> Select[Any]:
    """Select one claim by its id."""
    return claim_rows(ClaimFilter()).where(claims.c.claim_id == claim_id)


def claim_ids(prefix: str, limit: int) -> Select[tuple[str]]:
    """Select the first ids that begin with `prefix`."""
    begins = claims.c.claim_id.startswith(prefix, autoescape=True)
    return select(claims.c.claim_id).where(begins).order_by(claims.c.claim_id).limit(limit)


def article_rows(languages: Sequence[str], since: date | None) -> Select[Any]:
    """Select the articles in the columns of `ARTICLE_KINDS`."""
    a = articles.c
    n_claims = select(func.count()).where(claims.c.article_id == a.article_id).scalar_subquery()
    n_sources = select(func.count()).where(article_sources.c.article_id == a.article_id).scalar_subquery()
    rows = select(
        *(a[name] for name in ("article_id", "source", "title", "outlet", "published_at")),
        *(a[name] for name in ("language", "language_confidence", "script")),
        func.length(a.text).label("characters"),
        n_claims.label("claims"),
        n_sources.label("copies"),
        *(a[name] for name in ("extractor_version", "first_seen", "run_id")),
    ).order_by(a.source)
    if languages:
        rows = rows.where(a.language.in_(languages))
    return rows if since is None else rows.where(a.published_at >= since)


def whole_articles() -> Select[Any]:
    """Select the articles in the fields of the record `Article`."""
    return select(*(articles.c[name] for name in Article.model_fields)).order_by(articles.c.source)


def pending_articles() -> Select[Any]:
    """Select the articles whose claims are to be made again."""
    return whole_articles().where(articles.c.extractor_version.is_(None))


def article_of(article_id: str) -> Select[Any]:
    """Select one article by its id."""
    return whole_articles().where(articles.c.article_id == article_id)


def sources() -> Select[tuple[str]]:
    """Select every source."""
    return select(article_sources.c.source).order_by(article_sources.c.source)


def failure_rows() -> Select[Any]:
    """Select the failures in the columns of `FAILURE_KINDS`."""
    cells = [func.nullif(failures.c.place, "") if n == "place" else failures.c[n] for n in FAILURE_KINDS]
    return select(*cells).order_by(failures.c.source, failures.c.place, failures.c.step)


def _conditions(only: ClaimFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if only.claim_types:
        found.append(claims.c.claim_type.in_(only.claim_types))
    if only.languages:
        found.append(claims.c.language.in_(only.languages))
    if only.subject is not None:
        found.append(claims.c.subject.ilike(_like(only.subject), escape="\\"))
    if only.since is not None:
        found.append(articles.c.published_at >= only.since)
    if only.min_confidence is not None:
        found.append(claims.c.confidence >= only.min_confidence)
    return found


def _like(pattern: str) -> str:
    """Return a LIKE pattern in which only `*` stands for anything."""
    for special in ("\\", "%", "_"):
        pattern = pattern.replace(special, f"\\{special}")
    return pattern.replace("*", "%")
