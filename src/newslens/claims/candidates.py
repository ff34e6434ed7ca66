"""Who or what a claim may be about: the names at hand, near and far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newslens.claims.document import Document, Line
from newslens.claims.scene import Scene
from newslens.claims.spans import nearest_mentions
from newslens.entities.names import Mention

LINES_BACK = 3
ROWS_BACK = 60  # rows of the same table that are passed over on the way back
NAMES_NEAR = 40  # names of one line that are weighed: a line of thousands is no sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may fill a column; `origin` tells where it stands: `line`, `label`, `heading`, `title`, `back1`…"""

    mention: Mention | None
    origin: str

    @property
    def name(self) -> str | None:
        return None if self.mention is None else self.mention.name


def gather(scene: Scene, kinds: Sequence[str]) -> list[Candidate]:
    """Return the candidates for a column in reading order, the empty one first."""
    found = [Candidate(None, "none")]
    document, line = scene.document, scene.line
    inside = (scene.quantity.start, scene.quantity.end)

    def near(mentions: Sequence[Mention]) -> Sequence[Mention]:
        return nearest_mentions(mentions, scene.quantity.start, NAMES_NEAR)

    for mention in near(scene.mentions_near()):
        if mention.kind in kinds and not (inside[0] <= mention.start < inside[1]):
            label = scene.cell and scene.cell.label
            origin = "label" if label and label[0] <= mention.start < label[1] else "line"
            found.append(Candidate(mention, origin))
    if scene.cell:
        present = {c.mention for c in found}
        found += [Candidate(m, "row") for m in near(line.mentions) if m.kind in kinds and m not in present]
    found += [Candidate(m, "owner") for m in _owners(document, [c.mention for c in found if c.mention], kinds)]
    back, i = 0, line.index - 1
    while i >= 0 and back < LINES_BACK and line.index - i <= ROWS_BACK:
        before = document.lines[i]
        if not (scene.cell and before.cells):  # other rows of the same table say nothing of this one
            back += 1
            found += [Candidate(m, f"back{back}") for m in near(before.mentions) if m.kind in kinds]
        i -= 1
    if line.index + 1 < len(document.lines) and not scene.cell:
        following = document.lines[line.index + 1]
        found += [Candidate(m, "next") for m in near(following.mentions) if m.kind in kinds]
    if scene.section and scene.section.index < line.index - LINES_BACK:
        found += [Candidate(m, "heading") for m in near(scene.section.mentions) if m.kind in kinds]
    found += [Candidate(m, "title") for m in document.title_mentions[:NAMES_NEAR] if m.kind in kinds]
    if line.index > LINES_BACK and document.lines:
        found += [Candidate(m, "opening") for m in document.lines[0].mentions[:NAMES_NEAR] if m.kind in kinds]
    names = {c.name for c in found}
    return found + [Candidate(m, "focus") for m in document.most_named if m.kind in kinds and m.name not in names]


_TIER = re.compile(r"(?<![A-Za-z])(Plus|Pro|Max|Ultra|Team|Business|Enterprise|Go|Premium|Advanced)(?![A-Za-z])")


def plans(scene: Scene) -> list[Candidate]:
    """Return the plans whose tier alone the line names: "Plus" where the article speaks of ChatGPT or its maker."""
    mentions = scene.line.once("plans", lambda: _plans(scene.document, scene.line))
    return [Candidate(m, "plan") for m in nearest_mentions(mentions, scene.quantity.start, NAMES_NEAR)]


def _plans(document: Document, line: Line) -> list[Mention]:
    spoken = document.first_named.keys() | {m.name for m in document.title_mentions}
    found = []
    for match in _TIER.finditer(document.view.norm, line.start, line.end):
        tier = " " + match.group(1)
        tiers = [name for name in document.names if name.kind == "product" and name.canonical.endswith(tier)]
        # whose product is spoken of, rather than whose maker alone
        known = [name for name in tiers if name.canonical.removesuffix(tier) in spoken]
        for name in known or [name for name in tiers if name.owner in spoken]:
            found.append(Mention(match.start(), match.end(), name.canonical, "product", True, 0.6))
    return found


def _owners(document: Document, mentions: Sequence[Mention], kinds: Sequence[str]) -> list[Mention]:
    """Return who makes the models and products of a line that does not name them: "the maker of ChatGPT"."""
    if "organisation" not in kinds:
        return []
    present = {m.name for m in mentions}
    owned = [(m, document.names.owner(m.name)) for m in mentions if m.kind in ("model", "product", "project")]
    return [replace(m, name=owner, kind="organisation") for m, owner in owned if owner and owner not in present]
