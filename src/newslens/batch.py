"""A run over articles: what is new or changed is extracted and stored, what fails is noted, the rest is left alone.

One process reads and writes; between the two stands `extract_article`, which needs neither files nor store, takes
plain records and gives plain records, and so may run anywhere.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from functools import partial
from importlib.metadata import version
from pathlib import Path, PurePath
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from newslens.errors import ArticleUnreadable, NewslensError, StoreError
from newslens.ingest import ColumnMapping, read_articles
from newslens.records import LANGUAGES, Article, Claim
from newslens.rows import Row, claim_order, claim_row
from newslens.store.interface import FAILURE_KINDS, Failure, Standing, Store

if TYPE_CHECKING:
    from newslens.pipeline import Setup

MAX_ARTICLE_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Extractor:
    """What turns an article into claims, and the version that its results are filed under.

    `identify` gives the article its language, unless it has one.
    """

    identify: Callable[[Article], Article]
    extract: Callable[[Article], list[Claim]]
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What to read, and how; see `newslens.ingest.read_articles`."""

    paths: tuple[str | Path, ...]
    columns: ColumnMapping = field(default_factory=ColumnMapping)
    max_article_bytes: int = MAX_ARTICLE_BYTES


@dataclass(slots=True)
class IngestSummary:
    """What a run did, in numbers; `by_language` and `claims_by_type` count what was extracted in this run."""

    run_id: int | None = None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    forgotten: int = 0
    failed: int = 0
    skipped: int = 0
    other_language: int = 0
    by_language: Counter[str] = field(default_factory=Counter)
    claims_by_type: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def read(self) -> int:
        """Articles that could be read and used, whatever became of them."""
        return self.new + self.changed + self.unchanged + self.duplicate + self.forgotten

    def count(self, standing: Standing) -> None:
        """Count one article."""
        setattr(self, standing, getattr(self, standing) + 1)

    def count_extracted(self, article: Article, claims: Iterable[Claim]) -> None:
        """Count an article's language and its claims."""
        self.by_language[article.language or "und"] += 1
        self.other_language += article.language not in LANGUAGES
        self.claims_by_type.update(claim.claim_type for claim in claims)

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, the most frequent language and type first."""
        counted = {name: dict(getattr(self, name).most_common()) for name in ("by_language", "claims_by_type")}
        return asdict(self) | counted | {"read": self.read, "seconds": round(self.seconds, 3)}


class Watcher:
    """What a run tells while it goes on; this one listens to nothing."""

    def progress(self, summary: IngestSummary) -> None:
        """Called after each article, with the numbers so far."""

    def failure(self, failure: Failure) -> None:
        """Called for each input that cannot be used."""

    def skip(self, path: Path) -> None:
        """Called for each file of a folder that is no article."""


def pipeline_extractor(setup: Setup | None = None) -> Extractor:
    """Return newslens's own extractor, reading with the names and the model of `setup`.

    Raises: SetupError, SettingsError: what `setup` names cannot be used.
    """
    from newslens import pipeline

    setup = setup or pipeline.DEFAULT_SETUP
    return Extractor(pipeline.identify, partial(pipeline.extract, setup=setup), setup.version)


def ingest(
    inputs: Inputs,
    store: Store,
    *,
    force: bool = False,
    extractor: Extractor | None = None,
    watcher: Watcher | None = None,
) -> IngestSummary:
    """Read the inputs and store what is new or changed, with its claims; return what was done.

    Each article is written with its claims in one transaction; a run that is cut off keeps what it wrote, and the
    next one goes on from there. What this extractor version has done already is left alone unless `force` is set.
    Raises: RunLocked: another run holds the store. SetupError: the extractor cannot work at all. StoreError.
    """
    extractor = extractor or pipeline_extractor()
    with store.exclusive():
        run_id = store.begin_run(package_version=version("newslens"), extractor_version=extractor.version)
        run = _Run(store, extractor, watcher or Watcher(), force, run_id)
        try:
            run.read(inputs)
            run.catch_up()
            run.drop_settled_failures(inputs)
        except BaseException:
            with suppress(StoreError):  # the first error is the one to show
                store.finish_run(run_id, "killed", run.ended().as_dict())
            raise
        store.finish_run(run_id, "finished", run.ended().as_dict())
    return run.summary


def preview(
    inputs: Inputs, store: Store | None, *, extractor: Extractor | None = None, watcher: Watcher | None = None
) -> IngestSummary:
    """Return what `ingest` would find to do; nothing is extracted or written. Without a store all is new."""
    extractor, watcher = extractor or pipeline_extractor(), watcher or Watcher()
    summary, started = IngestSummary(), time.monotonic()
    for article in _read(inputs, summary, watcher, watcher.failure):
        summary.count(store.standing(article, extractor.version) if store else "new")
        watcher.progress(summary)
    summary.seconds = time.monotonic() - started
    return summary


def extract_rows(
    inputs: Inputs,
    *,
    known: Mapping[str, Any] | None = None,
    extractor: Extractor | None = None,
    watcher: Watcher | None = None,
) -> tuple[list[Row], IngestSummary]:
    """Return the claims of the inputs as rows in the order of every export, and what was done; no store is used.

    `known` are fields of the articles that the user knows better than they say.
    Raises: as `extract_article`.
    """
    extractor, watcher = extractor or pipeline_extractor(), watcher or Watcher()
    summary, started, rows = IngestSummary(), time.monotonic(), list[Row]()
    for article in _read(inputs, summary, watcher, watcher.failure):
        result = extract_article(extractor, article.model_copy(update=dict(known or {})))
        if isinstance(result, Failure):
            summary.failed += 1
            watcher.failure(result)
        else:
            summary.count("new")
            summary.count_extracted(*result)
            rows += map(claim_row, result[1])
        watcher.progress(summary)
    summary.seconds = time.monotonic() - started
    return sorted(rows, key=claim_order), summary


def extract_article(extractor: Extractor, article: Article) -> tuple[Article, list[Claim]] | Failure:
    """Return the article with its language, and its claims; a failure where the extractor breaks on it.

    An article in a language without a pack has no claims. One that breaks the extractor shows a bug, which shall
    not cost the other articles of a run.
    Raises: NewslensError: what concerns every article alike, such as a broken language pack.
    """
    try:
        identified = extractor.identify(article)
        claims = extractor.extract(identified) if identified.language in LANGUAGES else []
        _check(identified, claims)
    except NewslensError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the bug, it is noted with the place it shows
        return _bug(article, error)
    return identified, claims


class _Run:
    """One run under way: what it needs at every article, and its numbers so far."""

    def __init__(self, store: Store, extractor: Extractor, watcher: Watcher, force: bool, run_id: int) -> None:
        self.store = store
        self.extractor = extractor
        self.watcher = watcher
        self.force = force
        self.summary = IngestSummary(run_id=run_id)
        self.run_id = run_id
        self.started = time.monotonic()

    def ended(self) -> IngestSummary:
        self.summary.seconds = time.monotonic() - self.started
        return self.summary

    def read(self, inputs: Inputs) -> None:
        for article in _read(inputs, self.summary, self.watcher, self.fail):
            self.take(article)
            self.watcher.progress(self.summary)

    def take(self, article: Article) -> None:
        standing = self.store.standing(article, self.extractor.version)
        if standing == "unchanged" and self.force:
            standing = "changed"
        if standing in ("new", "changed"):
            if not self.extract_and_put(article):
                return
        elif standing == "duplicate":
            self.store.add_source(article, run_id=self.run_id)
        self.summary.count(standing)

    def extract_and_put(self, article: Article) -> bool:
        result = extract_article(self.extractor, article)
        if isinstance(result, Failure):
            self.summary.failed += 1
            self.fail(result)
            return False
        identified, claims = result
        self.store.put_article(identified, claims, extractor_version=self.extractor.version, run_id=self.run_id)
        self.summary.count_extracted(identified, claims)
        return True

    def catch_up(self) -> None:
        """Make the claims of articles again that another of their sources has renamed or redated."""
        for article in self.store.pending_articles():
            self.extract_and_put(article)

    def drop_settled_failures(self, inputs: Inputs) -> None:
        """Drop what earlier runs noted about the inputs and this one met no more: a line mended, a file gone."""
        rows = [dict(zip(FAILURE_KINDS, row, strict=True)) for row in self.store.query_failures()]
        sources = {str(row["source"]) for row in rows if row["run_id"] != self.run_id}
        covered = sorted(source for source in sources if is_covered(source, inputs.paths))
        if covered:
            self.store.remove_failures(covered, before_run=self.run_id)

    def fail(self, failure: Failure) -> None:
        self.store.record_failure(failure, run_id=self.run_id)
        self.watcher.failure(failure)


def is_covered(source: str, paths: Iterable[str | Path]) -> bool:
    """Say whether reading `paths` would have come by `source`: the path itself, or one in a folder or pattern."""
    for path in (PurePath(path).as_posix() for path in paths):
        if source == path or source.startswith(f"{path.rstrip('/')}/") or fnmatchcase(source, path):
            return True
        if path == "." and not source.startswith("/") and "://" not in source:
            return True
    return False


def _read(
    inputs: Inputs, summary: IngestSummary, watcher: Watcher, fail: Callable[[Failure], None]
) -> Iterable[Article]:
    """Yield the articles that can be read; count and tell what cannot, and what is skipped."""

    def on_error(error: ArticleUnreadable) -> None:
        summary.failed += 1
        fail(_unreadable(error))
        watcher.progress(summary)

    def on_skip(path: Path) -> None:
        summary.skipped += 1
        watcher.skip(path)

    return read_articles(
        inputs.paths,
        columns=inputs.columns,
        max_article_bytes=inputs.max_article_bytes,
        on_error=on_error,
        on_skip=on_skip,
    )


def _unreadable(error: ArticleUnreadable) -> Failure:
    facts = vars(error)
    return Failure(
        source=str(facts["path"]),
        place=facts.get("place"),
        step="read",
        error=type(error).__name__,
        message=error.message,
        hint=error.hint,
    )


def _bug(article: Article, error: Exception) -> Failure:
    frame = extract_tb(error.__traceback__)[-1]
    return Failure(
        source=article.source,
        step="extract",
        error=type(error).__name__,
        message=f"cannot extract from `{article.source}`: {type(error).__name__}: {error}",
        hint=f"this is a bug in newslens, at {Path(frame.filename).name}, line {frame.lineno}: report it with the text",
    )


def _check(article: Article, claims: list[Claim]) -> None:
    """Check what every claim promises, before it is stored. Raises: ValueError: a promise is broken."""
    for claim in claims:
        if article.text[claim.char_start : claim.char_end] != claim.quote:
            raise ValueError(f"the quote {claim.quote!r} is not what stands at character {claim.char_start}")
    if len({claim.claim_id for claim in claims}) < len(claims):
        raise ValueError("two claims have one id")
