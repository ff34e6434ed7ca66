"""Whose words a line gives: which names the words of saying belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newslens.claims.scene import Scene
from newslens.claims.spans import mentions_starting, touching
from newslens.entities.names import Mention

_TITLE_REACH, _ASIDE_REACH = 150, 70  # characters between a name and its words of saying
_ROLE_WORDS = 8  # words between "according to" and the name: "January data from the product tracker X"
_SPEAKING = ("person", "outlet", "organisation", "unknown")
# "calcule l'ingénieure X", "reckons analyst X", « écrivent les analystes de X »: a role in lower case, no clause
_TITLE = re.compile(
    r"\s(?!(?:that|it|he|she|they|to|by|on|in|at|for|que|qu'|à|avoir|être|il|elle|par|sur|en|pour)\b)"
    r"(?:[a-zà-ÿ-]+(?:'s)?[\s']){1,5}"
)
_THAT = re.compile(r"\s?(?:that\b|que\b|qu'|avoir\b|être\b|to have\b|[,，:：]|\"|“|«|「)")
_END = re.compile(r"\s?(?:[.,;。，；)）]|$)")
_APPOSITION = re.compile(
    r"\s?[,(（，][^.;。；!?\"]{2,60}[,)），]\s?"
    r"(?:has |have |had |a |ont |avait )?(?:also |recently |déjà |lui |notamment )?"
)


@dataclass(frozen=True, slots=True)
class Saying:
    """How words of saying belong to a name.

    `way`: `according` "according to X", `according, titled` "according to data of the tracker X", `says` "X said",
    `says, aside` "X, who runs Y, said", `said by` "said X",
    `said by, titled` "said analyst X", `document` "X's report says". `words`: the words of saying themselves.
    `frame`: `that` before what is said ("X said that", X表示，), `aside` within it (", X said."), else `plain`.
    """

    way: str
    words: str
    frame: str


def way_of_saying(scene: Scene, mention: Mention) -> Saying | None:
    """Return how words of saying belong to the name, or None."""
    cues = scene.document.cues(scene.line)
    low = scene.document.view.low
    before, after = cues.get("said_before", []), cues.get("said_after", [])
    if span := cue_ending_near(low, before, mention.start):
        return _saying(scene, "according", span, (span[0], mention.end))
    if paper := document_beside(scene, mention):
        start, end = min(paper[0], mention.start), max(paper[1], mention.end)
        if span := cue_ending_near(low, before, start, words=3):
            return _saying(scene, "document", span, (span[0], end))
        for span in touching(after, end, end + 24):
            if 0 <= span[0] - end <= 24 and not crosses_clause(low[end : span[0]]):
                return _saying(scene, "document", span, (start, span[1]))
    for span in touching(after, mention.start - _TITLE_REACH, mention.end + _ASIDE_REACH):
        start, end = span
        if start >= mention.end:
            gap = low[mention.end : start]
            if len(gap) <= 24 and gap.count(" ") <= 3 and not crosses_clause(gap):
                return _saying(scene, "says", span, (mention.start, end))
            if mention.kind in _SPEAKING and len(gap) <= _ASIDE_REACH and _APPOSITION.fullmatch(gap):
                return _saying(scene, "says, aside", span, (mention.start, end))
        elif end <= mention.start and mention.kind in _SPEAKING:
            if mention.start - end <= 3:
                return _saying(scene, "said by", span, (start, mention.end))  # said Goto, affirme Inès Kadri
            if _TITLE.fullmatch(scene.document.view.norm, end, mention.start):
                return _saying(scene, "said by, titled", span, (start, mention.end))
    titled = cue_ending_near(low, before, mention.start, words=_ROLE_WORDS)
    if titled and not mentions_starting(scene.line.mentions, titled[1], mention.start):
        return _saying(scene, "according, titled", titled, (titled[0], mention.end))
    return None


def _saying(scene: Scene, way: str, words: tuple[int, int], whole: tuple[int, int]) -> Saying:
    """Return a way of saying with the words of it and what frames the `whole`, name and words."""
    low, line = scene.document.view.low, scene.line
    begins = low[line.start : whole[0]].strip(" \"'«»*_>-•")
    if _THAT.match(low, whole[1]):
        frame = "that"
    elif begins.endswith((",", "，", '"', "”", "»")) and _END.match(low, whole[1]):
        frame = "aside"
    else:
        frame = "plain"
    return Saying(way, low[words[0] : words[1]], frame)


def document_beside(scene: Scene, mention: Mention) -> tuple[int, int] | None:
    """Return the span of a report, paper or data set beside the name: "X's filing", « données de X », X数据."""
    low = scene.document.view.low
    documents = scene.document.cues(scene.line).get("document", [])
    for start, end in touching(documents, mention.start - 20, mention.end + 20):
        if mention.end <= start:
            gap = low[mention.end : start]
        elif end <= mention.start:
            gap = low[end : mention.start]
        else:
            continue
        if len(gap) <= 20 and gap.count(" ") <= 3 and not crosses_clause(gap):
            return start, end
    return None


def ends_near(low: str, spans: Sequence[tuple[int, int]], at: int, *, words: int = 1) -> bool:
    """Tell whether a cue ends right before offset `at`, with at most so many words between."""
    return cue_ending_near(low, spans, at, words=words) is not None


def cue_ending_near(low: str, spans: Sequence[tuple[int, int]], at: int, *, words: int = 1) -> tuple[int, int] | None:
    """Return the cue that ends right before offset `at`, with at most so many words between."""
    for start, end in touching(spans, at - 14 * words, at):
        if 0 <= at - end <= 14 * words:
            gap = low[end:at].strip(" \"'*_(«“")
            if gap.count(" ") < words and len(gap) <= 12 * words and not crosses_clause(gap):
                return start, end
    return None


def crosses_clause(gap: str) -> bool:
    return any(sign in gap for sign in "，。；;.!?！？,")
