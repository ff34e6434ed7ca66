"""What stands around one quantity, as named features: cue words and names by how near they are."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from newslens.claims.document import Cell, Document, Line
from newslens.claims.spans import FEW, Span, around, mentions_starting, starting
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
        passed: list[Line] = []
        line = self.heading
        while line is not None and not line.mentions and "section" not in line.found:
            passed.append(line)
            line = None if line.heading is None else self.document.lines[line.heading]
        if line is not None:
            line = line.found.get("section", line)
        for heading in passed:  # those below need not go all the way again
            heading.found["section"] = line
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
        i = bisect_right(ends, self.quantity.start)
        return ends[i - 1] if i else self.line.start, ends[i] if i < len(ends) else self.line.end

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

    def nearest(self, spans: Sequence[Span]) -> Sequence[Span]:
        """Return, of spans in the quantity's line, those among which the nearest is."""
        if len(spans) <= FEW:
            return spans
        found = list(around(spans, self.quantity.start, self.quantity.end))
        if self.cell:
            for zone in (self.cell.span, self.cell.label):
                found += starting(spans, *zone)[:1] if zone else []
        return found

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
            first = next((s for s in spans if not self._inside(s)), None)
            spans = [s for s in self.nearest(spans) if not self._inside(s)]
            near = max(map(self.near, spans), default=0.0)
            if near <= 0 or first is None:
                continue
            found[cue] = near
            if self.cell or any(self.clauses_between(s) == 0 for s in spans):
                found[cue + "@"] = 1.0
            if any(self.words_between(s) <= 2 and self.clauses_between(s) == 0 for s in spans):
                found[cue + "!"] = 1.0
            if self.document.words_between(self.line.start, first[0]) <= OPENING_WORDS:
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
        return {cue: list(starting(spans, *zone)) for cue, spans in self.document.cues(line).items()}

    @staticmethod
    def _add_cues(found: Features, cues: dict[str, list[Span]], mark: str) -> None:
        for cue, spans in cues.items():
            if cue and spans:
                found[cue + mark] = 1.0
                if mark == "@":
                    found[cue] = max(found.get(cue, 0.0), TABLE_WEIGHT)

    def _add_kinds(self, found: Features) -> None:
        for kind, spans in self.line.once("kinds", self._spans_of_kinds).items():
            near = max(map(self.near, self.nearest(spans)))
            if near > 0:
                found[f"~{kind}"] = near
        for kind in self.document.title_kinds:
            found[f"~{kind}^"] = 1.0

    def _spans_of_kinds(self) -> dict[str, list[Span]]:
        spans: dict[str, list[Span]] = {}
        for mention in self.line.mentions:
            spans.setdefault(mention.kind if mention.known else "unknown", []).append((mention.start, mention.end))
        return spans

    def _add_magnitude(self, found: Features) -> None:
        if value := self.quantity.stated:
            found[f"size{min(12, max(-2, math.floor(math.log10(abs(value)))))}"] = 1.0
        found[f"bound={self.quantity.bound}"] = 1.0

    @cached_property
    def owners_near(self) -> frozenset[str | None]:
        """Who makes the models and products that are named near."""
        if not self.cell:
            return self.line.once("owners", lambda: self._owners(self.line.mentions))
        return self._owners(self.mentions_near())

    def _owners(self, mentions: Sequence[Mention]) -> frozenset[str | None]:
        owner = self.document.names.owner
        return frozenset(owner(m.name) for m in mentions if m.kind in ("model", "product", "project"))

    def mentions_near(self) -> Sequence[Mention]:
        """Return the names of the quantity's line (of its cell and row label, in a table)."""
        if not self.cell:
            return self.line.mentions
        zones = sorted(z for z in (self.cell.span, self.cell.label) if z)
        return [m for zone in zones for m in mentions_starting(self.line.mentions, *zone)]
