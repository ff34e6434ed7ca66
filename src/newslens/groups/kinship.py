"""Who makes what: the relations of the names base by which two names may speak of one fact.

Read from the names files alone: grouping needs owners and kinds, not the machinery that finds names in text.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from newslens.entities.catalogue import Catalogue, read_catalogue

_MADE = ("model", "product", "project")
"""Kinds whose figures are also told of their maker: "DeepSeek spent" for "DeepSeek-V3 cost"."""


class Kinship:
    """What the names base says of makers, vendors and homes."""

    def __init__(self, catalogue: Catalogue, homes: dict[str, list[str]]) -> None:
        self._names = catalogue.names
        self._families = sorted(
            ((family.label or name, kind, name) for name, (kind, family) in catalogue.families.items()),
            key=lambda entry: (-len(entry[0]), entry),
        )
        self._homes = {maker: country for country, makers in homes.items() for maker in makers}

    def kind(self, name: str) -> str | None:
        """Return what sort of thing the name is; None if the base does not know."""
        if name in self._names:
            return self._names[name][0]
        return next((kind for label, kind, _ in self._families if name.startswith(label)), None)

    def maker(self, name: str | None) -> str | None:
        """Return who makes or runs the model, product, chip or project; None for anything else."""
        if name is None or self.kind(name) not in (*_MADE, "chip"):
            return None
        if name in self._names:
            return self._names[name][1].owner
        family = next((head for label, _, head in self._families if name.startswith(label)), None)
        if family is None or family not in self._names:
            return None
        kind, entry = self._names[family]
        return family if kind == "organisation" else entry.owner

    def country(self, name: str | None) -> str | None:
        """Return the home of a maker of models."""
        return self._homes.get(name) if name else None


@cache
def load_kinship() -> Kinship:
    """Return the relations of the names that ship with newslens."""
    homes = tomllib.loads((files("newslens.groups") / "homes.toml").read_text("utf-8"))
    return Kinship(read_catalogue(), homes)
