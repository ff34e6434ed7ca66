"""How a cell is written wherever cells are text."""

from __future__ import annotations

from datetime import datetime

from newslens.records import plain_number
from newslens.rows import Cell


def plain_text(cell: Cell) -> str:
    """Return the cell as text: numbers shortest, dates and times in ISO 8601, nothing for what is empty."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return plain_number(cell) or ""
    if isinstance(cell, datetime):
        return f"{cell.isoformat(timespec='seconds')}Z"
    return str(cell)
