"""JSON, one object a line: UTF-8 as it is, numbers shortest, null for what is empty."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

from newslens.export.literals import plain_text
from newslens.rows import Cell, Columns, Row

_quoted = json.JSONEncoder(ensure_ascii=False).encode


def write_lines(columns: Columns, rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write one object a line."""
    names = [_quoted(name) for name in columns]
    for row in rows:
        stream.write(_object(names, row).encode("utf-8") + b"\n")


def write_list(columns: Columns, rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write one list of the same objects."""
    names = [_quoted(name) for name in columns]
    separator = b"[\n"
    for row in rows:
        stream.write(separator + _object(names, row).encode("utf-8"))
        separator = b",\n"
    stream.write(b"[]\n" if separator == b"[\n" else b"\n]\n")


def _object(names: list[str], row: Row) -> str:
    return "{" + ", ".join(f"{name}: {_value(cell)}" for name, cell in zip(names, row, strict=True)) + "}"


def _value(cell: Cell) -> str:
    """Return the cell in JSON. The library would write 5600000.0 and 1e-05: numbers are written here."""
    if cell is None:
        return "null"
    if isinstance(cell, int | float):
        return plain_text(cell)
    return _quoted(plain_text(cell))
