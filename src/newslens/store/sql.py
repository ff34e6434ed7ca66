"""`Store` on any database that SQLAlchemy speaks to; what is peculiar to one is in the module that opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from sqlalchemy import Connection, Engine, Select, delete, insert, select

from newslens.records import Article, Claim
from newslens.rows import Row, claim_of
from newslens.store import articles, corrections, faults, queries, runs
from newslens.store.group_verbs import GroupVerbs
from newslens.store.interface import QUARANTINE_AFTER, ClaimFilter, Correction, Failure, Run, RunState, Standing
from newslens.store.schema import SCHEMA_VERSION, meta
from newslens.store.schema import runs as runs_table

WRITES = "newslens_writes"
"""Execution option of a connection that will write: its transaction takes the write lock at once."""

_ROWS_AT_ONCE = 1000
_EVERYTHING = ClaimFilter()
_HOLDER = "run_lock_holder"


Item = tuple[Article, Sequence[Claim]]


class Backend(Protocol):
    """What differs from database to database."""

    def put_many(
        self, connection: Connection, some: Sequence[Item], version: str, run_id: int
    ) -> tuple[int, Sequence[Item]]:
        """Store articles, and return how many, and those that need a transaction of their own each."""

    def hold(self, who: Callable[[], str]) -> AbstractContextManager[None]:
        """Hold the run lock; `who` says who has it, for the error where that is another."""

    def unsound(self, connection: Connection) -> Iterator[str]:
        """Yield what the database itself finds broken in its files."""

    def backup(self, path: Path) -> None:
        """Write a copy of one moment to the file."""

    def vacuum(self) -> tuple[int, int]:
        """Give back unused room; return the bytes taken before and after."""


class SqlStore(GroupVerbs):
    """A `Store` on one engine."""

    def __init__(self, engine: Engine, where: str, backend: Backend, *, upgraded_from: int | None = None) -> None:
        self._engine = engine
        self._where = where
        self._backend = backend
        self._upgraded_from = upgraded_from
        self._held = 0

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

    @property
    def upgraded_from(self) -> int | None:
        """The version of its tables before it was opened, where that was another."""
        return self._upgraded_from

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the run lock, once more where it is held already."""
        if self._held:
            yield
            return
        with self._backend.hold(self._holder):
            with self._writing() as connection:
                connection.execute(delete(meta).where(meta.c.key == _HOLDER))
                connection.execute(insert(meta).values(key=_HOLDER, value=runs.this_process()))
            self._held += 1
            try:
                yield
            finally:
                self._held -= 1

    def begin_run(
        self,
        *,
        package_version: str,
        extractor_version: str,
        command: str | None = None,
        config_hash: str | None = None,
        models: Mapping[str, str] | None = None,
    ) -> int:
        """Return the id of a new run."""
        with self._writing() as connection:
            return runs.begin(
                connection,
                package_version=package_version,
                extractor_version=extractor_version,
                command=command,
                config_hash=config_hash,
                models=models,
            )

    def finish_run(self, run_id: int, state: RunState, counts: Mapping[str, Any], *, error: str | None = None) -> None:
        """Note how the run ended."""
        with self._writing() as connection:
            runs.finish(connection, run_id, state, counts, error)

    def latest_run(self) -> Run | None:
        """Return the newest run."""
        return next(map(runs.run_of, self._all(runs.newest_first().limit(1))), None)

    def query_runs(self) -> Iterator[Run]:
        """Yield every run, the newest first."""
        return map(runs.run_of, self._all(runs.newest_first()))

    def get_run(self, run_id: int) -> Run | None:
        """Return the run."""
        return next(map(runs.run_of, self._all(select(runs_table).where(runs_table.c.run_id == run_id))), None)

    def standing(self, article: Article, extractor_version: str) -> Standing:
        """Return what is to be done about the article as read now."""
        with self._engine.connect() as connection:
            return articles.standing(connection, article, extractor_version)

    def unchanged(self, some: Sequence[Article], extractor_version: str) -> list[bool]:
        """Say of each article whether nothing is to be done about it."""
        with self._engine.connect() as connection:
            return articles.unchanged(connection, some, extractor_version)

    def put_article(self, article: Article, claims: Sequence[Claim], *, extractor_version: str, run_id: int) -> bool:
        """Store the article and its claims in place of what its source and text said before."""
        with self._writing() as connection:
            return articles.put(connection, article, claims, extractor_version, run_id)

    def put_articles(
        self, some: Sequence[tuple[Article, Sequence[Claim]]], *, extractor_version: str, run_id: int
    ) -> int:
        """Store many articles, as many in one transaction as the database allows."""
        with self._writing() as connection:
            stored, rest = self._backend.put_many(connection, some, extractor_version, run_id)
        for article, claims in rest:
            stored += self.put_article(article, claims, extractor_version=extractor_version, run_id=run_id)
        return stored

    def add_source(self, article: Article, *, run_id: int) -> bool:
        """Note that the source holds a text already stored."""
        with self._writing() as connection:
            return articles.put(connection, article, None, None, run_id)

    def pending_articles(self) -> list[Article]:
        """Return the articles whose claims are to be made again."""
        return [Article.model_validate(row._asdict()) for row in self._all(queries.pending_articles())]

    def stale_articles(self, extractor_version: str) -> list[str]:
        """Return the ids of the articles that another extractor version read."""
        return [row.article_id for row in self._all(queries.stale_articles(extractor_version))]

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

    def query_corrected_rows(self, only: ClaimFilter = _EVERYTHING) -> Iterator[Row]:
        """Yield claims with what editors said of them."""
        return self._stream(queries.corrected_rows(only))

    def query_claim_rows_at(self, run_id: int) -> Iterator[Row]:
        """Yield the claims as they stood after the run."""
        return self._stream(queries.claim_rows_at(run_id))

    def query_articles(self, *, languages: Sequence[str] = (), since: date | None = None) -> Iterator[Row]:
        """Yield articles by source."""
        return self._stream(queries.article_rows(languages, since))

    def sources(self) -> Iterator[str]:
        """Yield every source, in order."""
        return (str(row[0]) for row in self._stream(queries.sources()))

    def record_failure(self, failure: Failure, *, run_id: int, quarantine_after: int = QUARANTINE_AFTER) -> None:
        """Note a failure, or one more try of a known one."""
        with self._writing() as connection:
            runs.record(connection, failure, run_id, quarantine_after)

    def query_failures(self) -> Iterator[Row]:
        """Yield failures by source and place."""
        return self._stream(queries.failure_rows())

    def remove_failures(self, sources: Sequence[str], *, before_run: int) -> None:
        """Drop the failures of these sources that no run from `before_run` on has seen."""
        with self._writing() as connection:
            runs.remove(connection, sources, before_run)

    def failed_articles(self) -> list[Article]:
        """Return the articles that could not be extracted."""
        return [Article.model_validate_json(row.article) for row in self._all(queries.failed_articles())]

    def drop_failed_article(self, source: str) -> None:
        """Drop what is kept of an article that failed."""
        with self._writing() as connection:
            runs.drop_article(connection, source)

    def correct(self, correction: Correction) -> None:
        """Note the correction and show the claim so."""
        with self._writing() as connection:
            corrections.correct(connection, correction)

    def undo_correction(self, claim_id: str) -> bool:
        """Show the claim as extracted again."""
        with self._writing() as connection:
            return corrections.undo(connection, claim_id)

    def query_corrections(self) -> Iterator[Row]:
        """Yield corrections by time."""
        return self._stream(queries.correction_rows())

    def verify(self) -> Iterator[Row]:
        """Yield whatever breaks a promise."""
        with self._engine.connect() as connection:
            yield from faults.of_database(self._backend.unsound(connection))
            yield from faults.find_all(connection)

    def backup(self, path: Path) -> None:
        """Write a copy of one moment to the file."""
        self._backend.backup(path)

    def vacuum(self) -> tuple[int, int]:
        """Give back unused room."""
        with self.exclusive():
            return self._backend.vacuum()

    def _holder(self) -> str:
        with self._engine.connect() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == _HOLDER)) or ""

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
