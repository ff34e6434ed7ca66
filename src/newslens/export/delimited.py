"""CSV that a spreadsheet opens right: UTF-8, quoted where needed, no cell taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import BinaryIO

from newslens.export.literals import plain_text
from newslens.rows import Cell, Columns, Row

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet compute a cell; the full-width signs do so in Chinese and Japanese ones."""

_FORMULA_SIGNS = frozenset(_FORMULA_STARTS)

_SIGNED_NUMBER = re.compile(
    r"""[+-]\s?[$€£¥₹₩]?\s?
        \d[\d\s.,'’]*+
        (?:[%‰€$£¥₹₩/]|[^\W\d_]|[\s.](?=\S))*+  # the unit: signs and letters, never an operator or a bracket
    """,
    re.VERBOSE,
)


def write(columns: Columns, rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write a header and the rows as CSV in the manner of RFC 4180, without a byte-order mark."""
    text = io.TextIOWrapper(stream, "utf-8", newline="")
    try:
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(_in_cells(columns, rows))
    finally:
        text.detach()  # flushed, and left open for its owner


def _in_cells(columns: Columns, rows: Iterable[Row]) -> Iterator[list[Cell]]:
    """Yield the rows as the writer takes them: only cells that it would write in another way are looked at."""
    texts = [i for i, kind in enumerate(columns.values()) if kind == "text"]
    others = [i for i, kind in enumerate(columns.values()) if kind in ("number", "date", "time")]
    spell = lru_cache(maxsize=10_000)(csv_cell)  # amounts and days come again and again
    for row in rows:
        cells = list(row)
        for i in texts:
            cell = cells[i]
            if cell and (type(cell) is not str or cell[0] in _FORMULA_SIGNS):
                cells[i] = csv_cell(cell)
        for i in others:
            if cells[i] is not None:
                cells[i] = spell(cells[i])
        yield cells


def csv_cell(cell: Cell) -> str:
    """Return the cell as CSV holds it.

    A text that a spreadsheet would compute is led by an apostrophe, unless it reads wholly as a signed number
    and its unit: the quote `-17 %` stays as it is.
    """
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) and not _SIGNED_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return plain_text(cell)
