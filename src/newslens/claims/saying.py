"""Whose words a line gives: which names the words of saying belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newslens.claims.scene import Scene
from newslens.entities.names import Mention

_SPEAKING = ("person", "outlet", "organisation", "unknown")
_APPOSITION = re.compile(
    r"\s?[,(（，][^.;。；!?\"]{2,60}[,)），]\s?"
    r"(?:has |have |had |a |ont |avait )?(?:also |recently |déjà |lui |notamment )?"
)


def way_of_saying(scene: Scene, mention: Mention) -> str | None:
    """Return how words of saying belong to the name, or None.

    `according` "according to X", `says` "X said", `says, aside` "X, who runs Y, said", `said by` "said X",
    `document` "X's report says", "according to the report of X".
    """
    cues = scene.document.cues(scene.line)
    low = scene.document.view.low
    if ends_near(low, cues.get("said_before", []), mention.start):
        return "according"
    if paper := document_beside(scene, mention):
        before, after = cues.get("said_before", []), cues.get("said_after", [])
        if ends_near(low, before, min(paper[0], mention.start), words=3) or any(
            0 <= start - max(paper[1], mention.end) <= 24
            and not crosses_clause(low[max(paper[1], mention.end) : start])
            for start, _ in after
        ):
            return "document"
    for start, end in cues.get("said_after", []):
        if start >= mention.end:
            gap = low[mention.end : start]
            if len(gap) <= 24 and gap.count(" ") <= 3 and not crosses_clause(gap):
                return "says"
            if mention.kind in _SPEAKING and len(gap) <= 70 and _APPOSITION.fullmatch(gap):
                return "says, aside"
        elif end <= mention.start and mention.start - end <= 3 and mention.kind in _SPEAKING:
            return "said by"  # said Goto, affirme Inès Kadri
    return None


def document_beside(scene: Scene, mention: Mention) -> tuple[int, int] | None:
    """Return the span of a report, paper or data set beside the name: "X's filing", « données de X », X数据."""
    low = scene.document.view.low
    for start, end in scene.document.cues(scene.line).get("document", []):
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
    for _, end in spans:
        if 0 <= at - end <= 14 * words:
            gap = low[end:at].strip(" \"'*_(«“")
            if gap.count(" ") < words and len(gap) <= 12 * words and not crosses_clause(gap):
                return True
    return False


def crosses_clause(gap: str) -> bool:
    return any(sign in gap for sign in "，。；;.!?！？,")
