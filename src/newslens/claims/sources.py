"""Who says so, and how firmly: the source a text names for a figure, and the modality of the statement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from newslens.claims.candidates import NAMES_NEAR
from newslens.claims.document import Document, Line
from newslens.claims.ranker import Decision, Judge
from newslens.claims.saying import Saying, crosses_clause, document_beside, ends_near, way_of_saying
from newslens.claims.scene import Features, Scene
from newslens.claims.spans import Span, nearest_mentions, touching
from newslens.claims.voices import Voice
from newslens.claims.wording import wording
from newslens.entities.names import Mention
from newslens.records import ClaimType, Modality, Quantity

MODALITIES: tuple[Modality, ...] = ("asserted", "reported", "disputed", "hypothetical")
SOURCE_KINDS = ("person", "organisation", "outlet", "country", "model", "product", "place", "unknown")
_NUMBERED = re.compile(r":\d")  # arXiv:2412.19437
_HAN_NAME_AFTER = re.compile(
    r"\s?([\u4e00-\u9fffA-Za-z·\s]{2,14}?)(?=(?:最新|近日)?(?:报道|数据|统计|报告|测算|估算|称|表示|透露|披露|的数据|预测|消息|分析|的报告|发布|公布))"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A possible source: its name and where it stands."""

    mention: Mention | None
    origin: str

    @property
    def name(self) -> str | None:
        return None if self.mention is None else self.mention.name


def gather_sources(scene: Scene, voices: Sequence[Voice], subject: str | None, before: str | None) -> list[Source]:
    """Return the possible sources of a figure in reading order, the empty one first."""
    document, line = scene.document, scene.line
    found = [Source(None, "none")]

    def near(mentions: Sequence[Mention]) -> Sequence[Mention]:
        return nearest_mentions(mentions, scene.quantity.start, NAMES_NEAR)

    found += [Source(m, "line") for m in near(_speakers(document, line))]
    for back in (1, 2):
        if line.index >= back:
            found += [Source(m, f"back{back}") for m in near(_speaking(document, document.lines[line.index - back]))]
    if line.index + 1 < len(document.lines):
        following = document.lines[line.index + 1]
        found += [Source(m, "next") for m in near(_speaking(document, following))]
    found += [Source(v.mention, v.kind) for v in voices]
    if scene.heading:
        found += [
            Source(m, "heading") for m in scene.heading.mentions if m.kind in ("outlet", "person", "organisation")
        ]
    found = [Source(_author(document, s.mention), s.origin) for s in found]
    return found + list(_meant(scene, {s.name for s in found}, subject, before))


def _meant(scene: Scene, present: set[str | None], subject: str | None, before: str | None) -> Iterator[Source]:
    """Yield whom "the company says" or "he said" may mean, though nobody is seen to speak: the subject, who spoke."""
    if _anaphor_says(scene) is None:
        return
    document, index = scene.document, scene.line.index
    wanted = [n for n in (before, subject) if n]
    mentions = [document.first_named[n] for n in wanted if n in document.first_named]
    lines = [scene.line, *reversed(document.lines[max(0, index - 2) : index])]
    near = (nearest_mentions(line.mentions, scene.quantity.start, NAMES_NEAR) for line in lines)
    mentions += [m for some in near for m in some if m.kind in ("person", "organisation", "unknown")]
    for mention in mentions:
        source = Source(_author(document, mention), "meant")
        if source.name not in present:
            present.add(source.name)
            yield source


def _author(document: Document, mention: Mention | None) -> Mention | None:
    """Return the developer where a model's own paper or card speaks: "according to the DeepSeek-V3 paper"."""
    if mention is None or mention.kind not in ("model", "product"):
        return mention
    owner = document.names.owner(mention.name)
    return replace(mention, name=owner, kind="organisation") if owner else mention


def _speakers(document: Document, line: Line) -> list[Mention]:
    """Return the names of a line that may speak."""
    return line.once("speakers", lambda: _find_speakers(document, line))


def _speaking(document: Document, line: Line) -> list[Mention]:
    """Return the names of a line that do speak."""
    return line.once("speaking", lambda: [m for m in _speakers(document, line) if _speaks(document, m)])


def _find_speakers(document: Document, line: Line) -> list[Mention]:
    low = document.view.low
    known = [m for m in line.mentions if m.kind in SOURCE_KINDS and not _NUMBERED.match(low, m.end)]
    taken = [(m.start, m.end) for m in known]
    return sorted(
        [*known, *(m for m in unlisted_speakers(document, line) if all(m.end <= a or b <= m.start for a, b in taken))],
        key=lambda m: m.start,
    )


def _speaks(document: Document, mention: Mention) -> bool:
    line = document.line_at(mention.start)
    return line is not None and _says(document, line, mention) is not None


def _says(document: Document, line: Line, mention: Mention) -> Saying | None:
    """Return the way of saying that belongs to a name in any line, with or without figures; looked for once."""
    place = (line.index, mention.start, mention.end)
    if place not in document.sayings:
        anywhere = Quantity(line.start, line.start, None, None, "exact", None)
        scene = Scene(document, line, line.quantities[0] if line.quantities else anywhere)
        document.sayings[place] = way_of_saying(scene, mention)
    return document.sayings[place]


