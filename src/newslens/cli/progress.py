"""What a run says while it goes on, and at its end."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self

import typer

from newslens.batch import IngestSummary, Watcher
from newslens.cli.output import exit_code, put_json, say, say_problem

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from newslens.store.interface import Failure


class ConsoleWatcher(Watcher):
    """Tells each failure on stderr, each skipped file where asked to, and moves a bar where one is shown."""

    def __init__(self, *, bar: bool, verbose: bool) -> None:
        self._verbose = verbose
        self._bar: Progress | None = _new_bar() if bar and sys.stderr.isatty() else None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("reading", total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def progress(self, summary: IngestSummary) -> None:
        """Move the bar."""
        if self._bar is not None and self._task is not None:
            n_claims = summary.claims_by_type.total()
            counts = f"{summary.read} articles, {summary.new} new, {summary.failed} failed, {n_claims} claims"
            self._bar.update(self._task, description=counts)

    def failure(self, failure: Failure) -> None:
        """Tell the failure."""
        say_problem(failure.message, failure.hint)

    def skip(self, path: Path) -> None:
        """Tell the file."""
        if self._verbose:
            say(f"skipped: {path}")


def end_run(summary: IngestSummary, *, as_json: bool, quiet: bool, prefix: str = "") -> NoReturn:
    """Tell a run's numbers, as JSON too where asked to, and leave with its exit code."""
    if as_json:
        put_json(summary.as_dict())
    if not quiet:
        say(f"{prefix}{summary_line(summary)}")
    raise typer.Exit(exit_code(read=summary.read, failed=summary.failed))


def summary_line(summary: IngestSummary) -> str:
    """Return the numbers of a run on one line: `5 articles: 5 new, 0 changed, 0 unchanged, 0 failed; fr 5; …`."""
    asides = {
        "with the same text": summary.duplicate,
        "kept out": summary.forgotten,
        "quarantined": summary.quarantined,
        "in another language": summary.other_language,
        "skipped": summary.skipped,
    }
    counts = [f"{getattr(summary, name)} {name}" for name in ("new", "changed", "unchanged", "failed")]
    counts += [f"{number} {name}" for name, number in asides.items() if number]
    n_claims = summary.claims_by_type.total()
    claims = f"{_counted(n_claims, 'claim')}{': ' if n_claims else ''}{_listed(summary.claims_by_type)}"
    parts = [f"{_counted(summary.read, 'article')}: {', '.join(counts)}", _listed(summary.by_language), claims]
    return "; ".join([*filter(None, parts), f"{summary.seconds:.1f} s"])


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.most_common())


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _new_bar() -> Progress:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    # rich replaces stderr while it draws, so that lines said meanwhile come out above the bar
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)
