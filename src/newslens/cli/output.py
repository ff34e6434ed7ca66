"""Streams: data on stdout in UTF-8, everything else on stderr; colour, width and progress only for a terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newslens.cli.configured import USUAL_FORMAT
from newslens.errors import NewslensError, SettingsError
from newslens.export import BINARY, format_of, save_rows, write_rows

if TYPE_CHECKING:
    from newslens.rows import Columns, Row


NOTHING_READ = 3
PARTLY_FAILED = 6


def exit_code(*, read: int, failed: int) -> int:
    """Return the exit code of a command that read some articles and failed on some inputs."""
    if not failed:
        return 0
    return PARTLY_FAILED if read else NOTHING_READ


class Format(StrEnum):
    """The formats of `newslens.export`: its `WRITERS`, then its `FOLDERS`."""

    TABLE = "table"
    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"
    DELTA = "delta"


def chosen_format(asked: Format | None, as_json: bool, output: Path | None) -> Format:
    """Return the format: as asked for, else by the suffix of the file, else as the settings say, else a table.

    Raises: SettingsError: `--json` beside another format, or a suffix that names none.
    """
    if as_json and asked not in (None, Format.JSON):
        raise SettingsError(f"--json beside --format {asked}", hint="give one of them")
    if as_json:
        return Format.JSON
    if asked is None:
        return Format(USUAL_FORMAT.get() if output is None else format_of(output))
    return asked


def put_rows(
    columns: Columns, rows: Iterable[Row], form: Format, output: Path | None, *, view: Sequence[str] | None = None
) -> None:
    """Write the rows to the file, or to stdout; a table shows the columns of `view` alone, where given.

    Raises: SettingsError: the file cannot be written, or a terminal would get a binary format.
    """
    if form is Format.TABLE and view is not None:
        places = [list(columns).index(name) for name in view]
        columns, rows = {name: columns[name] for name in view}, (tuple(row[place] for place in places) for row in rows)
    if output is not None:
        save_rows(form, columns, rows, output)
    elif form is Format.TABLE and sys.stdout.isatty():
        from newslens.export.table import table_lines

        put_lines(table_lines(columns, rows, width=shutil.get_terminal_size().columns))
    elif form in BINARY and sys.stdout.isatty():
        raise SettingsError(f"{form} is not for terminals", hint="write it to a file: -o FILE")
    else:
        write_rows(form, columns, rows, sys.stdout.buffer)


def put_lines(lines: Iterable[str]) -> None:
    """Write lines to stdout."""
    for line in lines:
        sys.stdout.buffer.write(f"{line}\n".encode("utf-8", "backslashreplace"))


def put_text(text: str) -> None:
    """Write text to stdout as it is."""
    put_lines(text.splitlines())


def put_json(value: Any) -> None:
    """Write one JSON value to stdout."""
    import json

    put_lines([json.dumps(value, ensure_ascii=False, indent=2)])


def flush() -> None:
    """Send what is written on its way, so that a reader that went away is noticed here."""
    sys.stdout.flush()
    sys.stdout.buffer.flush()


def say(line: str) -> None:
    """Write a line to stderr."""
    print(line, file=sys.stderr)


def say_warning(message: str) -> None:
    """Write a warning to stderr."""
    say(f"{_coloured('warning:', 33)} {message}")


def say_error(error: NewslensError) -> None:
    """Write the error to stderr, and below it what to do about it."""
    say_problem(error.message, error.hint)


def say_problem(message: str, hint: str | None) -> None:
    """Write what is wrong to stderr, on one line, and below it what to do about it."""
    say(f"{_coloured('error:', 31)} {_on_one_line(message)}")
    if hint:
        say(f"{_coloured('hint:', 36)} {_on_one_line(hint)}")


def mark(text: str) -> str:
    """Return the text marked: it stands out on a terminal and can be told from the rest without colour."""
    return f">>{_bold(text)}<<"


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if _has_colour(sys.stdout) else text


def _coloured(text: str, colour: int) -> str:
    return f"\x1b[1;{colour}m{text}\x1b[0m" if _has_colour(sys.stderr) else text


def _has_colour(stream: Any) -> bool:
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR")


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
