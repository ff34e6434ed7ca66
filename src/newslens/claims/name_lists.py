"""Lists of names beside lists of as many figures: "A, B and C fell 17%, 19% and 12%"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newslens.claims.scene import Scene
from newslens.entities.names import Mention

# A name's other form or ticker in brackets belongs to it: 辉达(Nvidia)及亚马逊(Amazon)
_LISTED = re.compile(
    r"(?:\s?[(（][^()（）]{1,24}[)）])?[\s,，、/]*(?:and|et|和|及|与|以及)?[\s,，、]*(?:the |le |la |l'|les )?"
)


def alignment(scene: Scene, mention: Mention) -> bool | None:
    """Tell whether the name stands in a list of names where the quantity stands in a list of as many figures.

    None where there are no two such lists: "A, B and C fell 17%, 19% and 12%", 豆包、千问月活分别为3.45亿、1.66亿.
    """
    low, line = scene.document.view.low, scene.line
    figures = _run(low, [(q.start, q.end) for q in line.quantities], (scene.quantity.start, scene.quantity.end))
    if len(figures) < 2:
        return None
    names = [m for m in line.mentions if m.end <= figures[0][0] and m.kind == mention.kind]
    names = [m for i, m in enumerate(names) if not i or (m.name, low[m.start - 1]) != (names[i - 1].name, "(")]
    listed = _run(low, [(m.start, m.end) for m in names], (names[-1].start, names[-1].end)) if names else []
    if len(listed) != len(figures) or (mention.start, mention.end) not in listed:
        return None
    return listed.index((mention.start, mention.end)) == figures.index((scene.quantity.start, scene.quantity.end))


def _run(low: str, spans: Sequence[tuple[int, int]], member: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the spans around `member` with nothing but list signs between them."""
    if member not in spans:
        return []
    i = j = spans.index(member)
    while i > 0 and _LISTED.fullmatch(low, spans[i - 1][1], spans[i][0]):
        i -= 1
    while j + 1 < len(spans) and _LISTED.fullmatch(low, spans[j][1], spans[j + 1][0]):
        j += 1
    return list(spans[i : j + 1])
