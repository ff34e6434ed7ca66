"""From a model's scores for pieces of words to names: whole words, legal sequences, exact characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from newslens.languages.nlp import HAN

if TYPE_CHECKING:
    import numpy as np

Span = tuple[int, int]
_HAN = re.compile(f"[{HAN}]")
LABELS = ("PER", "ORG", "LOC", "PROD")
TAGS = ("O", *(f"{prefix}-{label}" for label in LABELS for prefix in "BI"))
"""What a model tells of a word: no name, or the first or a further word of one."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A name as a model sees it.

    Offsets: `start`, `end` in code points of the text, end exclusive.
    Units:   `score` is the mean probability of its words, 0 to 1.
    """

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text and the pieces it is made of; a Han character may share its piece with its neighbours."""

    start: int
    end: int
    pieces: tuple[int, ...]


def find_words(text: str, offsets: Sequence[Span]) -> list[Word]:
    """Return the words that the pieces at `offsets` make: a run of letters and digits is one, a Han piece another."""
    words: list[Word] = []
    for number, (start, end) in enumerate(offsets):
        while start < end and text[start].isspace():
            start += 1
        if start == end:
            continue
        last = words[-1] if words else None
        if last is not None and last.end == start and _joins(text, start):
            words[-1] = Word(last.start, end, (*last.pieces, number))
        elif last is not None and last.end > start:  # one character in two pieces
            words[-1] = Word(last.start, max(end, last.end), (*last.pieces, number))
        else:
            words.append(Word(start, end, (number,)))
    return words


def _joins(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    return before.isalnum() and after.isalnum() and not _HAN.match(before) and not _HAN.match(after)


def decode(
    text: str, offsets: Sequence[Span], probabilities: np.ndarray[Any, Any], tags: Sequence[str]
) -> list[Entity]:
    """Return the names of a text.

    A word's probability is the mean over its pieces; the best legal sequence of tags is taken (an `I-` goes on only
    with the label before it).
    Shape:   `probabilities` is pieces by tags, rows summing to 1.
    Offsets: `offsets` gives each piece's characters in `text`; a piece without any (start = end) is left out.
    """
    import numpy as np

    words = find_words(text, offsets)
    if not words:
        return []
    means = probabilities[[word.pieces[0] for word in words]]
    for row, word in zip(means, words, strict=True):
        if len(word.pieces) > 1:
            mean = probabilities[list(word.pieces)].sum(axis=0) / np.float32(len(word.pieces))
            row[:] = _as_one_word(mean, probabilities[word.pieces[0]], tags)
    path = _best_path(np.log(means + 1e-9), tags)
    entities: list[Entity] = []
    scores: list[float] = []
    labels = [tag.partition("-")[2] for tag in tags]
    for word, tag, row in zip(words, path, means, strict=True):
        label = labels[tag]
        if not label:
            scores = []
            continue
        score = float(sum(row[i] for i, other in enumerate(labels) if other == label))
        if scores and tags[tag].startswith("I-"):
            scores.append(score)
            entities[-1] = Entity(entities[-1].start, word.end, label, sum(scores) / len(scores))
        else:
            scores = [score]
            entities.append(Entity(word.start, word.end, label, score))
    return [e for e in entities if any(sign.isalnum() for sign in text[e.start : e.end])]  # an emoji is no name


def _as_one_word(mean: np.ndarray[Any, Any], first: np.ndarray[Any, Any], tags: Sequence[str]) -> np.ndarray[Any, Any]:
    """Return the mean with each label's mass shared between B and I as on the first piece: "Deep|Seek" begins once."""
    shared = mean.copy()
    for begin, tag in enumerate(tags):
        if tag.startswith("B-"):
            inside = tags.index(f"I-{tag[2:]}")
            mass = mean[begin] + mean[inside]
            share = first[begin] / max(first[begin] + first[inside], 1e-9)
            shared[begin], shared[inside] = mass * share, mass * (1 - share)
    return shared


def _best_path(logs: np.ndarray[Any, Any], tags: Sequence[str]) -> list[int]:
    """Return the most probable sequence of tags in which each `I-x` follows a `B-x` or `I-x`."""
    import numpy as np

    first, allowed = _transitions(tuple(tags))
    best = logs[0] + first
    back: list[np.ndarray[Any, Any]] = []
    columns = np.arange(len(tags))
    for row in logs[1:]:
        through = best[:, None] + allowed
        before = through.argmax(axis=0)
        back.append(before)
        best = through[before, columns] + row
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]


@cache
def _transitions(tags: tuple[str, ...]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return what is added for the first tag, and for each tag after each other: nothing, or what forbids it."""
    import numpy as np

    first = np.array([-np.inf if tag.startswith("I-") else 0.0 for tag in tags])
    allowed = np.zeros((len(tags), len(tags)))
    for after, tag in enumerate(tags):
        if tag.startswith("I-"):
            for before, other in enumerate(tags):
                if other.partition("-")[2] != tag[2:]:
                    allowed[before, after] = -np.inf
    return first, allowed
