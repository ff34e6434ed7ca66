"""Plain rows: what store and exports pass on in bulk, a tuple of cells with the kinds of its columns beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

from newslens.records import CLAIM_COLUMNS, Claim, plain_number

Kind = Literal["text", "choice", "number", "integer", "date", "time"]
"""What a column holds: a `choice` is a text out of a closed set, a `number` a 64-bit float, a `time` UTC, no zone."""

Cell: TypeAlias = str | float | int | date | datetime | None
Row: TypeAlias = tuple[Cell, ...]
Columns: TypeAlias = Mapping[str, Kind]

_KINDS: dict[Any, Kind] = {str: "text", int: "integer", float: "number", Decimal: "number", date: "date"}


def _bare(annotation: Any) -> Any:
    """Return a field's type without `| None` and `Annotated` around it."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    options = [option for option in get_args(annotation) if option is not NoneType]
    if get_origin(annotation) is not Literal and len(options) == 1:
        return _bare(options[0])
    return annotation


_CLAIM_TYPES = {name: _bare(field.annotation) for name, field in Claim.model_fields.items()}

CLAIM_KINDS: Columns = {name: _KINDS.get(bare, "choice") for name, bare in _CLAIM_TYPES.items()}
"""The columns of the claims table, in their order."""

CLAIM_CHOICES: Mapping[str, tuple[str, ...]] = {
    name: get_args(bare) for name, bare in _CLAIM_TYPES.items() if CLAIM_KINDS[name] == "choice"
}
"""The values that each `choice` column of a claim may take."""


def claim_row(claim: Claim) -> Row:
    """Return the claim as one row, amounts as 64-bit floats."""
    return tuple(float(cell) if isinstance(cell, Decimal) else cell for _, cell in claim)


def claim_of(row: Row) -> Claim:
    """Return the claim that `row` holds; amounts are the shortest decimals that read back as the same floats."""
    cells: dict[str, Any] = dict(zip(CLAIM_COLUMNS, row, strict=True))
    for name, bare in _CLAIM_TYPES.items():
        if bare is Decimal:
            cells[name] = plain_number(cells[name])
    return Claim.model_validate(cells)


def claim_order(row: Row) -> Any:
    """Return the sorting key of claim rows in every export: source, span, then type."""
    return tuple(row[place] for place in _ORDER)


_ORDER = [CLAIM_COLUMNS.index(name) for name in ("source", "char_start", "char_end", "claim_type")]
