"""Misspelt names: a capitalised word one slip away from a name so distinctive that it can mean nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from newslens.entities.aliases import Alias

SHORTEST_NAME = 6  # letters
_CAPITALISED = re.compile(rf"(?<![A-Za-z0-9])[A-Z][A-Za-z]{{{SHORTEST_NAME - 2},19}}(?![A-Za-z0-9])")


class Misspellings:
    """The distinctive one-word names, ready to be found with a letter left out, added, changed or swapped."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._aliases = {
            alias.text.lower(): alias
            for alias in aliases
            if alias.strength == "strong"
            and alias.text.isascii()
            and alias.text.isalpha()
            and len(alias.text) >= SHORTEST_NAME
        }
        self._nearest = lru_cache(maxsize=50_000)(self._find_nearest)

    def find(self, text: str) -> Iterator[tuple[int, int, Alias]]:
        """Yield start, end and alias of each misspelt name.

        Offsets: code points of the folded text, end exclusive.
        """
        for found in _CAPITALISED.finditer(text):
            alias = self._nearest(found.group())
            if alias is not None:
                yield found.start(), found.end(), replace(alias, text=found.group())

    def _find_nearest(self, word: str) -> Alias | None:
        """Return the alias of which `word` is a slip; the ends must agree, so that a plural is none."""
        from rapidfuzz.distance import OSA

        lowered = word.lower()
        if lowered in self._aliases:
            return None
        for name, alias in self._aliases.items():
            if name[0] != lowered[0] or abs(len(name) - len(lowered)) > 1:
                continue
            ends_agree = name[-1] == lowered[-1] or name[-2:] == lowered[:-3:-1]
            if ends_agree and OSA.distance(name, lowered, score_cutoff=1) <= 1:
                return alias
        return None
