"""Which sentences a names model reads: those whose names may decide a claim, and that hold a name it could find."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from newslens.claims.document import Document, Line
from newslens.claims.ranker import Judge
from newslens.claims.scene import Scene
from newslens.claims.spans import Span
from newslens.claims.types import Earlier, type_choices, type_features
from newslens.entities.unlisted import pack_small_words
from newslens.languages.sentences import is_row
from newslens.records import Quantity

LINES_BEFORE, LINES_BEHIND = 2, 1  # of a figure's line: where its subject or source may stand
LINES_OPENING = 3  # where an article says whom it is about
LEAST_PROMISE = 0.05
"""How likely a figure must be to state a claim, by the listed names alone, for a model to be asked for more names."""

_ALONE = Earlier(None, None, False, None)
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\d_][\w'’-]*")
_VERSIONED = re.compile(r"[a-z]-?\d")


def lines_to_read(document: Document, judge: Judge | None) -> list[Line] | None:
    """Return the lines around figures that may state a claim, and the opening, where they may hold an unlisted name.

    None where no figure may: such an article needs no model. Without a `judge`, every figure with a unit may.
    """
    wanted: set[int] = set()
    for line in document.lines:
        if _promises(document, line, judge):
            wanted.update(range(line.index - LINES_BEFORE, line.index + LINES_BEHIND + 1))
    if not wanted:
        return None
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
    known = sorted([(m.start, m.end) for m in line.mentions if m.known] + [(q.start, q.end) for q in line.quantities])
    return any(
        _is_like_name(match.group()) and match.group().lower() not in small and not _is_inside(match.start(), known)
        for match in _WORD.finditer(document.view.text, line.start, line.end)
    )


def _is_like_name(word: str) -> bool:
    """Tell whether a word bears a capital, counts as in "o4", or is of a script without capitals."""
    return any(sign.isupper() or "\u3400" <= sign <= "\u9fff" for sign in word) or bool(_VERSIONED.search(word))


def _is_inside(at: int, spans: Sequence[Span]) -> bool:
    place = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return place >= 0 and at < spans[place][1]