def unlisted_speakers(document: Document, line: Line) -> list[Mention]:
    """Return speakers that no list holds and no capital marks: what stands between 据 and 报道."""
    if line.pack.numerals != "han":
        return []
    norm, found = document.view.norm, []
    for _, end in document.cues(line).get("said_before", []):
        if match := _HAN_NAME_AFTER.match(norm, end, min(line.end, end + 48)):
            found += _unlisted(norm, match)
    return [m for m in found if not document.mentions_in(m.start, m.end)]


def _unlisted(norm: str, match: re.Match[str]) -> list[Mention]:
    name = match.group(1).strip(" '’.-")
    if len(name) < 2:
        return []
    start = match.start(1) + match.group(1).index(name)
    return [Mention(start, start + len(name), norm[start : start + len(name)], "unknown", False, 0.5)]


def source_features(
    scene: Scene, source: Source, claim_type: ClaimType, subject: str | None, before: str | None
) -> Features:
    """Return the features of one possible source."""
    mention = source.mention
    cues = scene.document.cues(scene.line)
    anaphor = _anaphor_says(scene)
    if mention is None:
        features: Features = {"none": 1.0, f"none|{claim_type}": 1.0}
        for cue in ("said_before", "said_after", "hedge", "announce", "dispute"):
            if cue in cues:
                features[f"none, {cue} in line"] = max(map(scene.near, scene.nearest(cues[cue])))
        if _in_quotes(scene):
            features["none, in quotes"] = 1.0
        if anaphor:
            features[f"none, {anaphor} says"] = 1.0
        return features
    document, line = scene.document, scene.line
    own_line = line if source.origin == "line" else document.line_at(mention.start) or line
    saying = _says(document, own_line, mention)
    says = saying is not None
    features = {
        f"from={source.origin}": 1.0,
        f"kind={mention.kind}": 1.0,
        f"kind={mention.kind}, says={says}": 1.0,
        f"{source.origin}, says={says}": 1.0,
        f"{claim_type}|says={says}": 1.0,
    }
    if saying:
        way = saying.way
        features[f"way={way}"] = 1.0
        features[f"way={way}, kind={mention.kind}"] = 1.0
        features[f"way={way}, {source.origin}"] = 1.0
        features[f"way={way}, {saying.frame}"] = 1.0
        features[f"{source.origin}, {saying.frame}"] = 1.0
        features[f"words={saying.words}"] = 1.0
    if document_beside(Scene(document, own_line, scene.quantity), mention):
        features["document beside"] = 1.0
        features[f"document beside, {source.origin}"] = 1.0
    if not mention.known:
        features[f"unlisted, says={says}"] = 1.0
    if mention.name == subject:
        features["is subject"] = 1.0
        features[f"is subject, says={says}"] = 1.0
    if mention.name == before:
        features["source before"] = 1.0
        features[f"source before, {source.origin}"] = 1.0
    if _in_quotes(scene):
        features[f"in quotes, {source.origin}, says={says}"] = 1.0
    if source.origin == "line":
        span = (mention.start, mention.end)
        features["near"] = scene.near(span)
        side = "before" if mention.end <= scene.quantity.start else "after"
        features[f"{side}, says={says}"] = 1.0
        features[f"{side}, clause {min(3, scene.clauses_between(span))}, says={says}"] = 1.0
        if says and own_line.mentions and mention is own_line.mentions[0]:
            features["first of line, says"] = 1.0
        sayers = own_line.once(
            "sayers", lambda: [m for m in own_line.mentions[:NAMES_NEAR] if _says(document, own_line, m)]
        )
        if says:
            features["only sayer" if len(sayers) < 2 else "one of some sayers"] = 1.0
            features[f"only sayer={len(sayers) < 2}, kind={mention.kind}"] = 1.0
            if side == "before" and not any(mention.end <= m.start < scene.quantity.start for m in sayers):
                features["last sayer before figure"] = 1.0
            if mention.name == subject and len(sayers) < 2:
                features["only sayer is subject"] = 1.0
        elif not sayers:
            features[f"nobody says, kind={mention.kind}"] = 1.0
        else:
            features["another says"] = 1.0
        if says and "hedge" in cues:
            features["says, hedge in line"] = 1.0
        if says and "announce" in cues:
            features[f"says, announce in line|{claim_type}"] = 1.0
    elif source.origin in ("quoted", "introduced", "listed", "signed"):
        features["voice"] = 1.0
    elif not line.once("says", lambda: any(_says(document, line, m) for m in line.mentions)):
        features[f"nobody else says, {source.origin}"] = 1.0
        if anaphor:
            features[f"{anaphor} says, {source.origin}"] = 1.0
            features[f"{anaphor} says, {mention.kind}"] = 1.0
            features[f"{anaphor} says, is subject={mention.name == subject}"] = 1.0
        if "anaphor_report" in cues:
            features[f"the report, {source.origin}"] = 1.0
    return features


