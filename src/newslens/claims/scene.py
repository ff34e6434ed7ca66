"""What stands around one quantity, as named features: cue words and names by how near they are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from newslens.claims.document import Cell, Document, Line, Span
from newslens.entities.names import Mention
from newslens.records import Quantity

Features = dict[str, float]
CLAUSE_WEIGHTS = (1.0, 0.7, 0.5, 0.4)
REACH_WORDS = 12  # words at which a cue counts half
TABLE_WEIGHT = 0.9
OPENING_WORDS = 2  # words before a cue that still opens its line


@dataclass
class Scene:
    """One quantity in its line, and the line that states the basis of its price, if any.

    `near` of a span is 1 beside the quantity and falls with words and clauses between.
    """

    document: Document
    line: Line
    quantity: Quantity
    basis: Line | None = None

    @cached_property
    def cell(self) -> Cell | None:
        return self.line.cell_of(self.quantity.start)

    @cached_property
    def heading(self) -> Line | None:
        return None if self.line.heading is None else self.document.lines[self.line.heading]

    @cached_property
    def section(self) -> Line | None:
        """The nearest heading above that names anything: "- Effects:" in a list stands under it."""
        line = self.heading
        while line is not None and not line.mentions:
            line = None if line.heading is None else self.document.lines[line.heading]
        return line

    @cached_property
    def previous(self) -> Line | None:
        i = self.line.index - 1
        return self.document.lines[i] if i >= 0 and self.line.start - self.document.lines[i].end < 200 else None

    @property
    def clause(self) -> Span:
        """The span of the quantity's clause; of its cell, in a table."""
        if self.cell:
            return self.cell.span
        ends = self.line.sentence.clauses
        begin = max((e for e in ends if e <= self.quantity.start), default=self.line.start)
        return begin, min((e for e in ends if e > self.quantity.start), default=self.line.end)

    def words_between(self, span: Span) -> float:
        """Return the number of words between the quantity and `span`; two Han characters make a word."""
        a, b = (span[1], self.quantity.start) if span[1] <= self.quantity.start else (self.quantity.end, span[0])
        return self.document.words_between(a, b) if a < b else 0.0

    def clauses_between(self, span: Span) -> int:
        """Return how many clause ends lie between the quantity and `span`."""
        sentence = self.line.sentence
        return abs(sentence.clause_of(span[0]) - sentence.clause_of(self.quantity.start))

    def near(self, span: Span) -> float:
        """Return how near `span` stands in the quantity's own line, from 1 (beside it) towards 0."""
        if self.cell:
            return self._near_in_table(span)
        clauses = min(self.clauses_between(span), len(CLAUSE_WEIGHTS) - 1)
        return CLAUSE_WEIGHTS[clauses] / (1 + self.words_between(span) / REACH_WORDS)

    def _near_in_table(self, span: Span) -> float:
        """In a table row only the quantity's own cell and the row's label count."""
        assert self.cell is not None
        for zone in (self.cell.span, self.cell.label):
            if zone and zone[0] <= span[0] < zone[1]:
                return TABLE_WEIGHT
        return 0.0

    @cached_property
    def features(self) -> Features:
        """Return the features of the place.

        `cue` is its nearness, `cue@` says that it stands in the clause, `cue!` beside the quantity, `cue#` at the
        line's beginning, `cue^` in the heading, `cue-` in the line before; `~kind` is the nearness of a name of that
        kind.
        """
        found: Features = {}
        for cue, spans in self.document.cues(self.line).items():
            spans = [s for s in spans if not self._inside(s)]
            near = max(map(self.near, spans), default=0.0)
            if near <= 0:
                continue
            found[cue] = near
            if self.cell or any(self.clauses_between(s) == 0 for s in spans):
                found[cue + "@"] = 1.0
            if any(self.words_between(s) <= 2 and self.clauses_between(s) == 0 for s in spans):
                found[cue + "!"] = 1.0
            if self.document.words_between(self.line.start, spans[0][0]) <= OPENING_WORDS:
                found[cue + "#"] = 1.0
        if self.cell and self.cell.header:
            self._add_cues(found, self._cues_in(self.cell.header), "@")
        if self.heading:
            self._add_cues(found, self.document.cues(self.heading), "^")
        if self.previous and not self.cell:
            self._add_cues(found, self.document.cues(self.previous), "-")
        self._add_kinds(found)
        self._add_magnitude(found)
        return found

    def _inside(self, span: Span) -> bool:
        return self.quantity.start <= span[0] and span[1] <= self.quantity.end and self.quantity.unit not in ("ratio",)

    def _cues_in(self, zone: Span) -> dict[str, list[Span]]:
        line = self.document.line_at(zone[0] + 1)
        if line is None:
            return {}
        return {cue: [s for s in spans if zone[0] <= s[0] < zone[1]] for cue, spans in self.document.cues(line).items()}

    @staticmethod
    def _add_cues(found: Features, cues: dict[str, list[Span]], mark: str) -> None:
        for cue, spans in cues.items():
            if cue and spans:
                found[cue + mark] = 1.0
                if mark == "@":
                    found[cue] = max(found.get(cue, 0.0), TABLE_WEIGHT)

    def _add_kinds(self, found: Features) -> None:
        for mention in self.line.mentions:
            near = self.near((mention.start, mention.end))
            key = f"~{mention.kind if mention.known else 'unknown'}"
            if near > found.get(key, 0.0):
                found[key] = near
        for mention in self.document.title_mentions:
            if mention.known:
                found[f"~{mention.kind}^"] = 1.0

    def _add_magnitude(self, found: Features) -> None:
        if value := self.quantity.stated:
            found[f"size{min(12, max(-2, math.floor(math.log10(abs(value)))))}"] = 1.0
        found[f"bound={self.quantity.bound}"] = 1.0

    def mentions_near(self) -> list[Mention]:
        """Return the names of the quantity's line (of its cell and row label, in a table)."""
        if not self.cell:
            return self.line.mentions
        zones = [z for z in (self.cell.span, self.cell.label) if z]
        return [m for m in self.line.mentions if any(a <= m.start < b for a, b in zones)]
