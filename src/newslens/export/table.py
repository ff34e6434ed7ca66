"""A table to read by eye: columns side by side, cut to a terminal's width only where one is given."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO

from newslens.export.literals import plain_text
from newslens.records import CLAIM_COLUMNS
from newslens.rows import CLAIM_KINDS, Cell, Columns, Row

_GAP = "  "
_NARROWEST = 8  # cells: below this a column says nothing any more
_READABLE = 13  # cells a quote or a path keeps while a longer column can give
_DIGITS = 4
_SCALES = ((Decimal(10) ** 12, " tn"), (Decimal(10) ** 9, " bn"), (Decimal(10) ** 6, " M"))
_FROM_THE_END = "source"  # of a path, the end tells more
_CUT_FIRST = ("quote", "source", "title", "sentence", "message")  # long texts give way before what they are about
_BOUND_SIGNS = {"approx": "~", "at_least": "≥ ", "at_most": "≤ ", "vague": "> "}

CLAIM_VIEW: Columns = {
    "claim_type": "text",
    "subject": "text",
    "value": "text",
    "quote": "text",
    "source": "text",
}
"""What a table of claims shows: the whole row is for machines."""


def write(columns: Columns, rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write the table as wide as it is: nothing is cut or wrapped."""
    for line in table_lines(columns, rows):
        stream.write(line.encode("utf-8") + b"\n")


def table_lines(columns: Columns, rows: Iterable[Row], *, width: int | None = None) -> list[str]:
    """Return the lines of the table, the header first; at most `width` terminal cells wide, where given.

    Claims are shown in the columns of `CLAIM_VIEW`, their values with unit, magnitude and a sign for the bound.
    """
    if columns is CLAIM_KINDS:
        columns, rows = CLAIM_VIEW, map(_claim_view, rows)
    body = [[_shown(cell) for cell in row] for row in rows]
    lines = [list(columns), *body]
    widths = [max(cells_wide(line[place]) for line in lines) for place in range(len(columns))]
    if width is not None:
        widths = _narrowed(widths, width, [name in _CUT_FIRST for name in columns])
    is_number = [kind in ("number", "integer") for kind in columns.values()]
    return [_line(line, widths, list(columns), is_number) for line in lines]


def human_number(value: float) -> str:
    """Return the number as people write it, to four significant digits: `5.576 M`, `500 bn`, `50,000`, `0.0333`."""
    exact = Decimal(repr(float(value)))
    for scale, name in _SCALES:
        if abs(exact) >= scale:
            return f"{_short(exact / scale)}{name}"
    return _short(exact) if abs(exact) < 1000 else f"{exact.quantize(Decimal(1)):,}"


@lru_cache(maxsize=4096)
def cells_wide(text: str) -> int:
    """Return how many cells of a terminal the text takes: a Chinese character takes two, a combining sign none."""
    if text.isascii():
        return len(text)
    return sum(_cell_width(character) for character in text)


def _cell_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _claim_view(row: Row) -> Row:
    cells = dict(zip(CLAIM_COLUMNS, row, strict=True))
    cells["value"] = bounded_value(cells["value_low"], cells["value_high"], str(cells["bound"]), str(cells["unit"]))
    return tuple(cells[name] for name in CLAIM_VIEW)


def bounded_value(low: Cell, high: Cell, bound: str, unit: str) -> str:
    """Return the value as people write it, with its unit, and a sign for the bound: `≥ 100 M USD`."""
    return _BOUND_SIGNS.get(bound, "") + _value(low, high, unit)


def _value(low: Cell, high: Cell, unit: str) -> str:
    numbers = [human_number(number) for number in (low, high) if isinstance(number, int | float)]
    if low == high:
        numbers = numbers[:1]
    return f"{' to '.join(numbers)} {'%' if unit == 'percent' else unit}"


def _short(value: Decimal) -> str:
    if not value:
        return "0"
    rounded = value.quantize(Decimal(1).scaleb(value.adjusted() - _DIGITS + 1))
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shown(cell: Cell) -> str:
    """Return the cell on one line and without control characters: an article shall not steer the terminal."""
    text = plain_text(cell)
    if text.isprintable():
        return text
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in text).split())


def _narrowed(widths: list[int], width: int, gives_way: Sequence[bool]) -> list[int]:
    """Take cells from the widest columns until the line fits, from those that give way first."""
    narrowed = list(widths)
    first = [i for i, gives in enumerate(gives_way) if gives]
    for places, least in ((first, _READABLE), (range(len(widths)), _NARROWEST)):
        while sum(narrowed) + len(_GAP) * (len(narrowed) - 1) > width:
            widest = max(places, key=narrowed.__getitem__, default=None)
            if widest is None or narrowed[widest] <= least:
                break
            narrowed[widest] -= 1
    return narrowed


def _line(cells: Sequence[str], widths: Sequence[int], names: Sequence[str], is_number: Sequence[bool]) -> str:
    shown = []
    for cell, width, name, right in zip(cells, widths, names, is_number, strict=True):
        cut = _cut(cell, width, from_the_end=name == _FROM_THE_END)
        space = " " * (width - cells_wide(cut))
        shown.append(space + cut if right else cut + space)
    return _GAP.join(shown).rstrip()


def _cut(text: str, width: int, *, from_the_end: bool) -> str:
    if cells_wide(text) <= width:
        return text
    kept, left = [], width - 1
    for character in reversed(text) if from_the_end else text:
        left -= _cell_width(character)
        if left < 0:
            break
        kept.append(character)
    return "…" + "".join(reversed(kept)) if from_the_end else "".join(kept) + "…"
