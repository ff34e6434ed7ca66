"""What a night says while it goes on: a line an event, for people or as JSON, with the ids of run and article."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import structlog

from newslens.batch import Watcher
from newslens.errors import SettingsError
from newslens.store.interface import Failure, Standing

if TYPE_CHECKING:
    from newslens.records import Article
    from newslens.settings import LogSettings


class LogWatcher(Watcher):
    """Writes an event for each article that is new or changed, each failure, and each file that is no article."""

    def __init__(self, log: Any) -> None:
        self.log = log

    def begun(self, run_id: int) -> None:
        """Note the run: all that follows carries its id."""
        self.log = self.log.bind(run_id=run_id)
        self.log.info("run begun")

    def article(self, article: Article, standing: Standing, claims: int) -> None:
        """Note an article, unless it is as it was."""
        if standing != "unchanged":
            self.log.info(
                "article", article_id=article.article_id, source=article.source, standing=standing, claims=claims
            )

    def failure(self, failure: Failure) -> None:
        """Note a failure."""
        facts = {name: getattr(failure, name) for name in ("source", "place", "step", "error", "message", "hint")}
        self.log.warning("failure", **{name: value for name, value in facts.items() if value is not None})

    def skip(self, path: Path) -> None:
        """Note a file."""
        self.log.debug("skipped", source=str(path))


@contextmanager
def open_log(settings: LogSettings) -> Iterator[Any]:
    """Give a logger that writes to the file of the settings, or to stderr. Nothing outside of it is changed.

    Raises: SettingsError: the file cannot be written.
    """
    if not settings.file:
        yield _logger(sys.stderr, settings.format)
        return
    with _appended(Path(settings.file)) as stream:
        yield _logger(stream, settings.format)


def _appended(path: Path) -> TextIO:
    try:
        return path.open("a", encoding="utf-8", errors="backslashreplace", buffering=1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "check the folder and its rights"
        raise SettingsError(f"cannot write the log `{path}`: {reason}", hint=hint) from error


def _logger(stream: TextIO, form: str) -> Any:
    shown: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    return structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _on_one_line,
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("INFO"),
        cache_logger_on_first_use=False,
    ).bind()


def _on_one_line(_: object, __: str, event: Any) -> Any:
    """Escape line ends and other signs that would forge a line of the log: file names and pages may hold them."""
    return {name: _printable(value) if isinstance(value, str) else value for name, value in event.items()}


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