def _anaphor_says(scene: Scene) -> str | None:
    """Return what sort of word that stands for a name speaks in the line: "the company says", 该公司称, "he said"."""
    return scene.line.once("anaphor says", lambda: _find_anaphor(scene))


def _find_anaphor(scene: Scene) -> str | None:
    cues, low = scene.document.cues(scene.line), scene.document.view.low
    said = cues.get("said_after", [])
    for sort in ("anaphor_company", "anaphor_report", "document"):
        for start, end in cues.get(sort, []):
            if any(
                0 <= verb - end <= 24 and not crosses_clause(low[end:verb]) for verb, _ in touching(said, end, end + 24)
            ):
                return sort
            if ends_near(low, cues.get("said_before", []), start, words=2):
                return sort
    return "pronoun" if _pronoun_says(scene) else None


def _pronoun_says(scene: Scene) -> bool:
    """Tell whether a pronoun speaks in the line: "he said", "a-t-il dit", 他表示."""
    cues, low = scene.document.cues(scene.line), scene.document.view.low
    said = cues.get("said_after", [])
    for _, end in cues.get("pronoun", []):
        if any(0 <= start - end <= 6 and "," not in low[end:start] for start, _ in touching(said, end, end + 6)):
            return True
    return any(low[end : end + 6].startswith(("-t-il", "-t-elle", "-il", "-elle", " he ", " she ")) for _, end in said)


def _in_quotes(scene: Scene) -> bool:
    """Tell whether the quantity stands within quotation marks, of its line or of a block of lines marked `>`."""
    norm, line, at = scene.document.view.norm, scene.line, scene.quantity.start
    if norm[line.start : line.start + 1] == ">":
        return True
    before = max(0, line.start - 300)
    opened = line.once("paragraph", lambda: max(norm.rfind("\n\n", before, line.end), before))
    if opened >= at:
        opened = max(norm.rfind("\n\n", before, at), before)
    return scene.document.quotes_between(opened, at) % 2 == 1


def modality_features(
    scene: Scene, claim_type: ClaimType, source: Source, said: Saying | None, before: Modality | None
) -> list[Features]:
    """Return the features of each modality, in the order of MODALITIES."""
    place = {
        k: v
        for k, v in scene.features.items()
        if k.rstrip("@!^-#")
        in (
            "hedge",
            "hypothetical",
            "dispute",
            "forecast",
            "announce",
            "said_before",
            "said_after",
            "cost",
            "annual",
            "funding",
        )
    }
    extra: Features = {f"type={claim_type}": 1.0, f"bound={scene.quantity.bound}": 1.0}
    if source.mention is not None:
        extra["has source"] = 1.0
        extra[f"has source|{claim_type}"] = 1.0
        extra[f"source from={source.origin}, says={said and said.way}"] = 1.0
        extra[f"source kind={source.mention.kind}"] = 1.0
    else:
        extra["no source"] = 1.0
        extra[f"no source|{claim_type}"] = 1.0
    for cue in ("hypothetical", "forecast", "dispute", "hedge", "announce"):
        if cue in scene.features:
            extra[f"{cue}|{claim_type}"] = scene.features[cue]
        for words, span in _last_of_words(scene, cue).items():
            extra[f"{cue}: {words}"] = scene.near(span)
    if scene.document.view.low[scene.line.end - 1 : scene.line.end] in ("?", "？"):
        extra["question"] = 1.0
    extra |= wording(scene)
    extra[f"after={before}"] = 1.0
    if before:
        extra[f"after={before}, source={source.mention is not None}"] = 1.0
    return [{f"{m}|{f}": v for f, v in (place | extra).items()} for m in MODALITIES]


def _last_of_words(scene: Scene, cue: str) -> dict[str, Span]:
    """Return where each wording of a cue stands last in the line."""
    low, spans = scene.document.view.low, scene.document.cues(scene.line).get(cue, [])
    return scene.line.once(("last", cue), lambda: {low[start:end]: (start, end) for start, end in spans})


def choose_source(
    scene: Scene, claim_type: ClaimType, subject: str | None, before: str | None, voices: Sequence[Voice], judge: Judge
) -> tuple[Source, Decision]:
    """Return the source the text names for a figure (an empty one where it speaks in its own voice)."""
    sources = gather_sources(scene, voices, subject, before)
    features = [source_features(scene, source, claim_type, subject, before) for source in sources]
    decision = judge.choose("source", scene, sources, features)
    return sources[decision.choice], decision


def choose_modality(
    scene: Scene, claim_type: ClaimType, source: Source, before: Modality | None, judge: Judge
) -> tuple[Modality, Decision]:
    """Return the modality of a claim and how it was decided; `before` is that of the figure before in its line."""
    mention = source.mention
    said = (
        None if mention is None else _says(scene.document, scene.document.line_at(mention.start) or scene.line, mention)
    )
    features = modality_features(scene, claim_type, source, said, before)
    decision = judge.choose("modality", scene, MODALITIES, features)
    return MODALITIES[decision.choice], decision
