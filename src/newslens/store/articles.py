"""Writing articles with their claims, inside a transaction that the caller opened.

One text is one article, however many sources hold it. Each source keeps the title, outlet and date it gave;
the article shows those of its smallest source, so that the order of reading decides nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, exists, func, insert, or_, select, true, update

from newslens.records import Article, Claim
from newslens.store.claim_rows import replace_claims, retire_article
from newslens.store.interface import Standing
from newslens.store.row_locks import lock_article
from newslens.store.schema import article_sources, articles, claim_history, corrections, failures, forgotten, runs

_NAMED_BY_SOURCE = ("title", "outlet", "published_at")


def utc_now() -> datetime:
    """Return the time in UTC, to the second, without a zone: SQLite keeps none."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _standing_query() -> Select[Any]:
    """Select all that `standing` weighs, in one statement made once: it is asked of every article of every night."""
    by_source = article_sources.c.source == bindparam("source")
    by_text = forgotten.c.text_sha256 == bindparam("text_sha256")
    is_forgotten = exists().where(or_(forgotten.c.source == bindparam("source"), by_text))
    version = select(articles.c.extractor_version).where(articles.c.article_id == bindparam("article_id"))
    is_quarantined = exists().where(
        failures.c.source == bindparam("source"),
        failures.c.article_id == bindparam("article_id"),
        failures.c.extractor_version == bindparam("extractor_version"),
        failures.c.quarantined_at.is_not(None),
    )
    held = {name: article_sources.c[name] for name in ("article_id", *_NAMED_BY_SOURCE)}
    return select(
        is_forgotten.label("is_forgotten"),
        is_quarantined.label("is_quarantined"),
        version.scalar_subquery().label("version"),
        *(select(column).where(by_source).scalar_subquery().label(name) for name, column in held.items()),
    )


_STANDING = _standing_query()


def standing(connection: Connection, article: Article, extractor_version: str) -> Standing:
    """Return how the article just read stands to what is stored."""
    article_id = article.article_id
    key = {"source": article.source, "article_id": article_id, "text_sha256": text_sha256(article.text)}
    found = connection.execute(_STANDING, key | {"extractor_version": extractor_version}).one()
    if found.is_forgotten:
        return "forgotten"
    is_current = found.version == extractor_version
    if is_current and found.article_id == article_id and _names(found) == _names(article):
        return "unchanged"
    if is_current and found.article_id != article_id:
        return "duplicate"
    if found.is_quarantined:
        return "quarantined"
    return "new" if found.article_id is None else "changed"


def unchanged(connection: Connection, some: Sequence[Article], extractor_version: str) -> list[bool]:
    """Say of each article whether its standing is `unchanged`: one statement for all of them."""
    asked = [article.source for article in some]
    shas = {article.source: text_sha256(article.text) for article in some}
    held = connection.execute(
        select(article_sources, articles.c.extractor_version.label("version"))
        .join(articles, articles.c.article_id == article_sources.c.article_id)
        .where(article_sources.c.source.in_(asked))
    )
    by_source = {row.source: (row.version, row.article_id, _names(row)) for row in held}
    barred = or_(forgotten.c.source.in_(asked), forgotten.c.text_sha256.in_(shas.values()))
    out = connection.execute(select(forgotten.c.source, forgotten.c.text_sha256).where(barred)).all()
    is_out = {row.source for row in out} | {row.text_sha256 for row in out}
    return [
        by_source.get(article.source) == (extractor_version, article.article_id, _names(article))
        and not {article.source, shas[article.source]} & is_out
        for article in some
    ]


def put(
    connection: Connection, article: Article, made: Sequence[Claim] | None, version: str | None, run_id: int
) -> bool:
    """Store the article under its source; `made` are its claims, None to leave those it has."""
    lock_article(connection, article.source, article.article_id)
    if _is_forgotten(connection, article):
        return False
    held = _held_by(connection, article.source)
    is_same = held is not None and held.article_id == article.article_id
    _release(connection, article.source, keep=article.article_id, run_id=run_id)
    _write_article(connection, article, made, version, run_id)
    connection.execute(delete(article_sources).where(article_sources.c.source == article.source))
    named = {name: getattr(article, name) for name in ("source", "article_id", *_NAMED_BY_SOURCE)}
    connection.execute(insert(article_sources).values(**named))
    _settle(connection, article.article_id)
    # What is stored under its source already may be extracted again without its source having been read: then a later
    # text of that source that failed waits on.
    settled = failures.c.article_id == article.article_id if is_same else true()
    connection.execute(delete(failures).where(failures.c.source == article.source, settled))
    return True


def copies(connection: Connection, source: str) -> tuple[str, ...]:
    """Return every source that holds the same text as `source`, itself among them; empty if it is unknown."""
    held = _held_by(connection, source)
    return () if held is None else _sources_of(connection, held.article_id)


