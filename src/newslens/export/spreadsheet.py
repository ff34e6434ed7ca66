"""XLSX: one sheet with a header that stays in sight, numbers as numbers, texts as texts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, BinaryIO

import xlsxwriter

from newslens.errors import SettingsError
from newslens.rows import Columns, Row

_MOST_ROWS = 1_048_575  # below the header
_LONGEST_TEXT = 32_767  # characters in UTF-16; xlsxwriter leaves longer texts out without a word

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write(columns: Columns, rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write the rows as one sheet; a text beyond what a cell may hold ends with `…`.

    Raises: SettingsError: more rows than a sheet can hold.
    """
    file = io.BytesIO()  # the format is a ZIP archive: it is written out of order, as a pipe cannot be
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        sheet = book.add_worksheet("newslens")
        sheet.write_row(0, 0, list(columns), book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        write_cell = {
            "date": _writer(sheet.write_datetime, book.add_format({"num_format": "yyyy-mm-dd"})),
            "time": _writer(sheet.write_datetime, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})),
            "number": _writer(sheet.write_number),
            "integer": _writer(sheet.write_number),
            "text": lambda line, place, cell: sheet.write_string(line, place, _fitting(cell)),
        }
        kinds = ["text" if kind == "choice" else kind for kind in columns.values()]
        line = 0
        for line, row in enumerate(rows, start=1):
            if line > _MOST_ROWS:
                raise SettingsError(
                    f"more than {_MOST_ROWS} rows: no sheet holds them", hint="use --format parquet or csv"
                )
            for place, (kind, cell) in enumerate(zip(kinds, row, strict=True)):
                if cell is not None:
                    write_cell[kind](line, place, cell)
        sheet.autofilter(0, 0, line, len(columns) - 1)
    stream.write(file.getvalue())


def _writer(write: Any, *form: Any) -> Any:
    return lambda line, place, cell: write(line, place, cell, *form)


def _fitting(text: str) -> str:
    if len(text.encode("utf-16-le")) // 2 <= _LONGEST_TEXT:
        return text
    return text.encode("utf-16-le")[: 2 * (_LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"
