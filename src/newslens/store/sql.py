"""`Store` on any database that SQLAlchemy speaks to; what is peculiar to one is in the module that opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Select

from newslens.records import Article, Claim
from newslens.rows import Row, claim_of
from newslens.store import articles, queries, runs
from newslens.store.interface import ClaimFilter, Failure, Run, RunState, Standing
from newslens.store.schema import SCHEMA_VERSION

WRITES = "newslens_writes"
"""Execution option of a connection that will write: its transaction takes the write lock at once."""

_ROWS_AT_ONCE = 1000
_EVERYTHING = ClaimFilter()


class SqlStore:
    """A `Store` on one engine. `lock` gives the run lock; it is told what to say of the run that has it."""

    def __init__(
        self, engine: Engine, where: str, lock: Callable[[Callable[[], Run | None]], AbstractContextManager[None]]
    ) -> None:
        self._engine = engine
        self._where = where
        self._lock = lock

    @property
    def where(self) -> str:
        """The path or URL, as users name it."""
        return self._where

    @property
    def schema_version(self) -> int:
        """The version of its tables: no store of another is opened."""
        return SCHEMA_VERSION

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the run lock."""
        return self._lock(self.latest_run)

    def begin_run(self, *, package_version: str, extractor_version: str) -> int:
        """Return the id of a new run."""
        with self._writing() as connection:
            return runs.begin(connection, package_version=package_version, extractor_version=extractor_version)

    def finish_run(self, run_id: int, state: RunState, counts: Mapping[str, Any]) -> None:
        """Note how the run ended."""
        with self._writing() as connection:
            runs.finish(connection, run_id, state, counts)

    def latest_run(self) -> Run | None:
        """Return the newest run."""
        with self._engine.connect() as connection:
            return runs.latest(connection)

    def standing(self, article: Article, extractor_version: str) -> Standing:
        """Return what is to be done about the article as read now."""
        with self._engine.connect() as connection:
            return articles.standing(connection, article, extractor_version)

    def put_article(self, article: Article, claims: Sequence[Claim], *, extractor_version: str, run_id: int) -> bool:
        """Store the article and its claims in place of what its source and text said before."""
        with self._writing() as connection:
            return articles.put(connection, article, claims, extractor_version, run_id)

    def add_source(self, article: Article, *, run_id: int) -> bool:
        """Note that the source holds a text already stored."""
        with self._writing() as connection:
            return articles.put(connection, article, None, None, run_id)

    def pending_articles(self) -> list[Article]:
        """Return the articles whose claims are to be made again."""
        return [Article.model_validate(row._asdict()) for row in self._all(queries.pending_articles())]

    def copies(self, source: str) -> tuple[str, ...]:
        """Return every source that holds the same text as `source`."""
        with self._engine.connect() as connection:
            return articles.copies(connection, source)

    def forget(self, source: str) -> tuple[str, ...]:
        """Remove the article and keep it out."""
        with self._writing() as connection:
            return articles.forget(connection, source)

    def remember(self, source: str) -> tuple[str, ...]:
        """Let a forgotten article in again."""
        with self._writing() as connection:
            return articles.remember(connection, source)

    def drop_source(self, source: str) -> bool:
        """Take a source away."""
        with self._writing() as connection:
            return articles.drop_source(connection, source)

    def get_article(self, article_id: str) -> Article | None:
        """Return the article with its text."""
        found = self._all(queries.article_of(article_id))
        return Article.model_validate(found[0]._asdict()) if found else None

    def get_claim(self, claim_id: str) -> Claim | None:
        """Return the claim with exactly this id."""
        found = self._all(queries.claim_row_of(claim_id))
        return claim_of(tuple(found[0])) if found else None

    def claim_ids(self, prefix: str, *, limit: int) -> list[str]:
        """Return the first ids that begin with `prefix`."""
        return [row.claim_id for row in self._all(queries.claim_ids(prefix, limit))]

    def query_claims(self, only: ClaimFilter = _EVERYTHING) -> Iterator[Claim]:
        """Yield claims by source and span."""
        return map(claim_of, self.query_claim_rows(only))

    def query_claim_rows(self, only: ClaimFilter = _EVERYTHING) -> Iterator[Row]:
        """Yield the same claims as rows."""
        return self._stream(queries.claim_rows(only))

    def query_articles(self, *, languages: Sequence[str] = (), since: date | None = None) -> Iterator[Row]:
        """Yield articles by source."""
        return self._stream(queries.article_rows(languages, since))

    def sources(self) -> Iterator[str]:
        """Yield every source, in order."""
        return (str(row[0]) for row in self._stream(queries.sources()))

    def record_failure(self, failure: Failure, *, run_id: int) -> None:
        """Note a failure, or one more try of a known one."""
        with self._writing() as connection:
            runs.record(connection, failure, run_id)

    def query_failures(self) -> Iterator[Row]:
        """Yield failures by source and place."""
        return self._stream(queries.failure_rows())

    def remove_failures(self, sources: Sequence[str], *, before_run: int) -> None:
        """Drop the failures of these sources that no run from `before_run` on has seen."""
        with self._writing() as connection:
            runs.remove(connection, sources, before_run)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            yield connection

    def _all(self, statement: Select[Any]) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(statement))

    def _stream(self, statement: Select[Any]) -> Iterator[Row]:
        """Yield rows a few at a time, all of one moment: a writer beside changes nothing in what is read."""
        with self._engine.connect() as connection:
            for some in connection.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE}).partitions():
                yield from map(tuple, some)
