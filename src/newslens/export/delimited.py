"""CSV that a spreadsheet opens right: UTF-8, quoted where needed, no cell taken for a formula."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable
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
    writer = csv.writer(codecs.getwriter("utf-8")(stream))
    writer.writerow(columns)
    # Most cells are empty or plain text, which the writer takes as they are.
    writer.writerows(
        [
            cell if cell is None or (type(cell) is str and cell[:1] not in _FORMULA_SIGNS) else csv_cell(cell)
            for cell in row
        ]
        for row in rows
    )


def csv_cell(cell: Cell) -> str:
    """Return the cell as CSV holds it.

    A text that a spreadsheet would compute is led by an apostrophe, unless it reads wholly as a signed number
    and its unit: the quote `-17 %` stays as it is.
    """
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) and not _SIGNED_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return plain_text(cell)
