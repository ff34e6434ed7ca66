"""What speaks for and against a candidate: its kind, its place, the words beside it, its rivals."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from newslens.claims.candidates import Candidate
from newslens.claims.document import Document, Line
from newslens.claims.name_lists import alignment
from newslens.claims.saying import crosses_clause, ends_near, way_of_saying
from newslens.claims.scene import Features, Scene
from newslens.claims.spans import Span, mentions_starting, quantities_starting, starting, touching
from newslens.claims.types import OWN_CUES
from newslens.claims.wording import words_between
from newslens.entities.names import Mention
from newslens.records import ClaimType


@dataclass(frozen=True, slots=True)
class Before:
    """What was decided before: the subject of the claim before in this line, of the last one, of the same figure."""

    in_line: str | None
    last: str | None
    same_figure: str | None = None


def features_of(scene: Scene, candidate: Candidate, claim_type: ClaimType, before: Before) -> Features:
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
        "times named": math.log1p(document.name_counts[mention.name]) / 2,
    }
    if not mention.known:
        features["unlisted"] = 1.0
        features[f"unlisted, kind={mention.kind}"] = 1.0
        features[f"unlisted, {candidate.origin}"] = 1.0
    if _most_named(document, mention):
        features["most named of its kind"] = 1.0
        features[f"most named of its kind, {candidate.origin}"] = 1.0
    if candidate.origin not in ("title", "focus") and _set_aside(document, scene, mention):
        features["in brackets"] = 1.0
    if mention.name == before.in_line:
        features["subject before in line"] = 1.0
        if _new_name_since(scene, mention):
            features["subject before in line, another name since"] = 1.0
    if mention.name == before.last:
        features["last subject"] = 1.0
    if mention.name == before.same_figure:
        features["subject of the same figure"] = 1.0
    owner = document.names.owner(mention.name)
    if owner and mention.kind == "organisation" and owner in document.first_named:  # a firm beside its parent
        features["its owner named"] = 1.0
        features[f"{claim_type}|its owner named"] = 1.0
    if owner and owner in line.once("names", lambda: {m.name for m in line.mentions}):
        features["its owner in line"] = 1.0
    if mention.name in scene.owners_near:
        features["owner of another in line"] = 1.0
        features[f"{claim_type}|owner of another in line"] = 1.0
    if candidate.origin in ("line", "owner", "plan"):
        if _before_figure(document.cues(line).get("anaphor_company"), scene) and any(
            s[1] <= scene.quantity.start
            for s in starting(document.cues(line)["anaphor_company"], mention.end, scene.quantity.start)[:1]
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
            features["the company, most named"] = float(_most_named(document, mention))
        if "pronoun" in anaphors:
            features[f"pronoun, {candidate.origin}"] = 1.0
        if not line.mentions:
            features[f"no name in line, {candidate.origin}"] = 1.0
    if line.is_heading is False and scene.section and any(m.name == mention.name for m in scene.section.mentions):
        features["in heading"] = 1.0
    return features


def add_rivals(found: Sequence[Features], candidates: Sequence[Candidate]) -> None:
    """Add what only the comparison of candidates tells: another one is bound to the figure, or stands nearer.

    Each list of features belongs to the candidate of the same place.
    """
    bound = [i for i, f in enumerate(found) if "after, for" in f and "after, figure between" not in f]
    ahead = [i for i, f in enumerate(found) if "before, clause 0" in f and "before, figure between" not in f]
    nearest = _nearest_lines(candidates)
    labels = {c.mention.kind for c in candidates if c.mention is not None and c.origin == "label"}
    origins: dict[str | None, set[str]] = {}
    for candidate in candidates:
        origins.setdefault(candidate.name, set()).add(candidate.origin)
    for i, features in enumerate(found):
        if candidates[i].mention is None:
            continue
        own = candidates[i].origin
        for other in origins[candidates[i].name] - {own}:
            features[f"also {other}"] = 1.0
            features[f"also {other}, {own}"] = 1.0
        features["places"] = math.log1p(len(origins[candidates[i].name]) - 1)
        if bound and i not in bound:
            features["another after, for"] = 1.0
        if ahead and i not in ahead:
            features["another before in clause"] = 1.0
        mention = candidates[i].mention
        if own == "row" and mention is not None:
            features["label of its kind" if mention.kind in labels else "label of another kind"] = 1.0
        rank = _ORIGINS.get(candidates[i].origin, 0)
        if rank and mention is not None:
            side = "nearest" if nearest[mention.kind] >= rank else "not nearest"
            features[f"{side} of its kind"] = 1.0
            features[f"{side} of its kind, {candidates[i].origin}"] = 1.0
            if "the company" in features or "the model" in features:
                features[f"the company, {side}"] = 1.0


_BRACKET = re.compile(r"[()（）]")
_BESIDE = 12  # characters
_ORIGINS = {"back1": 1, "back2": 2, "back3": 3, "heading": 4, "title": 5, "opening": 6, "focus": 7}


def add_known(found: Sequence[Features], candidates: Sequence[Candidate], of: Container[str | None]) -> None:
    """Add whether a candidate is one whom the figure is commonly told of, or another candidate is."""
    known = [candidate.name in of for candidate in candidates]
    if any(known):
        for features, is_known in zip(found, known, strict=True):
            features["figure known of it" if is_known else "figure known of another"] = 1.0


def _nearest_lines(candidates: Sequence[Candidate]) -> dict[str, int]:
    """Return how far back the nearest name of each kind stands."""
    nearest: dict[str, int] = {}
    for candidate in candidates:
        if candidate.mention is not None:
            rank = _ORIGINS.get(candidate.origin, 0)
            nearest[candidate.mention.kind] = min(nearest.get(candidate.mention.kind, 9), rank)
    return nearest


def _set_aside(document: Document, scene: Scene, mention: Mention) -> bool:
    """Tell whether the name stands in brackets in which the figure does not: "(GPT-4 is put at $100m)"."""
    line = document.line_at(mention.start)
    if line is None:
        return False
    brackets = line.once(("brackets", mention.start, mention.end), lambda: _brackets(document, line, mention))
    return brackets is not None and not (brackets[0] < scene.quantity.start < brackets[1])


def _brackets(document: Document, line: Line, mention: Mention) -> Span | None:
    """Return from where to where the brackets go in which the name stands, None where it stands in none."""
    norm = document.view.norm
    signs = line.once("signs", lambda: [m.span() for m in _BRACKET.finditer(norm, line.start, line.end)])
    ahead = starting(signs, line.start, mention.start)
    if not ahead or norm[ahead[-1][0]] in ")）":
        return None
    closes = (start for start, _ in starting(signs, mention.end, line.end) if norm[start] in ")）")
    return ahead[-1][0], next(closes, line.end)


def _most_named(document: Document, mention: Mention) -> bool:
    """Tell whether no other name of its kind stands in the article more often."""
    return document.name_counts[mention.name] >= max(document.highest_counts.get(mention.kind, 0), 2)


def _makes_chips(document: Document, name: str) -> bool:
    return name in document.names.chip_vendors


def _before_figure(spans: Sequence[Span] | None, scene: Scene) -> bool:
    return spans is not None and spans[0][1] <= scene.quantity.start


def _new_name_since(scene: Scene, mention: Mention) -> bool:
    """Tell whether another name stands between the last quantity before and this one."""
    line, at = scene.line, scene.quantity.start
    since = max(
        (q.end for q in quantities_starting(line.quantities, line.start, at)[-2:] if q.end <= at), default=line.start
    )
    return any(m.name != mention.name for m in mentions_starting(line.mentions, since, at))


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
    lo, hi = (mention.end, quantity.start) if side == "before" else (quantity.end, mention.start)
    between = len(mentions_starting(scene.line.mentions, lo, hi))
    between -= len(starting(scene.document.spans_of_names.get(mention.name, []), lo, hi))
    features[f"{side}, names between"] = math.log1p(between)
    if quantities_starting(scene.line.quantities, lo, hi):
        features[f"{side}, figure between"] = 1.0
    features |= words_between(scene, lo, hi)
    cues = scene.document.cues(scene.line)
    if side == "after" and words <= 5 and _bound_behind(scene, mention):
        features["after, for"] = 1.0
        features[f"{claim_type}|after, for"] = 1.0
    if ends_near(low, cues.get("compare", []), mention.start):
        features[f"{side}, compared with"] = 1.0
        features[f"{claim_type}|{side}, compared with"] = 1.0
    if ends_near(low, cues.get("while", []), mention.start):
        features[f"{side}, while"] = 1.0
    if way_of_saying(scene, mention):
        features["said so"] = 1.0
        features[f"{claim_type}|said so"] = 1.0
    if scene.line.mentions and mention is scene.line.mentions[0]:
        features["first of line"] = 1.0
    sentence = scene.line.sentence
    ahead = mentions_starting(scene.line.mentions, scene.line.start, mention.start)[-1:]
    if not ahead or sentence.clause_of(ahead[0].start) != sentence.clause_of(mention.start):
        features["first of clause"] = 1.0
    fits = alignment(scene, mention)
    if fits is not None:
        features["aligned" if fits else "misaligned"] = 1.0
    _add_neighbours(features, scene, mention, claim_type)
    followers = mentions_starting(scene.line.mentions, mention.end, mention.end + 5)
    if any(scene.document.names.owner(m.name) == mention.name for m in followers if m.name != mention.name):
        features["owner beside"] = 1.0


def _bound_behind(scene: Scene, mention: Mention) -> bool:
    """Tell whether a preposition binds a name to the figure before it: "$6m for X", "a 1.5% decline in the X"."""
    low, cues = scene.document.view.low, scene.document.cues(scene.line)
    if ends_near(low, cues.get("possessive_after", []), mention.start, words=2):
        return True
    moved = any(starting(cues.get(cue, []), scene.quantity.end, mention.start) for cue in ("fall", "rise"))
    return moved and ends_near(low, cues.get("locative", []), mention.start, words=2)


def _add_neighbours(features: Features, scene: Scene, mention: Mention, claim_type: ClaimType) -> None:
    """Add what stands right beside the name: small words ("in X", X的) and the type's own cues ("shares of X")."""
    low = scene.document.view.low
    side = "before" if mention.end <= scene.quantity.start else "after"
    cues = scene.document.cues(scene.line)
    if mention.kind == "country" and ends_near(low, cues.get("locative", []), mention.start):
        features["a place"] = 1.0
    near = mention.start - _BESIDE, mention.end + _BESIDE
    own = [span for cue in OWN_CUES[claim_type] for span in touching(cues.get(cue, []), *near)]
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
    return len(gap) <= _BESIDE and gap.strip(" '\"").count(" ") <= 1 and not crosses_clause(gap)


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
    if line.once(("names of", mention.kind), lambda: {m.name for m in line.mentions if m.kind == mention.kind}) <= {
        mention.name
    }:
        features[f"alone of its kind, {origin}"] = 1.0
