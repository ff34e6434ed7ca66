"""Mentions: what a name found in a text is, and how to choose between overlapping ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from newslens.entities.catalogue import Kind

MentionKind = Kind | Literal["place", "unknown"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text.

    Offsets: `start`, `end` in code points of the text, end exclusive.
    `name` is the canonical name, or the text's own words where `known` is false. `score`, from 0 to 1, is lower for a
    short form that only its context explains, and lowest for a misspelling. Kinds beyond the base's: `place`, a town or
    region that the model found; `unknown`, a name that only its capitals tell.
    """

    start: int
    end: int
    name: str
    kind: MentionKind
    known: bool
    score: float


def longest(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions in order; of any two that overlap, only the longer one, or of two as long the surer one."""
    starts: list[int] = []
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, -m.score, m.start)):
        place = bisect_right(starts, mention.start)
        if place and kept[place - 1].end > mention.start:
            continue
        if place < len(kept) and kept[place].start < mention.end:
            continue
        starts.insert(place, mention.start)
        kept.insert(place, mention)
    return kept
