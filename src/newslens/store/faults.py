"""What in a store breaks a promise: found by reading all of it, told with its cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from newslens.records import Claim, stable_id
from newslens.rows import CLAIM_KINDS, Row
from newslens.store.articles import text_sha256
from newslens.store.schema import HELD_BY_ARTICLE, article_sources, articles, claim_history, claims

_AGAIN = "run `newslens ingest --force` on its source"
_RESTORE = "restore the store from a backup, or ingest into a new one"
_AT_ONCE = 200


def of_database(messages: Iterable[str]) -> Iterator[Row]:
    """Yield one fault for each thing that the database itself finds broken."""
    for message in messages:
        yield "database", None, None, message, _RESTORE


def find_all(connection: Connection) -> Iterator[Row]:
    """Yield every fault of articles, claims and what joins them."""
    for row in _rows(connection, select(articles).order_by(articles.c.source)):
        yield from _of_article(row)
    for row in _rows(connection, _claims_in_their_text()):
        yield from _of_claim(row)
    for statement, fault, message, hint in _BROKEN_LINKS:
        for row in connection.execute(statement):
            yield fault, row.source, row.claim_id, message, hint


def _of_article(row: Any) -> Iterator[Row]:
    if text_sha256(row.text) != row.text_sha256:
        yield "text", row.source, None, f"the text is not the one whose SHA-256 is {row.text_sha256}", _RESTORE
    elif stable_id(row.text) != row.article_id:
        yield "text", row.source, None, f"the text is not that of article {row.article_id}", _RESTORE


def _of_claim(row: Any) -> Iterator[Row]:
    if row.text is None:
        return  # no article: told as a broken link
    stands = row.text[row.char_start : row.char_end]
    if stands != row.quote:
        message = f"the quote `{row.quote}` is not what stands at {row.char_start} to {row.char_end}: `{stands}`"
        yield "quote", row.source, row.claim_id, message, _AGAIN
    problem = _problem(row)
    if problem:
        yield "claim", row.source, row.claim_id, problem, _AGAIN


def _problem(row: Any) -> str | None:
    """Return what is wrong with the claim's cells, if anything."""
    from pydantic import ValidationError

    try:
        Claim.model_validate({name: getattr(row, name) for name in CLAIM_KINDS})
    except ValidationError as error:
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}".removeprefix(": ")
    return None


def _claims_in_their_text() -> Select[Any]:
    cells = [(articles if name in HELD_BY_ARTICLE else claims).c[name] for name in CLAIM_KINDS]
    return (
        select(*cells, articles.c.text)
        .join_from(claims, articles, claims.c.article_id == articles.c.article_id, isouter=True)
        .order_by(claims.c.article_id, claims.c.char_start)
    )


def _rows(connection: Connection, statement: Select[Any]) -> Iterator[Any]:
    return iter(connection.execute(statement, execution_options={"yield_per": _AT_ONCE}))


def _broken_links() -> list[tuple[Select[Any], str, str, str]]:
    none = func.nullif("", "")
    source, no_claim = article_sources.c.source, none.label("claim_id")
    held = article_sources.c.article_id == articles.c.article_id
    smallest = select(func.min(source)).where(held).scalar_subquery()
    lost_claims = select(none.label("source"), claims.c.claim_id).outerjoin_from(
        claims, articles, claims.c.article_id == articles.c.article_id
    )
    return [
        (
            lost_claims.where(articles.c.article_id.is_(None)),
            "link",
            "a claim of an article that is not there",
            _RESTORE,
        ),
        (
            select(source, no_claim)
            .outerjoin_from(article_sources, articles, held)
            .where(articles.c.article_id.is_(None)),
            "link",
            "a source of an article that is not there",
            "run `newslens ingest` on it",
        ),
        (
            select(articles.c.source, no_claim).where(smallest.is_(None)),
            "link",
            "an article that no source holds",
            _RESTORE,
        ),
        (
            select(articles.c.source, no_claim).where(smallest.is_not(None), articles.c.source != smallest),
            "link",
            "an article that is not shown under its smallest source",
            "run `newslens ingest --force` on it",
        ),
        (
            select(claim_history.c.source, claim_history.c.claim_id).where(
                and_(claim_history.c.from_run >= claim_history.c.until_run)
            ),
            "history",
            "an earlier state of a claim that ends before it begins",
            _RESTORE,
        ),
    ]


_BROKEN_LINKS = _broken_links()
