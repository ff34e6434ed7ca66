"""Who or what a claim may be about: the names at hand, each with the features of its place."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from newslens.claims.document import Document
from newslens.claims.scene import Features, Scene
from newslens.claims.types import OWN_CUES
from newslens.entities.names import Mention
from newslens.records import ClaimType

LINES_BACK = 3
_SPEAKING = ("person", "outlet", "organisation", "unknown")
_APPOSITION = re.compile(
    r"\s?[,(（，][^.;。；!?\"]{2,60}[,)），]\s?"
    r"(?:has |have |had |a |ont |avait )?(?:also |recently |déjà |lui |notamment )?"
)


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
    for mention in scene.mentions_near():
        if mention.kind in kinds and not (inside[0] <= mention.start < inside[1]):
            label = scene.cell and scene.cell.label
            origin = "label" if label and label[0] <= mention.start < label[1] else "line"
            found.append(Candidate(mention, origin))
    found += [Candidate(m, "owner") for m in _owners(document, [c.mention for c in found if c.mention], kinds)]
    back, i = 0, line.index - 1
    while i >= 0 and back < LINES_BACK:
        before = document.lines[i]
        if not (scene.cell and before.cells):  # other rows of the same table say nothing of this one
            back += 1
            found += [Candidate(m, f"back{back}") for m in before.mentions if m.kind in kinds]
        i -= 1
    if line.index + 1 < len(document.lines) and not scene.cell:
        following = document.lines[line.index + 1]
        found += [Candidate(m, "next") for m in following.mentions if m.kind in kinds]
    if scene.heading and scene.heading.index < line.index - LINES_BACK:
        found += [Candidate(m, "heading") for m in scene.heading.mentions if m.kind in kinds]
    found += [Candidate(m, "title") for m in document.title_mentions if m.kind in kinds]
    if line.index > LINES_BACK and document.lines:
        found += [Candidate(m, "opening") for m in document.lines[0].mentions if m.kind in kinds]
    return found


_TIER = re.compile(r"(?<![A-Za-z])(Plus|Pro|Max|Ultra|Team|Business|Enterprise|Go|Premium|Advanced)(?![A-Za-z])")


def plans(scene: Scene) -> list[Candidate]:
    """Return the plans whose tier alone the line names: "Plus" where the article speaks of ChatGPT or its maker."""
    document, line = scene.document, scene.line
    spoken = {m.name for m in document.mentions} | {m.name for m in document.title_mentions}
    found = []
    for match in _TIER.finditer(document.view.norm, line.start, line.end):
        tier = " " + match.group(1)
        for name in document.names:
            if (
                name.kind == "product"
                and name.canonical.endswith(tier)
                and spoken & {name.owner, name.canonical.removesuffix(tier)}
            ):
                found.append(
                    Candidate(Mention(match.start(), match.end(), name.canonical, "product", True, 0.6), "plan")
                )
    return found


def _owners(document: Document, mentions: Sequence[Mention], kinds: Sequence[str]) -> list[Mention]:
    """Return who makes the models and products of a line that does not name them: "the maker of ChatGPT"."""
    if "organisation" not in kinds:
        return []
    present = {m.name for m in mentions}
    owned = [(m, document.names.owner(m.name)) for m in mentions if m.kind in ("model", "product", "project")]
    return [replace(m, name=owner, kind="organisation") for m, owner in owned if owner and owner not in present]


def name_counts(document: Document) -> dict[str, int]:
    """Return how often each name stands in the article."""
    counts: dict[str, int] = {}
    for mention in document.mentions:
        counts[mention.name] = counts.get(mention.name, 0) + 1
    return counts


def add_rivals(found: Sequence[Features], candidates: Sequence[Candidate]) -> None:
    """Add what only the comparison of candidates tells: another one is bound to the figure, or stands nearer.

    Each list of features belongs to the candidate of the same place.
    """
    bound = [i for i, f in enumerate(found) if "after, for" in f and "after, figure between" not in f]
    ahead = [i for i, f in enumerate(found) if "before, clause 0" in f and "before, figure between" not in f]
    nearest = _nearest_lines(candidates)
    for i, features in enumerate(found):
        if candidates[i].mention is None:
            continue
        if bound and i not in bound:
            features["another after, for"] = 1.0
        if ahead and i not in ahead:
            features["another before in clause"] = 1.0
        mention = candidates[i].mention
        rank = _ORIGINS.get(candidates[i].origin, 0)
        if rank and mention is not None:
            side = "nearest" if nearest[mention.kind] >= rank else "not nearest"
            features[f"{side} of its kind"] = 1.0
            features[f"{side} of its kind, {candidates[i].origin}"] = 1.0
            if "the company" in features or "the model" in features:
                features[f"the company, {side}"] = 1.0


_ORIGINS = {"back1": 1, "back2": 2, "back3": 3, "heading": 4, "title": 5, "opening": 6}


def _nearest_lines(candidates: Sequence[Candidate]) -> dict[str, int]:
    """Return how far back the nearest name of each kind stands."""
    nearest: dict[str, int] = {}
    for candidate in candidates:
        if candidate.mention is not None:
            rank = _ORIGINS.get(candidate.origin, 0)
            nearest[candidate.mention.kind] = min(nearest.get(candidate.mention.kind, 9), rank)
    return nearest


@dataclass(frozen=True, slots=True)
class Before:
    """What was decided before: the subject of the claim before in this line, of the last one, of the same figure."""

    in_line: str | None
    last: str | None
    same_figure: str | None = None


def features_of(
    scene: Scene, candidate: Candidate, claim_type: ClaimType, before: Before, counts: dict[str, int]
) -> Features:
    """Return the features of one candidate for the subject or object of a claim of `claim_type`."""
    mention = candidate.mention
    if mention is None:
        alone = not scene.mentions_near()
        return {"none": 1.0, f"{claim_type}|none": 1.0, "none, no name in line": float(alone)}
    document, line = scene.document, scene.line
    features: Features = {
        f"kind={mention.kind}": 1.0,
        f"{claim_type}|kind={mention.kind}": 1.0,
        f"from={candidate.origin}": 1.0,
    }
    if _most_named(document, mention, counts):
        features["most named of its kind"] = 1.0
        features[f"most named of its kind, {candidate.origin}"] = 1.0
    if mention.name == before.in_line:
        features["subject before in line"] = 1.0
        if _new_name_since(scene, mention):
            features["subject before in line, another name since"] = 1.0
    if mention.name == before.last:
        features["last subject"] = 1.0
    if mention.name == before.same_figure:
        features["subject of the same figure"] = 1.0
    owner = document.names.owner(mention.name)
    if owner and any(m.name == owner for m in line.mentions):
        features["its owner in line"] = 1.0
    if any(
        document.names.owner(m.name) == mention.name
        for m in scene.mentions_near()
        if m.kind in ("model", "product", "project")
    ):
        features["owner of another in line"] = 1.0
        features[f"{claim_type}|owner of another in line"] = 1.0
    if candidate.origin in ("line", "owner", "plan"):
        if _before_figure(document.cues(line).get("anaphor_company"), scene) and any(
            mention.end <= s[0] and s[1] <= scene.quantity.start for s in document.cues(line)["anaphor_company"]
        ):
            features["the company nearer"] = 1.0
        _add_place(features, scene, mention, claim_type)
    else:
        _add_line_place(features, document, mention, candidate.origin)
        anaphors = document.cues(line)
        if mention.kind == "model" and _before_figure(anaphors.get("anaphor_model"), scene):
            features["the model"] = 1.0
            features["the model, last subject"] = float(mention.name == before.last)
        if mention.kind in ("organisation", "unknown") and _before_figure(anaphors.get("anaphor_company"), scene):
            features["the company"] = 1.0
            features["the company, last subject"] = float(mention.name == before.last)
            if "anaphor_chipmaker" in anaphors:
                features[f"the chipmaker, {_makes_chips(document, mention.name)}"] = 1.0
            features["the company, most named"] = float(_most_named(document, mention, counts))
        if "pronoun" in anaphors:
            features[f"pronoun, {candidate.origin}"] = 1.0
        if not line.mentions:
            features[f"no name in line, {candidate.origin}"] = 1.0
    if line.is_heading is False and scene.heading and any(m.name == mention.name for m in scene.heading.mentions):
        features["in heading"] = 1.0
    return features


def _most_named(document: Document, mention: Mention, counts: dict[str, int]) -> bool:
    """Tell whether no other name of its kind stands in the article more often."""
    most = max((counts[m.name] for m in document.mentions if m.kind == mention.kind), default=0)
    return counts.get(mention.name, 0) >= max(most, 2)


def _makes_chips(document: Document, name: str) -> bool:
    return name in document.names.chip_vendors


def _before_figure(spans: Sequence[tuple[int, int]] | None, scene: Scene) -> bool:
    return any(end <= scene.quantity.start for _, end in spans or ())


def _new_name_since(scene: Scene, mention: Mention) -> bool:
    """Tell whether another name stands between the last quantity before and this one."""
    ends = [q.end for q in scene.line.quantities if q.end <= scene.quantity.start]
    since = max(ends, default=scene.line.start)
    return any(since <= m.start < scene.quantity.start and m.name != mention.name for m in scene.line.mentions)


def _add_place(features: Features, scene: Scene, mention: Mention, claim_type: ClaimType) -> None:
    span = (mention.start, mention.end)
    low, quantity = scene.document.view.low, scene.quantity
    side = "before" if mention.end <= quantity.start else "after"
    words, clauses = scene.words_between(span), scene.clauses_between(span)
    features[f"{side}"] = 1.0
    features[f"{side}, near"] = scene.near(span)
    features[f"{claim_type}|{side}"] = 1.0
    features[f"{side}, clause {min(clauses, 3)}"] = 1.0
    if words <= 3 and clauses == 0:
        features[f"{side}, beside"] = 1.0
        features[f"{claim_type}|{side}, beside"] = 1.0
    others = [m for m in scene.line.mentions if m.name != mention.name]
    lo, hi = (mention.end, quantity.start) if side == "before" else (quantity.end, mention.start)
    between = sum(lo <= m.start < hi for m in others)
    features[f"{side}, names between"] = math.log1p(between)
    if any(lo <= q.start < hi for q in scene.line.quantities):
        features[f"{side}, figure between"] = 1.0
    cues = scene.document.cues(scene.line)
    if side == "after" and _ends_near(low, cues.get("possessive_after", []), mention.start, words=2) and words <= 5:
        features["after, for"] = 1.0
        features[f"{claim_type}|after, for"] = 1.0
    if _ends_near(low, cues.get("compare", []), mention.start):
        features[f"{side}, compared with"] = 1.0
        features[f"{claim_type}|{side}, compared with"] = 1.0
    if _ends_near(low, cues.get("while", []), mention.start):
        features[f"{side}, while"] = 1.0
    if way_of_saying(scene, mention):
        features["said so"] = 1.0
        features[f"{claim_type}|said so"] = 1.0
    if scene.line.mentions and mention is scene.line.mentions[0]:
        features["first of line"] = 1.0
    clause = scene.line.sentence.clause_of(mention.start)
    if not any(
        m.start < mention.start and scene.line.sentence.clause_of(m.start) == clause for m in scene.line.mentions
    ):
        features["first of clause"] = 1.0
    fits = alignment(scene, mention)
    if fits is not None:
        features["aligned" if fits else "misaligned"] = 1.0
    _add_neighbours(features, scene, mention, claim_type)
    followers = [m for m in others if 0 <= m.start - mention.end <= 4]
    if any(scene.document.names.owner(m.name) == mention.name for m in followers):
        features["owner beside"] = 1.0


def _add_neighbours(features: Features, scene: Scene, mention: Mention, claim_type: ClaimType) -> None:
    """Add what stands right beside the name: small words ("in X", X的) and the type's own cues ("shares of X")."""
    low = scene.document.view.low
    side = "before" if mention.end <= scene.quantity.start else "after"
    cues = scene.document.cues(scene.line)
    if mention.kind == "country" and _ends_near(low, cues.get("locative", []), mention.start):
        features["a place"] = 1.0
    own = [span for cue in OWN_CUES[claim_type] for span in cues.get(cue, [])]
    if any(end <= mention.start and _beside(low[end : mention.start]) for _, end in own):
        features["own cue before it"] = 1.0
    if any(start >= mention.end and _beside(low[mention.end : start]) for start, _ in own):
        features["own cue after it"] = 1.0
    before = re.search(
        r"(?:^|[\s\"'(（])([a-zà-ÿ]{1,6}'?)\s?$|([\u4e00-\u9fff])$",
        low[max(scene.line.start, mention.start - 8) : mention.start],
    )
    if before:
        features[f"{side}, word before: {(before.group(1) or before.group(2)).strip()}"] = 1.0
    after = re.match(r"('s|,|，|、|\(|（)|\s([a-zà-ÿ]{1,6})\b|([\u4e00-\u9fff])", low[mention.end : mention.end + 8])
    if after:
        features[f"{side}, word after: {next(g for g in after.groups() if g)}"] = 1.0


