"""What a run reads: files, and what else its sources give; what cannot be read is a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from newslens.errors import ArticleUnreadable
from newslens.ingest import ColumnMapping, read_articles
from newslens.ingest.formats import Item
from newslens.records import Article
from newslens.store.interface import Failure

MAX_ARTICLE_BYTES = 5_000_000


class Sources:
    """What a run reads besides the files of its paths, and which of these it leaves unread; this one: all and no more.

    `on_unchanged` gets the number of articles that are known to be stored as they are.
    """

    def file(self, path: Path, items: Iterator[Item], on_unchanged: Callable[[int], None]) -> Iterator[Item]:
        """Yield what reading the file yields."""
        return items

    def pages(
        self, on_error: Callable[[ArticleUnreadable], None], on_unchanged: Callable[[int], None]
    ) -> Iterator[Article]:
        """Yield articles that are in no file."""
        return iter(())

    def covers(self, source: str) -> bool:
        """Say whether the run has come by a source that is in no file."""
        return False

    def failed(self, source: str) -> None:
        """Called for each input that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What to read, and how; see `newslens.ingest.read_articles`."""

    paths: tuple[str | Path, ...] = ()
    sources: Sources = field(default_factory=Sources, repr=False)
    columns: ColumnMapping = field(default_factory=ColumnMapping)
    max_article_bytes: int = MAX_ARTICLE_BYTES


def is_covered(source: str, paths: Iterable[str | Path]) -> bool:
    """Say whether reading `paths` would have come by `source`: the path itself, or one in a folder or pattern."""
    for path in (PurePath(path).as_posix() for path in paths):
        if source == path or source.startswith(f"{path.rstrip('/')}/") or fnmatchcase(source, path):
            return True
        if path == "." and not source.startswith("/") and "://" not in source:
            return True
    return False


def read_inputs(
    inputs: Inputs,
    *,
    on_failure: Callable[[Failure], None],
    on_skip: Callable[[Path], None],
    on_unchanged: Callable[[int], None],
) -> Iterator[Article]:
    """Yield the articles that can be read; tell what cannot, what is skipped, and how many are known to be stored."""

    def on_error(error: ArticleUnreadable) -> None:
        on_failure(unread(error))

    yield from read_articles(
        inputs.paths,
        columns=inputs.columns,
        max_article_bytes=inputs.max_article_bytes,
        on_error=on_error,
        on_skip=on_skip,
        around=lambda path, items: inputs.sources.file(path, items, on_unchanged),
    )
    yield from inputs.sources.pages(on_error, on_unchanged)


def unread(error: ArticleUnreadable) -> Failure:
    facts = vars(error)
    return Failure(
        source=str(facts["path"]),
        place=facts.get("place"),
        step="read",
        error=type(error).__name__,
        message=error.message,
        hint=error.hint,
    )
