"""One list of names out of three: the name base, the model, and capitals.

The base knows what it lists, and wins where the model agrees with it or sees less. The model wins where it sees a
longer name around a listed country or firm (香港宽频 around 香港), gives a kind to what only capitals told, and adds
what neither has. A name it is sure of in one sentence is that name in all sentences of the article.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace

from newslens.entities.mentions import Mention, MentionKind, longest
from newslens.entities.tagging import Entity
from newslens.languages.nlp import HAN

Span = tuple[int, int]

KINDS: dict[str, MentionKind] = {"PER": "person", "ORG": "organisation", "LOC": "place", "PROD": "product"}
SURE = 0.8
LEAST = 0.5
FIRM = 0.6
"""A name counts where its label is this probable on the mean; below `LEAST` it is not looked at."""
_SIGNS = r"\s\"“”‘’«»《》「」()（）\[\],，;；:：|*_"
_OPENING = re.compile(rf"[{_SIGNS}'.–—-]+")
_CLOSING = re.compile(rf"[{_SIGNS}–—-]+$")
_UNCLOSED = re.compile(r"[(（][^)）]*$")  # "Qianlan-2 (236B"
_CAPITALISED = re.compile(r"(?: [A-Z][A-Za-z&.-]*)+")
_ABBREVIATION = re.compile(r"(?:^|[ .])(?:[A-Za-z]|Inc|Corp|Ltd|Co|Jr|Sr|Cie|Bros|St)\.$")
_HAN = re.compile(f"[{HAN}]")
_LETTER = re.compile(rf"[^\W{HAN}]")


def merge(
    text: str,
    listed: Sequence[Mention],
    told: Sequence[Mention],
    entities: Iterable[Entity],
    figures: Sequence[Span] = (),
    no_names: Container[str] = frozenset(),
) -> list[Mention]:
    """Return the names of `text` in order, none overlapping.

    `listed` are the base's, `told` those that capitals or a stock code tell, `entities` the model's; `figures` are
    the spans of numbers with a unit, which no name of the model reaches into; `no_names` are words in lower case that
    bear capitals without being names ("API", "IA").
    """
    numbers = _Spans([Mention(start, end, "", "unknown", False, 0.0) for start, end in figures])
    cut = (_before_figure(e, numbers) for e in entities)
    found = [e for e in (_trimmed(text, e) for e in cut if e is not None) if e is not None and e.score >= LEAST]
    base, capitals = _Spans(listed), _Spans(told)
    accepted: list[Mention] = []
    beaten: set[Mention] = set()
    found = [e for e in found if text[e.start : e.end].lower() not in no_names]
    for mention in _in_full(_by_vote(text, found)):
        over = base.overlapping(mention.start, mention.end)
        if not over:
            accepted.append(_grown(text, mention, capitals))
        elif _is_longer_name(text, mention, over):
            accepted.append(mention)
            beaten.update(over)
    firms = {(m.start, m.end) for m in told if m.kind == "organisation"}  # by a stock code, whatever they sound like
    accepted = [replace(m, kind="organisation") if (m.start, m.end) in firms else m for m in accepted]
    kept = [m for m in listed if m not in beaten]
    taken = _Spans([*kept, *accepted])
    rest = [m for m in told if not taken.overlapping(m.start, m.end)]
    return sorted([*kept, *accepted, *rest], key=lambda m: m.start)


def _before_figure(entity: Entity, numbers: _Spans) -> Entity | None:
    """Return the entity, ended before a figure that begins in it ("GPT-4 Turbo |0,01 dollar"); None if it is one."""
    inside = [n for n in numbers.overlapping(entity.start, entity.end) if n.end >= entity.end]
    if not inside:
        return entity
    start = inside[0].start
    return replace(entity, end=start) if start > entity.start else None


def _trimmed(text: str, entity: Entity) -> Entity | None:
    """Return the entity without quotes, brackets and full stop at its ends; None if nothing is left."""
    start, end = entity.start, entity.end
    if opening := _OPENING.match(text[start:end]):
        start += opening.end()
    if opened := _UNCLOSED.search(text[start:end]):
        end = start + opened.start()
    if closing := _CLOSING.search(text[start:end]):
        end = start + closing.start()
    if text[start:end].endswith(".") and not _ABBREVIATION.search(text[start:end]):
        end -= 1
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    if not any(sign.isalpha() for sign in text[start:end]) or (end - start == 1 and not _HAN.match(text[start])):
        return None
    return replace(entity, start=start, end=end)


def _grown(text: str, mention: Mention, capitals: _Spans) -> Mention:
    """Return the mention with the rest of its word: "Falcon" in "Falcon-180B"."""
    for other in capitals.overlapping(mention.start, mention.end):
        if other.start == mention.start and other.end > mention.end and " " not in text[mention.end : other.end]:
            return replace(mention, end=other.end, name=other.name)
    return mention


def _by_vote(text: str, entities: Sequence[Entity]) -> list[Mention]:
    """Return the names with one kind for each, by the sum of the model's scores, at all their places in the text."""
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    seen: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        written = text[entity.start : entity.end]
        votes[written][entity.label] += entity.score
        seen[written].append(entity)
    mentions: list[Mention] = []
    for written, places in seen.items():
        best = max(entity.score for entity in places)
        if best >= FIRM:
            label = max(sorted(votes[written]), key=votes[written].__getitem__)
            starts = {entity.start for entity in places}
            if best >= SURE and len(written) >= (2 if _HAN.match(written) else 3) and not written.islower():
                starts |= set(_places(text, written))
            mentions += [
                Mention(start, start + len(written), written, KINDS[label], False, round(best, 3)) for start in starts
            ]
    return longest(mentions)


def _in_full(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions, a person's surname alone under the full name that stands before or after it."""
    full = {m.name.split()[-1]: m.name for m in mentions if m.kind == "person" and " " in m.name}
    return [replace(m, name=full.get(m.name, m.name)) if m.kind == "person" else m for m in mentions]


def _places(text: str, written: str) -> Iterator[int]:
    """Yield where a name stands as words of its own. Han has no gaps between words."""
    start = text.find(written)
    while start >= 0:
        end = start + len(written)
        if not (start and _LETTER.match(text, start - 1)) and not _LETTER.match(text, end):
            yield start
        start = text.find(written, start + 1)


def _is_longer_name(text: str, mention: Mention, over: Sequence[Mention]) -> bool:
    """Tell whether the model's name is a name of its own around a listed one: 香港宽频 around 香港, "Huawei Cloud"."""
    [listed, *others] = over
    inside = mention.start <= listed.start and listed.end <= mention.end
    longer = mention.end - mention.start > listed.end - listed.start
    if others or not inside or not longer or mention.score < SURE:
        return False
    if listed.kind == "country":
        return mention.kind != "place"
    rest = text[listed.end : mention.end]
    is_firm = listed.kind in ("organisation", "outlet") and listed.start == mention.start
    return is_firm and mention.kind == "organisation" and bool(_CAPITALISED.fullmatch(rest))


class _Spans:
    """Mentions that do not overlap, looked up by place."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._mentions = sorted(mentions, key=lambda m: m.start)
        self._starts = [m.start for m in self._mentions]

    def overlapping(self, start: int, end: int) -> list[Mention]:
        first = max(0, bisect_right(self._starts, start) - 1)
        last = bisect_left(self._starts, end)
        return [m for m in self._mentions[first:last] if m.start < end and start < m.end]
