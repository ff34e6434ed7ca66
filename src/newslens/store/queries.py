"""What is asked of the store: select statements, and nothing that writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from newslens.records import Article
from newslens.rows import CLAIM_KINDS
from newslens.store.columns import ESCAPE
from newslens.store.interface import CORRECTION_KINDS, FAILURE_KINDS, ClaimFilter
from newslens.store.schema import (
    HELD_BY_ARTICLE,
    article_sources,
    articles,
    claim_history,
    claims,
    corrections,
    failures,
)

_CLAIM_CELLS = [(articles if name in HELD_BY_ARTICLE else claims).c[name] for name in CLAIM_KINDS]
_IN_ORDER = ("source", "char_start", "char_end", "claim_type")
_NOT_REJECTED = claims.c.correction.is_distinct_from("rejected")


def claim_rows(only: ClaimFilter) -> Select[Any]:
    """Select the claims in the contract's columns and order, less those that an editor rejected."""
    return _all_claims(*_CLAIM_CELLS).where(_NOT_REJECTED, *_conditions(only))


def corrected_rows(only: ClaimFilter) -> Select[Any]:
    """Select all claims in the columns of `CORRECTED_KINDS`."""
    cells = (*_CLAIM_CELLS, claims.c.correction, corrections.c.corrected_by, corrections.c.note)
    noted = _all_claims(*cells).outerjoin(corrections, corrections.c.claim_id == claims.c.claim_id)
    return noted.where(*_conditions(only))


def claim_row_of(claim_id: str) -> Select[Any]:
    """Select one claim by its id, rejected or not."""
    return _all_claims(*_CLAIM_CELLS).where(claims.c.claim_id == claim_id)


def claim_rows_at(run_id: int) -> Select[Any]:
    """Select the claims as they stood after a run, in the contract's columns and order."""
    still = select(*_CLAIM_CELLS).join_from(claims, articles).where(claims.c.from_run <= run_id, _NOT_REJECTED)
    h = claim_history.c
    until_then = select(*(h[name] for name in CLAIM_KINDS)).where(
        h.from_run <= run_id, h.until_run > run_id, h.correction.is_distinct_from("rejected")
    )
    both = still.union_all(until_then).subquery()
    return select(both).order_by(*(both.c[name] for name in _IN_ORDER))


def claim_ids(prefix: str, limit: int) -> Select[tuple[str]]:
    """Select the first ids that begin with `prefix`."""
    begins = claims.c.claim_id.startswith(prefix, autoescape=True)
    return select(claims.c.claim_id).where(begins).order_by(claims.c.claim_id).limit(limit)


def correction_rows() -> Select[Any]:
    """Select the corrections in the columns of `CORRECTION_KINDS`."""
    from_elsewhere = {"source": articles.c.source, "quote": claims.c.quote}
    cells = [from_elsewhere[n] if n in from_elsewhere else corrections.c[n] for n in CORRECTION_KINDS]
    return (
        select(*cells)
        .select_from(corrections)
        .outerjoin(claims, claims.c.claim_id == corrections.c.claim_id)
        .outerjoin(articles, articles.c.article_id == claims.c.article_id)
        .order_by(corrections.c.corrected_at, corrections.c.claim_id)
    )


def _all_claims(*cells: ColumnElement[Any]) -> Select[Any]:
    order = (articles.c.source, claims.c.char_start, claims.c.char_end, claims.c.claim_type)
    return select(*cells).join_from(claims, articles, claims.c.article_id == articles.c.article_id).order_by(*order)


def article_rows(languages: Sequence[str], since: date | None) -> Select[Any]:
    """Select the articles in the columns of `ARTICLE_KINDS`."""
    a = articles.c
    n_claims = select(func.count()).where(claims.c.article_id == a.article_id).scalar_subquery()
    n_sources = select(func.count()).where(article_sources.c.article_id == a.article_id).scalar_subquery()
    rows = select(
        *(a[name] for name in ("article_id", "source", "title", "outlet", "published_at")),
        *(a[name] for name in ("language", "language_confidence", "script")),
        func.length(func.replace(a.text, ESCAPE, "")).label("characters"),
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


def stale_articles(extractor_version: str) -> Select[tuple[str]]:
    """Select the ids of the articles that this extractor version has not read."""
    stale = articles.c.extractor_version.is_distinct_from(extractor_version)
    return select(articles.c.article_id).where(stale).order_by(articles.c.source)


def failed_articles() -> Select[tuple[str]]:
    """Select the articles that could not be extracted, as JSON."""
    kept = failures.c.article.is_not(None)
    return select(failures.c.article).where(kept).order_by(failures.c.source)


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
