"""Whom a claim is about and what it is compared with, chosen among the names at hand and those spoken of before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newslens.claims.bearing import Before, add_known, add_rivals, features_of
from newslens.claims.candidates import Candidate, gather, plans
from newslens.claims.document import Document
from newslens.claims.known_figures import told_of
from newslens.claims.ranker import Decision, Judge
from newslens.claims.scene import Scene
from newslens.claims.spans import mentions_starting
from newslens.records import ClaimType, Quantity

SUBJECT_KINDS = (
    "organisation",
    "model",
    "product",
    "index",
    "country",
    "project",
    "chip",
    "person",
    "outlet",
    "place",
    "unknown",
)
OBJECT_KINDS: dict[str, tuple[str, ...]] = {
    "chip_count": ("chip", "organisation"),
    "cost_ratio": ("model", "organisation", "country", "product", "chip", "project", "place", "unknown"),
}
BY_LISTED_FIRM: frozenset[ClaimType] = frozenset(
    ("share_price_change", "market_value_change", "company_value", "revenue", "investment")
)
"""Claims that are of a firm under the name of its shares and accounts: of Alphabet, where the text says Google."""
SUBJECTS_REMEMBERED = 2


class Subjects:
    """Chooses subjects and objects, remembering whom the lines before were about and whose each figure was."""

    def __init__(self, document: Document, judge: Judge) -> None:
        self.document = document
        self.judge = judge
        self._figures: dict[tuple[object, ...], tuple[ClaimType, str | None]] = {}
        self._recent: list[str] = []  # of the lines before, the last ones first, each once

    def note(self, quantity: Quantity, claim_type: ClaimType, subject: str | None) -> None:
        """Remember what a figure was read as."""
        self._figures[_figure(quantity)] = (claim_type, subject)

    def end_line(self, told: Sequence[str]) -> None:
        """Remember the subjects of a line, in order: the next line goes on about whom it began with."""
        self._recent = list(dict.fromkeys([*told, *self._recent]))[:SUBJECTS_REMEMBERED]

    def type_of_figure(self, quantity: Quantity) -> ClaimType | None:
        """Return what the same figure was read as before, or None."""
        return self._figures.get(_figure(quantity), (None, None))[0]

    def choose_subject(self, scene: Scene, claim_type: ClaimType, in_line: str | None) -> tuple[str | None, Decision]:
        """Return whom a claim is about, and how it was decided; `in_line` is the subject before in its line."""
        candidates = gather(scene, SUBJECT_KINDS)
        if claim_type == "subscription_price":
            candidates += plans(scene)
        same = self._subject_of_figure(scene.quantity, claim_type)
        if same is not None:
            candidates += self._again(same, "same figure", candidates)
        for subject in self._recent:
            candidates += self._again(subject, "spoken of", candidates)
        for known in sorted(told_of(scene.quantity, claim_type)):
            candidates += self._again(known, "known", candidates)
        if claim_type in BY_LISTED_FIRM:
            candidates = [self._as_listed(c) for c in candidates]
        decision = self._pick("subject", scene, candidates, claim_type, in_line)
        return candidates[decision.choice].name, decision

    def choose_object(
        self, scene: Scene, claim_type: ClaimType, subject: str | None, in_line: str | None
    ) -> tuple[str | None, Decision]:
        """Return what a claim of a type of `OBJECT_KINDS` is compared with or made of, and how it was decided."""
        inside = [
            Candidate(m, "inside")
            for m in mentions_starting(scene.line.mentions, scene.quantity.start, scene.quantity.end)
            if m.kind in OBJECT_KINDS[claim_type]
        ]
        around = [c for c in gather(scene, OBJECT_KINDS[claim_type]) if c.name is None or c.name != subject]
        candidates = around + inside
        decision = self._pick("object", scene, candidates, claim_type, in_line)
        return candidates[decision.choice].name, decision

    def _subject_of_figure(self, quantity: Quantity, claim_type: ClaimType) -> str | None:
        same = self._figures.get(_figure(quantity))
        return same[1] if same and same[0] == claim_type else None

    def _again(self, name: str, origin: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return a name that the article has as a candidate, where it is none yet."""
        if name not in self.document.first_named or name in {c.name for c in candidates}:
            return []
        return [Candidate(self.document.first_named[name], origin)]

    def _as_listed(self, candidate: Candidate) -> Candidate:
        if candidate.mention is None:
            return candidate
        listed = self.document.names.listed_as(candidate.mention.name)
        return replace(candidate, mention=replace(candidate.mention, name=listed))

    def _pick(
        self, name: str, scene: Scene, candidates: Sequence[Candidate], claim_type: ClaimType, in_line: str | None
    ) -> Decision:
        last = self._recent[0] if self._recent else None
        before = Before(in_line, last, self._subject_of_figure(scene.quantity, claim_type))
        features = [features_of(scene, c, claim_type, before) for c in candidates]
        add_rivals(features, candidates)
        if name == "subject":
            add_known(features, candidates, told_of(scene.quantity, claim_type))
        return self.judge.choose(name, scene, [c.name for c in candidates], features)


def _figure(quantity: Quantity) -> tuple[object, ...]:
    return (quantity.value_low, quantity.value_high, quantity.unit)
