"""Lists of names beside lists of as many figures: "A, B and C fell 17%, 19% and 12%"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from newslens.claims.document import Line
from newslens.claims.scene import Scene
from newslens.claims.spans import Span
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
    runs = line.once("runs", lambda: _runs(low, [(q.start, q.end) for q in line.quantities]))
    figures = runs.get((scene.quantity.start, scene.quantity.end))
    if figures is None or len(figures) < 2:
        return None
    first = next(iter(figures))
    listed = line.once(("listed", first, mention.kind), lambda: _listed(low, line, mention.kind, first[0]))
    if len(listed) != len(figures) or (mention.start, mention.end) not in listed:
        return None
    return listed[mention.start, mention.end] == figures[scene.quantity.start, scene.quantity.end]


def _listed(low: str, line: Line, kind: str, before: int) -> dict[Span, int]:
    """Return the places of the names in the last list of a kind that ends before an offset."""
    names = line.once(("names", kind), lambda: _names(low, line, kind))
    last = names[: bisect_right(names, before, key=lambda span: span[1])][-1:]
    return line.once(("runs", kind), lambda: _runs(low, names))[last[0]] if last else {}


def _names(low: str, line: Line, kind: str) -> list[Span]:
    """Return where names of a kind stand; one that repeats the one before, in brackets, does not count."""
    names = [m for m in line.mentions if m.kind == kind]
    kept = [m for i, m in enumerate(names) if not i or (m.name, low[m.start - 1]) != (names[i - 1].name, "(")]
    return [(m.start, m.end) for m in kept]


def _runs(low: str, spans: Sequence[Span]) -> dict[Span, dict[Span, int]]:
    """Return, of each span, the places of the spans in its list: those with nothing but list signs between them."""
    runs: dict[Span, dict[Span, int]] = {}
    run: dict[Span, int] = {}
    end: int | None = None
    for span in spans:
        if end is None or not _LISTED.fullmatch(low, end, span[0]):
            run = {}
        run[span], end = len(run), span[1]
        runs[span] = run
    return runs