def _beside(gap: str) -> bool:
    return len(gap) <= 12 and gap.strip(" '\"").count(" ") <= 1 and not _crosses(gap)


def _add_line_place(features: Features, document: Document, mention: Mention, origin: str) -> None:
    line = document.line_at(mention.start) if origin.startswith("back") else None
    if line is None:
        return
    if line.mentions and mention is line.mentions[0]:
        features["first of its line"] = 1.0
        features[f"first of its line, {origin}"] = 1.0
    if line.mentions and mention is line.mentions[-1]:
        features["last of its line"] = 1.0
    if line.is_heading:
        features[f"heading, {origin}"] = 1.0
    if not any(m.kind == mention.kind and m.name != mention.name for m in line.mentions):
        features[f"alone of its kind, {origin}"] = 1.0


def _ends_near(low: str, spans: Sequence[tuple[int, int]], at: int, *, words: int = 1) -> bool:
    """Tell whether a cue ends right before offset `at`, with at most so many words between."""
    for _, end in spans:
        if 0 <= at - end <= 14 * words:
            gap = low[end:at].strip(" \"'*_(«“")
            if gap.count(" ") < words and len(gap) <= 12 * words and not _crosses(gap):
                return True
    return False


def way_of_saying(scene: Scene, mention: Mention) -> str | None:
    """Return how words of saying belong to the name, or None.

    `according` "according to X", `says` "X said", `says, aside` "X, who runs Y, said", `said by` "said X".
    """
    cues = scene.document.cues(scene.line)
    low = scene.document.view.low
    if _ends_near(low, cues.get("said_before", []), mention.start):
        return "according"
    for start, end in cues.get("said_after", []):
        if start >= mention.end:
            gap = low[mention.end : start]
            if len(gap) <= 24 and gap.count(" ") <= 3 and not _crosses(gap):
                return "says"
            if mention.kind in _SPEAKING and len(gap) <= 70 and _APPOSITION.fullmatch(gap):
                return "says, aside"
        elif end <= mention.start and mention.start - end <= 3 and mention.kind in _SPEAKING:
            return "said by"  # said Goto, affirme Inès Kadri
    return None


def _crosses(gap: str) -> bool:
    return any(sign in gap for sign in "，。；;.!?！？,")


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
