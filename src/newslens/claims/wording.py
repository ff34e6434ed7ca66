"""The words around a figure, as features of what it states: they tell what no listed cue does."""

from __future__ import annotations

import re
from itertools import pairwise

from newslens.claims.scene import Features, Scene

STEM = 6  # letters of a word that count, so that its forms count as one
BESIDE, BESIDE_HAN = 4, 6  # words, or Han characters, right before and after the figure
BESIDE_SHARE, CLAUSE_SHARE = 0.5, 0.4  # less than a listed cue's, so that single words decide nothing alone
BETWEEN_SHARE = 0.4
_WORD = re.compile(r"[\u3400-\u9fff]|[a-z\u00df-\u024f]+|[%$€£¥/]|\d+")
_NAMED = re.compile(r"(?:^|\|)(?:before|after|clause|ahead|behind): ")
_REACH = 60  # characters on either side in which the words beside a figure are looked for
_CLAUSE_REACH = 200


def wording(scene: Scene) -> Features:
    """Return the words, and pairs of words, right before the figure, right after it, and in its clause.

    In a table, the words of the cell, its header and its label stand for the clause.
    """
    quantity, low = scene.quantity, scene.document.view.low
    begin, end = scene.clause
    most = BESIDE_HAN if scene.line.pack.numerals == "han" else BESIDE
    before = _words(low[max(scene.line.start, quantity.start - _REACH) : quantity.start])[-most:]
    after = _words(low[quantity.end : min(scene.line.end, quantity.end + _REACH)])[:most]
    found: Features = {f"before: {w}": BESIDE_SHARE for w in _with_pairs(before)}
    found |= {f"after: {w}": BESIDE_SHARE for w in _with_pairs(after)}
    clause = _words(low[max(begin, quantity.start - _CLAUSE_REACH) : quantity.start])
    clause += ["#", *_words(low[quantity.end : min(end, quantity.end + _CLAUSE_REACH)])]
    found |= {f"clause: {w}": CLAUSE_SHARE for w in _with_pairs(clause)}
    if scene.cell:
        for zone in (scene.cell.header, scene.cell.label):
            found |= {f"clause: {w}": CLAUSE_SHARE for w in _with_pairs(_words(low[slice(*zone)]))} if zone else {}
    return found


def words_between(scene: Scene, start: int, end: int) -> Features:
    """Return the words from a name to the figure, or from the figure to a name behind it: `start` to `end`."""
    side = "ahead" if end <= scene.quantity.start else "behind"
    words = _words(scene.document.view.low[start:end]) if end - start <= _CLAUSE_REACH else []
    return {f"{side}: {w}": BETWEEN_SHARE for w in words}


def is_word(feature: str) -> bool:
    """Tell whether a feature's name is one of these, be it under a choice ("revenue|before: sales")."""
    return _NAMED.search(feature) is not None


def _words(text: str) -> list[str]:
    return ["#" if word[0].isdigit() else word[:STEM] for word in _WORD.findall(text)]


def _with_pairs(words: list[str]) -> list[str]:
    return words + [f"{a} {b}" for a, b in pairwise(words)]
