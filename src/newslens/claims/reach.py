"""Which sentences a names model reads: those whose names may decide a claim, and that hold a name it could find."""

from __future__ import annotations

import re

from newslens.claims.document import Document, Line
from newslens.claims.ranker import Judge
from newslens.claims.scene import Scene
from newslens.claims.types import Earlier, type_choices, type_features
from newslens.entities.unlisted import pack_small_words
from newslens.languages.sentences import is_row
from newslens.records import Quantity

LINES_BEFORE, LINES_BEHIND = 2, 1  # of a figure's line: where its subject or source may stand
LINES_OPENING = 3  # where an article says whom it is about
LEAST_PROMISE = 0.05
"""How likely a figure must be to state a claim, by the listed names alone, for a model to be asked for more names."""

_ALONE = Earlier(None, None, False, None)
_NAME_LIKE = re.compile(r"[\u3400-\u9fff]|(?:(?![\d_])\w)*(?:[A-Z\u00c0-\u00de]|[a-z](?=-?\d))[\w'’-]*")


def lines_to_read(document: Document, judge: Judge | None) -> list[Line]:
    """Return the lines around figures that may state a claim, and the opening, where they may hold an unlisted name.

    An article without such a figure needs no model. Without a `judge`, every figure with a unit may state one.
    """
    wanted: set[int] = set()
    for line in document.lines:
        if _promises(document, line, judge):
            wanted.update(range(line.index - LINES_BEFORE, line.index + LINES_BEHIND + 1))
    if wanted:
        wanted.update(range(LINES_OPENING))
    lines = (document.lines[i] for i in sorted(wanted) if 0 <= i < len(document.lines))
    return [line for line in lines if _may_hold_names(document, line)]


def _promises(document: Document, line: Line, judge: Judge | None) -> bool:
    if line.quantities and is_row(document.view.low[line.start : line.end]):
        return True
    figures = [q for q in line.quantities if q.unit is not None]
    return bool(figures) and (judge is None or any(_may_claim(document, line, figure, judge) for figure in figures))


def _may_claim(document: Document, line: Line, figure: Quantity, judge: Judge) -> bool:
    choices = type_choices(figure)
    if None not in choices:
        return bool(choices)
    scene = Scene(document, line, figure)
    typed = judge.choose("type", scene, choices, type_features(scene, choices, _ALONE, tokens=None))
    return 1 - typed.probabilities[choices.index(None)] >= LEAST_PROMISE


def _may_hold_names(document: Document, line: Line) -> bool:
    """Tell whether a word of the line looks like a name and is neither listed, nor a figure, nor a small word."""
    small = pack_small_words(line.pack.code)
    known = [(m.start, m.end) for m in line.mentions if m.known] + [(q.start, q.end) for q in line.quantities]
    text = document.view.text
    return any(
        match.group().lower() not in small and not any(start <= match.start() < end for start, end in known)
        for match in _NAME_LIKE.finditer(text, line.start, line.end)
    )