def forget(connection: Connection, source: str) -> tuple[str, ...]:
    """Remove the article of `source` with all its sources and claims, and remember to keep them out."""
    lock_article(connection, source)
    held = _held_by(connection, source)
    if held is None:
        return _forget_failed(connection, source)
    article_id = held.article_id
    text_sha256 = connection.scalar(select(articles.c.text_sha256).where(articles.c.article_id == article_id))
    gone = _sources_of(connection, article_id)
    now = utc_now()
    connection.execute(
        insert(forgotten), [{"source": one, "text_sha256": text_sha256, "forgotten_at": now} for one in gone]
    )
    connection.execute(delete(failures).where(failures.c.source.in_(gone)))
    for table in (claim_history, corrections, failures, articles):
        connection.execute(delete(table).where(table.c.article_id == article_id))
    return gone


def _forget_failed(connection: Connection, source: str) -> tuple[str, ...]:
    """Forget an article that could never be extracted, and is kept with its failure alone."""
    this = and_(failures.c.source == source, failures.c.article.is_not(None))
    kept = connection.scalar(select(failures.c.article).where(this))
    if kept is None:
        return ()
    sha256 = text_sha256(Article.model_validate_json(kept).text)
    connection.execute(insert(forgotten).values(source=source, text_sha256=sha256, forgotten_at=utc_now()))
    connection.execute(delete(failures).where(failures.c.source == source))
    return (source,)


def remember(connection: Connection, source: str) -> tuple[str, ...]:
    """Let the article that was forgotten under `source` in again, under all its sources."""
    same_text = select(forgotten.c.text_sha256).where(forgotten.c.source == source)
    back = tuple(
        connection.scalars(
            select(forgotten.c.source).where(forgotten.c.text_sha256.in_(same_text)).order_by(forgotten.c.source)
        )
    )
    connection.execute(delete(forgotten).where(forgotten.c.source.in_(back)))
    return back


def drop_source(connection: Connection, source: str) -> bool:
    """Take a source away; its article goes with its claims if no other source holds it. It may come back."""
    lock_article(connection, source)
    if _held_by(connection, source) is None:
        return False
    _release(connection, source, keep="")
    given_up = failures.c.quarantined_at.is_not(None)  # holds a text that nothing else holds
    connection.execute(delete(failures).where(failures.c.source == source, ~given_up))
    return True


def _write_article(
    connection: Connection, article: Article, made: Sequence[Claim] | None, version: str | None, run_id: int
) -> None:
    """Insert or update the article's own row and, where there are new ones, replace its claims."""
    read = article.model_dump(include={"source", "language", "language_confidence", "script", *_NAMED_BY_SOURCE})
    known = connection.scalar(select(articles.c.first_seen).where(articles.c.article_id == article.article_id))
    this = articles.c.article_id == article.article_id
    if known is None:
        fixed = {"article_id": article.article_id, "text": article.text, "text_sha256": text_sha256(article.text)}
        connection.execute(
            insert(articles).values(**read, **fixed, extractor_version=version, first_seen=utc_now(), run_id=run_id)
        )
    elif made is not None:
        connection.execute(update(articles).where(this).values(**read, extractor_version=version, run_id=run_id))
    if made is not None:
        replace_claims(connection, article.article_id, made, run_id)


def _release(connection: Connection, source: str, *, keep: str, run_id: int | None = None) -> None:
    """Take `source` from the article it held until now, which goes if no other source holds it.

    Its claims go into the history, as of the run; by default, of the newest.
    """
    held = _held_by(connection, source)
    if held is None or held.article_id == keep:
        return
    connection.execute(delete(article_sources).where(article_sources.c.source == source))
    if _sources_of(connection, held.article_id):
        _settle(connection, held.article_id)
    else:
        newest = select(func.coalesce(func.max(runs.c.run_id), 0))
        until = connection.scalars(newest).one() if run_id is None else run_id
        retire_article(connection, held.article_id, until)
        connection.execute(delete(articles).where(articles.c.article_id == held.article_id))


def _settle(connection: Connection, article_id: str) -> None:
    """Show the article under its smallest source; where that changes title or date, its claims are to be made again."""
    first = connection.execute(
        select(article_sources)
        .where(article_sources.c.article_id == article_id)
        .order_by(article_sources.c.source)
        .limit(1)
    ).one()
    this = articles.c.article_id == article_id
    shown = connection.execute(select(articles.c.title, articles.c.published_at).where(this)).one()
    values = {name: getattr(first, name) for name in ("source", *_NAMED_BY_SOURCE)}
    if tuple(shown) != (first.title, first.published_at):
        values["extractor_version"] = None
    connection.execute(update(articles).where(this).values(**values))


def _is_forgotten(connection: Connection, article: Article) -> bool:
    found = select(forgotten.c.source).where(
        or_(forgotten.c.source == article.source, forgotten.c.text_sha256 == text_sha256(article.text))
    )
    return connection.execute(found.limit(1)).first() is not None


def _held_by(connection: Connection, source: str) -> Row[Any] | None:
    return connection.execute(select(article_sources).where(article_sources.c.source == source)).first()


def _sources_of(connection: Connection, article_id: str) -> tuple[str, ...]:
    held = article_sources.c.article_id == article_id
    return tuple(connection.scalars(select(article_sources.c.source).where(held).order_by(article_sources.c.source)))


def _names(named: Any) -> tuple[Any, ...]:
    return tuple(getattr(named, name) for name in _NAMED_BY_SOURCE)


def text_sha256(text: str) -> str:
    """Return the hexadecimal SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
