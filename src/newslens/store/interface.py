"""What every store does: the verbs of `Store`, and the records it takes and gives besides articles and claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from newslens.records import Article, Claim
from newslens.rows import CLAIM_KINDS, Columns, Row
from newslens.store.group_protocol import GroupStore

Standing = Literal["new", "changed", "unchanged", "duplicate", "forgotten", "quarantined"]
"""How an article just read stands to the store. `duplicate`: its text is there already, under another source.
`quarantined`: this very text broke this extractor version too often to be tried again by itself."""

RunState = Literal["running", "finished", "killed"]

ARTICLE_KINDS: Columns = {
    "article_id": "text",
    "source": "text",
    "title": "text",
    "outlet": "text",
    "published_at": "date",
    "language": "text",
    "language_confidence": "number",
    "script": "text",
    "characters": "integer",
    "claims": "integer",
    "copies": "integer",
    "extractor_version": "text",
    "first_seen": "time",
    "run_id": "integer",
}
"""The columns of `query_articles`; `copies` counts the sources that hold the text."""

FAILURE_KINDS: Columns = {
    "source": "text",
    "place": "text",
    "step": "text",
    "error": "text",
    "message": "text",
    "hint": "text",
    "first_seen": "time",
    "last_seen": "time",
    "tries": "integer",
    "run_id": "integer",
    "quarantined_at": "time",
}
"""The columns of `query_failures`."""

RUN_KINDS: Columns = {
    "run_id": "integer",
    "state": "text",
    "command": "text",
    "started_at": "time",
    "finished_at": "time",
    "seconds": "number",
    "new": "integer",
    "changed": "integer",
    "unchanged": "integer",
    "failed": "integer",
    "claims": "integer",
    "host": "text",
    "pid": "integer",
    "package_version": "text",
    "extractor_version": "text",
    "config_hash": "text",
    "error": "text",
    "finished_by": "integer",
}
"""What a table of runs shows of each; see `Run`."""

CORRECTED_KINDS: Columns = {**CLAIM_KINDS, "correction": "text", "corrected_by": "text", "note": "text"}
"""The columns of `query_corrected_rows`."""

CORRECTION_KINDS: Columns = {
    "claim_id": "text",
    "source": "text",
    "quote": "text",
    "kind": "text",
    "changes": "text",
    "extracted": "text",
    "note": "text",
    "corrected_by": "text",
    "corrected_at": "time",
}
"""The columns of `query_corrections`; source and quote are empty where no claim bears the id any more."""

FAULT_KINDS: Columns = {"fault": "text", "source": "text", "claim_id": "text", "message": "text", "hint": "text"}
"""The columns of `verify`."""

QUARANTINE_AFTER = 3
"""Tries after which an article that breaks the extractor is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """Which claims to give: each field that is set narrows the choice.

    `subject` is compared without case, `*` in it stands for anything; `since` is a publication date and leaves
    undated articles out.
    """

    claim_types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    subject: str | None = None
    since: date | None = None
    min_confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One input that could not be used: where (`place` within `source`), at which step, and what to do about it."""

    source: str
    step: Literal["read", "extract"]
    error: str
    message: str
    hint: str | None = None
    place: str | None = None
    article: Article | None = None
    extractor_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What an editor says of one claim: the cells to show in place of those extracted, or that it is none."""

    claim_id: str
    kind: Literal["set", "rejected"]
    corrected_by: str
    corrected_at: datetime
    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run over some inputs; `counts` is its summary, empty until the run has ended.

    `config_hash` is the same for runs over the same inputs with the same settings; `models` are the versions of what
    has any of its own; `error` says what ended a killed run, where it could still say so; `finished_by` is the run of
    the same configuration that did what a killed one left.

    Units: `seconds` by a clock that nobody sets.
    """

    run_id: int
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    host: str
    pid: int
    package_version: str
    extractor_version: str
    counts: Mapping[str, Any] = field(default_factory=dict)
    command: str | None = None
    config_hash: str | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    error: str | None = None
    finished_by: int | None = None


class Store(GroupStore, Protocol):
    """Articles, their claims, failures and runs. Every verb is one transaction; readers never wait for a writer.

    Raises: StoreUnavailable: another writer holds the store for longer than the timeout.
            StoreError: the store cannot be read or written (disk full, folder read-only, file broken).
    """

    @property
    def where(self) -> str:
        """The path or URL, as users name it."""

    @property
    def schema_version(self) -> int:
        """The version of its tables."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def close(self) -> None:
        """Let go of the store; no verb works afterwards."""

    @property
    def upgraded_from(self) -> int | None:
        """The schema version that was found and upgraded on opening, None where it was this one."""

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the store's run lock, which a dead process cannot hold. Raises: RunLocked: another run has it.

        Whoever holds it through this object may take it again.
        """

    # runs
    def begin_run(
        self,
        *,
        package_version: str,
        extractor_version: str,
        command: str | None = None,
        config_hash: str | None = None,
        models: Mapping[str, str] | None = None,
    ) -> int:
        """Return the id of a new run; one that still stands as running was killed, and is marked so."""

    def finish_run(self, run_id: int, state: RunState, counts: Mapping[str, Any], *, error: str | None = None) -> None:
        """Note how the run ended; killed runs of its configuration count as finished by it, where it finished."""

    def latest_run(self) -> Run | None:
        """Return the newest run, None before the first."""

    def query_runs(self) -> Iterator[Run]:
        """Yield every run, the newest first."""

    def get_run(self, run_id: int) -> Run | None:
        """Return the run."""

    # articles and their claims
    def standing(self, article: Article, extractor_version: str) -> Standing:
        """Return what is to be done about the article as read now. Changes nothing."""

    def unchanged(self, some: Sequence[Article], extractor_version: str) -> list[bool]:
        """Say of each article whether its standing is `unchanged`, of some hundred at a time."""

    def put_article(self, article: Article, claims: Sequence[Claim], *, extractor_version: str, run_id: int) -> bool:
        """Store the article and its claims in place of what its source and text said before, all or nothing.

        False, and nothing is stored, where it was forgotten meanwhile. It settles the failures of its text, and where
        its source held none or another, all of its source.
        """

    def put_articles(
        self, some: Sequence[tuple[Article, Sequence[Claim]]], *, extractor_version: str, run_id: int
    ) -> int:
        """Store many articles as `put_article` does each, much faster where they are new; return how many are stored.

        Each is there whole or not at all; not all of them need be, where the store gives way midway.
        """

    def add_source(self, article: Article, *, run_id: int) -> bool:
        """Note that the source holds the text of an article already stored; else like `put_article`."""

    def pending_articles(self) -> list[Article]:
        """Return the articles whose claims no longer fit their title or date, as another source now names them."""

    def stale_articles(self, extractor_version: str) -> list[str]:
        """Return the ids of the articles whose claims another extractor version made, by source."""

    def copies(self, source: str) -> tuple[str, ...]:
        """Return every source, `source` among them, that holds the same text; empty if it is unknown."""

    def forget(self, source: str) -> tuple[str, ...]:
        """Remove the article, all its sources and claims, and keep them out; return the sources, empty if unknown."""

    def remember(self, source: str) -> tuple[str, ...]:
        """Let a forgotten article in again; return its sources, empty if it was not forgotten."""

    def drop_source(self, source: str) -> bool:
        """Take a source away, and its article with its claims if no other source holds it; False if it is unknown.

        Unlike what was forgotten, it may come back.
        """

    def get_article(self, article_id: str) -> Article | None:
        """Return the article with its text."""

    def get_claim(self, claim_id: str) -> Claim | None:
        """Return the claim with exactly this id."""

    def claim_ids(self, prefix: str, *, limit: int) -> list[str]:
        """Return the first ids that begin with `prefix`."""

    def query_claims(self, only: ClaimFilter = ...) -> Iterator[Claim]:
        """Yield claims by source and span."""

    def query_claim_rows(self, only: ClaimFilter = ...) -> Iterator[Row]:
        """Yield the same claims as rows of `CLAIM_KINDS`, faster."""

    def query_corrected_rows(self, only: ClaimFilter = ...) -> Iterator[Row]:
        """Yield claims as rows of `CORRECTED_KINDS`, those among them that an editor rejected."""

    def query_claim_rows_at(self, run_id: int) -> Iterator[Row]:
        """Yield the claims as rows of `CLAIM_KINDS`, as they stood when the run had ended."""

    def query_articles(self, *, languages: Sequence[str] = (), since: date | None = None) -> Iterator[Row]:
        """Yield rows of `ARTICLE_KINDS` by source."""

    def sources(self) -> Iterator[str]:
        """Yield every source, in order, those of duplicates too."""

    # failures
    def record_failure(self, failure: Failure, *, run_id: int, quarantine_after: int = QUARANTINE_AFTER) -> None:
        """Note a failure, or one more try of a known one (same source, place and step).

        An article that fails so many times, by one text and extractor version, is quarantined.
        """

    def query_failures(self) -> Iterator[Row]:
        """Yield rows of `FAILURE_KINDS` by source and place."""

    def remove_failures(self, sources: Sequence[str], *, before_run: int) -> None:
        """Drop the failures of these sources that no run from `before_run` on has seen, less what is quarantined."""

    def failed_articles(self) -> list[Article]:
        """Return the articles that could not be extracted, as they were read, by source."""

    def drop_failed_article(self, source: str) -> None:
        """Drop what is kept of an article that failed: its source reads otherwise now."""

    # corrections
    def correct(self, correction: Correction) -> None:
        """Note the correction, on top of an earlier one of its claim, and show the claim so from now on."""

    def undo_correction(self, claim_id: str) -> bool:
        """Show the claim as extracted again; False where it was not corrected."""

    def query_corrections(self) -> Iterator[Row]:
        """Yield rows of `CORRECTION_KINDS`, by time."""

    # upkeep
    def verify(self) -> Iterator[Row]:
        """Yield rows of `FAULT_KINDS`: whatever in the store breaks a promise. None: it is sound."""

    def backup(self, path: Path) -> None:
        """Write a copy of one moment to the file, which is there whole or not at all; writers go on meanwhile."""

    def vacuum(self) -> tuple[int, int]:
        """Give back room that nothing fills any more; return the bytes taken before and after."""
