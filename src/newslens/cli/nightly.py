"""`newslens nightly`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newslens.cli import options
from newslens.cli.output import put_json, put_text, say_error
from newslens.config_file import found_config
from newslens.errors import SettingsError

if TYPE_CHECKING:
    from newslens.nightly.night import Night
    from newslens.settings import Settings


class LogFormat(StrEnum):
    """How events are written."""

    TEXT = "text"
    JSON = "json"


def nightly(
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="The settings; by default $NEWSLENS_CONFIG, or ./newslens.toml."),
    ] = None,
    db: Annotated[
        str | None, typer.Option("--db", metavar="PATH-OR-URL", help="The store, in place of the settings'.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=0, metavar="N", help="Processes that extract, in place of the settings'."),
    ] = None,
    engine: Annotated[
        options.EngineName | None,
        typer.Option("--engine", help="Where claims are extracted, in place of the settings'."),
    ] = None,
    scheduler: options.Scheduler = None,
    parts: options.Parts = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is new or changed, and write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the summary to stdout as JSON.")] = False,
    log_format: Annotated[LogFormat | None, typer.Option("--log-format", help="How to write events.")] = None,
    log_file: Annotated[
        Path | None, typer.Option("--log-file", metavar="FILE", help="Add events to FILE, not to stderr.")
    ] = None,
) -> None:
    """Read all sources of the settings, store what is new or changed, and write exports.

    For a timer: it asks nothing, and its exit code tells how it went. 0 done, or nothing new; 2 wrong settings; 3
    nothing could be read; 5 the store; 6 done, but some inputs or exports failed; 7 another run holds the store.
    What was cut off is gone on with by the next night.
    """
    from newslens.settings import load_settings

    log = {"format": log_format and log_format.value, "file": log_file and str(log_file)}
    flags: dict[str, Any] = {"log": {name: value for name, value in log.items() if value is not None}}
    if db is not None:
        flags["db"] = db
    if workers is not None:
        flags["workers"] = workers
    spread = {"engine": engine and engine.value, "scheduler": scheduler, "parts": parts}
    flags |= {name: value for name, value in spread.items() if value is not None}
    settings = load_settings(found_config(config), {name: value for name, value in flags.items() if value != {}})
    if settings.engine == "local" and (scheduler or parts):
        raise SettingsError("--scheduler and --parts are for --engine dask", hint="add --engine dask")
    night, summary = _run(settings, dry_run)
    from newslens.nightly.summary import as_text

    put_json(summary) if as_json else put_text(as_text(summary))
    if night.error is not None:
        say_error(night.error)
    raise typer.Exit(night.exit_code)


def _run(settings: Settings, dry_run: bool) -> tuple[Night, dict[str, Any]]:
    from newslens.nightly.logs import LogWatcher, open_log
    from newslens.nightly.night import run_night
    from newslens.nightly.outcome import tell
    from newslens.nightly.summary import summary_of

    with open_log(settings.log) as log:
        watcher = LogWatcher(log)
        night = run_night(settings, dry_run=dry_run, watcher=watcher)
        summary = summary_of(night, db=settings.db) if dry_run else tell(night, settings)
        for problem in (*night.problems, *night.warnings):
            watcher.log.warning("problem", message=problem)
        level = watcher.log.error if night.error else watcher.log.info
        figures = {name: summary[name] for name in ("state", "new", "changed", "failed", "claims", "seconds")}
        level("night ended", **figures, error=night.error and str(night.error))
    return night, summary
