"""Figures that have been printed so often that a reader knows whose they are: one sign among many."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from newslens.errors import SetupError
from newslens.records import ClaimType, Quantity

FILE = "known_figures.toml"
_CLOSE = 0.005  # a figure is the same within half a percent


@dataclass(frozen=True, slots=True)
class KnownFigure:
    """A figure and whom it is told of; `values` are closed intervals."""

    claim_type: ClaimType
    unit: str
    values: tuple[tuple[float, float], ...]
    of: frozenset[str]


def told_of(quantity: Quantity, claim_type: ClaimType) -> frozenset[str]:
    """Return the names of whom a quantity is commonly told as a claim of this type."""
    return frozenset().union(*(f.of for f in _matching(quantity) if f.claim_type == claim_type))


def known_types(quantity: Quantity) -> frozenset[ClaimType]:
    """Return the types of claims that a quantity is commonly told as."""
    return frozenset(figure.claim_type for figure in _matching(quantity))


def _matching(quantity: Quantity) -> Sequence[KnownFigure]:
    return _with_value((quantity.unit or "").partition("/")[0], float(quantity.stated))


@lru_cache(maxsize=4096)
def _with_value(unit: str, value: float) -> Sequence[KnownFigure]:
    return [
        figure
        for figure in _figures()
        if figure.unit == unit
        and any(low - abs(low) * _CLOSE <= value <= high + abs(high) * _CLOSE for low, high in figure.values)
    ]


@cache
def _figures() -> tuple[KnownFigure, ...]:
    text = resources.files("newslens.claims").joinpath(FILE).read_text("utf-8")
    try:
        return tuple(_figure(row) for row in tomllib.loads(text)["figures"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise SetupError(f"{FILE}: {error}", hint="reinstall newslens", file=FILE) from error


def _figure(row: dict[str, Any]) -> KnownFigure:
    values = tuple((float(v[0]), float(v[1])) if isinstance(v, list) else (float(v), float(v)) for v in row["values"])
    return KnownFigure(row["claim_type"], row["unit"], values, frozenset(row["of"]))
