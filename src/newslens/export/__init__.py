"""Rows to files: one writer a format, each given the columns with their kinds, the rows, and a binary stream."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from newslens.errors import SettingsError

if TYPE_CHECKING:
    from newslens.rows import Columns, Row

    Writer: TypeAlias = Callable[[Columns, Iterable[Row], BinaryIO], None]

WRITERS = {
    "table": "newslens.export.table:write",
    "csv": "newslens.export.delimited:write",
    "jsonl": "newslens.export.json_lines:write_lines",
    "json": "newslens.export.json_lines:write_list",
    "parquet": "newslens.export.parquet:write",
    "xlsx": "newslens.export.spreadsheet:write",
}
"""Where each format is written, by its name; the module is imported on use."""

FOLDERS = {"delta": "newslens.export.delta:save"}
"""The same of the formats that are a folder, and so go into no stream."""

BINARY = frozenset({"parquet", "xlsx", "delta"})
"""Formats that no terminal can show."""

_FILE_STARTS = {"csv": codecs.BOM_UTF8}
"""What a file begins with that a pipe does not: spreadsheets take a CSV file without the mark for Windows-1252."""


def format_of(path: Path) -> str:
    """Return the format that the file's suffix names.

    Raises: SettingsError: no format has that suffix.
    """
    name = path.suffix.removeprefix(".").casefold()
    if name not in {**WRITERS, **FOLDERS} or name == "table":
        known = ", ".join(f".{known}" for known in (*WRITERS, *FOLDERS) if known != "table")
        raise SettingsError(f"no format is known by the suffix of `{path}` (known: {known})", hint="say --format")
    return name


def write_rows(form: str, columns: Columns, rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write the rows to the stream in the format `form`.

    Raises: SettingsError: that format is a folder.
    """
    if form in FOLDERS:
        raise SettingsError(f"a {form} table is a folder", hint=f"name it: -o claims.{form}")
    cast("Writer", _function(WRITERS[form]))(columns, rows, stream)


def save_rows(form: str, columns: Columns, rows: Iterable[Row], path: Path) -> None:
    """Write the rows to a file or folder, which is there whole or as it was before.

    Raises: SettingsError: it cannot be written.
    """
    if form in FOLDERS:
        cast("Callable[[Columns, Iterable[Row], Path], None]", _function(FOLDERS[form]))(columns, rows, path)
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            stream.write(_FILE_STARTS.get(form, b""))
            write_rows(form, columns, rows, stream)
        part.replace(path)
    except OSError as error:
        raise _not_writable(path, error) from error
    finally:
        if part.parent.is_dir():
            part.unlink(missing_ok=True)


def _function(place: str) -> object:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _not_writable(path: Path, error: OSError) -> SettingsError:
    if not path.parent.is_dir():
        return SettingsError(f"no folder `{path.parent}` to write `{path.name}` in", hint="make it first, or check -o")
    return SettingsError(f"cannot write `{path}`: {error.strerror}", hint="check the path, its rights and the disk")
