"""Names in text: who and what an article writes about, under one canonical name in every language.

    >>> [(mention.name, mention.kind) for mention in load_names().find("輝達的H800")]
    [('Nvidia', 'organisation'), ('Nvidia H800', 'chip')]

The matching is spaCy's `PhraseMatcher` over a folded copy of the text (`fold.py`) cut by our tokenizer; what may stand in for
a name and when is data (`names/*.toml`, explained in `docs/names.md`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from newslens.entities.aliases import Alias, case_fits, edges_fit, entry_aliases
from newslens.entities.catalogue import Catalogue, Kind, read_catalogue
from newslens.entities.fold import fold
from newslens.entities.masks import find_addresses
from newslens.entities.mentions import Mention, longest
from newslens.entities.versions import VersionFamily, build_family, extend
from newslens.languages.nlp import split_tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["Kind", "Mention", "Name", "NameBase", "load_names"]

_DECOY = ""  # the canonical name of what only looks like a name
_OTHER = "\x00"  # stands for every token that no alias holds, so that the vocabulary stays small
_SCORES = {"decoy": 2.0, "strong": 1.0, "weak": 0.8, "surname": 0.8}  # a decoy beats the name it looks like
_VERSION = 0.95
_OWNED_KINDS = frozenset({"model", "product", "chip"})
_CAPITALISED = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z]{4,19}(?![A-Za-z0-9])")
SHORTEST_MISSPELT = 6
SHORTEST_PLAIN_HEAD = 3  # letters: "gpt-4" is a version, "o1-x" and "yi-3" are not


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the knowledge base; `owner` is the developer, vendor, parent or employer, as a canonical name."""

    canonical: str
    kind: Kind
    owner: str | None
    aliases: tuple[str, ...]


class NameBase:
    """The names newslens knows, ready to be found in text."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._names = {
            name: Name(name, kind, entry.owner, (*entry.aliases, *entry.cased, *entry.weak))
            for name, (kind, entry) in catalogue.names.items()
        }
        self._families = {
            name: build_family(name, kind, self._family_owner(name), grammar, catalogue.words, catalogue.families)
            for name, (kind, grammar) in catalogue.families.items()
        }
        aliases = [
            alias for name, (kind, entry) in catalogue.names.items() for alias in entry_aliases(name, kind, entry)
        ]
        aliases += [Alias(fold(decoy).text, _DECOY, "project", "decoy") for decoy in catalogue.decoys]
        aliases += list(self._owner_glued(aliases))
        self._aliases: dict[int, list[Alias]] = defaultdict(list)
        self._matcher = self._build_matcher(aliases)
        self._distinctive = {
            alias.text.lower(): alias.name
            for alias in aliases
            if alias.distinctive and alias.strength == "strong" and alias.text.isalpha() and len(alias.text) >= SHORTEST_MISSPELT and alias.text.isascii()
        }
        self._bare = self._bare_patterns()
        self._nearest = lru_cache(maxsize=50_000)(self._nearest_name)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Name]:
        return iter(self._names.values())

    def get(self, canonical: str) -> Name | None:
        """Return the name whose canonical form is `canonical`, versions of known families included; None if there is none."""
        if canonical in self._names:
            return self._names[canonical]
        name = self.resolve(canonical)
        return name if name is not None and name.canonical == canonical else None

    def resolve(self, text: str) -> Name | None:
        """Return the name that the whole of `text` writes; None if it writes none, or more."""
        stripped = text.strip()
        mentions = self.find(stripped)
        if len(mentions) != 1 or (mentions[0].start, mentions[0].end) != (0, len(stripped)):
            return None
        mention = mentions[0]
        return self._names.get(mention.name) or Name(mention.name, mention.kind, self.owner(mention.name), ())

    def owner(self, canonical: str) -> str | None:
        """Return who makes, sells, runs or employs `canonical`: DeepSeek for DeepSeek-R1; None where that is not known."""
        if canonical in self._names:
            return self._names[canonical].owner
        heads = (family for family in self._families.values() if canonical.startswith(family.label))
        best = max(heads, key=lambda family: len(family.label), default=None)
        return None if best is None else best.owner

    def find(self, text: str) -> list[Mention]:
        """Return the names in `text`, in order; of overlapping ones the longest.

        Offsets: code points of `text`, end exclusive.
        """
        folded = fold(text)
        found = longest(self._candidates(folded.text))
        found = [mention for mention in found if mention.name != _DECOY]
        found = self._with_owners(folded.text, found)
        return [replace(m, start=folded.start(m.start), end=folded.end(m.end)) for m in found]

    # Building

    def _family_owner(self, name: str) -> str | None:
        if name not in self._names:
            return None
        known = self._names[name]
        return name if known.kind == "organisation" else known.owner

    def _owner_glued(self, aliases: Iterable[Alias]) -> Iterator[Alias]:
        """Yield models and chips glued to their maker: "OpenAIGPT-4o" has no boundary that letters show."""
        for alias in aliases:
            name = self._names.get(alias.name)
            if name is None or name.owner is None or alias.kind not in _OWNED_KINDS or alias.strength == "decoy":
                continue
            if alias.text[:1].isupper() and alias.text.isascii() and name.owner.isascii() and not alias.text.startswith(name.owner):
                yield replace(alias, text=name.owner.replace(" ", "") + alias.text, strength="strong", cased=True)

    def _build_matcher(self, aliases: Iterable[Alias]) -> _Matcher:
        matcher = _Matcher()
        for alias in aliases:
            key = matcher.add(alias.text)
            if alias not in self._aliases[key]:
                self._aliases[key].append(alias)
        return matcher

    def _bare_patterns(self) -> list[tuple[VersionFamily, re.Pattern[str]]]:
        return [
            (family, re.compile(rf"(?<![A-Za-z0-9._-])[{family.grammar.series}](?=\d(?![0-9A-Za-z]))"))
            for family in self._families.values()
            if family.grammar.series_alone
        ]

    # Finding, in the folded text

    def _candidates(self, text: str) -> list[Mention]:
        hits = self._hits(text)
        masks = find_addresses(text)
        if masks:
            hits = [hit for hit in hits if _is_outside(hit, masks)]
        starts, ends = {start for start, _, _ in hits}, {end for _, end, _ in hits}
        hits = [hit for hit in hits if hit[2].strength == "decoy" or self._edges_fit(text, hit, starts, ends)]
        strong = [mention for hit in hits for mention in self._read(text, hit) if hit[2].strength in ("strong", "decoy") or mention.score == _VERSION]
        kept = longest(strong)
        present = {mention.name for mention in kept} | {self.owner(mention.name) or "" for mention in kept if mention.kind == "model"}
        lowered = text.lower() if len(hits) > len(strong) or self._bare else ""
        weak = [
            mention
            for hit in hits
            if hit[2].strength in ("weak", "surname") and self._has_evidence(hit[2], present, lowered)
            for mention in self._read(text, hit)
        ]
        bare = [mention for mention in self._bare_versions(text, present, kept) if _is_outside((mention.start, mention.end, None), masks)]
        return strong + weak + bare + self._misspelt(text, strong, masks)

    def _hits(self, text: str) -> list[tuple[int, int, Alias]]:
        hits = []
        for key, start, end in self._matcher.find(text):
            surface = text[start:end]
            hits.extend((start, end, alias) for alias in self._aliases[key] if self._case_fits(text, surface, end, alias))
        return hits

    def _case_fits(self, text: str, surface: str, end: int, alias: Alias) -> bool:
        if alias.strength == "decoy":
            return surface == alias.text
        if case_fits(surface, alias):
            return True
        if alias.name not in self._families or len(surface) < SHORTEST_PLAIN_HEAD:
            return False
        version = extend(self._families[alias.name], text, end)  # "gpt-4o", "mistral-large-2411"
        return version is not None and any(sign.isdigit() or sign == "-" for sign in text[end : version[0]])

    def _edges_fit(self, text: str, hit: tuple[int, int, Alias], starts: set[int], ends: set[int]) -> bool:
        start, end, alias = hit
        if alias.name in self._families and extend(self._families[alias.name], text, end) is not None:
            starts = starts | {end}
        return edges_fit(text, start, end, alias, starts, ends)

    def _read(self, text: str, hit: tuple[int, int, Alias]) -> Iterator[Mention]:
        """Yield what the alias at a place stands for: a version of the family it names, or the name itself."""
        start, end, alias = hit
        family = self._families.get(alias.name)
        version = None if family is None else extend(family, text, end)
        if family is not None and version is not None and _ends_word(text, version[0]):
            yield Mention(start, version[0], self._listed(version[1]), family.kind, True, _VERSION)
        if family is None or family.grammar.alone:
            yield Mention(start, end, alias.name, alias.kind, True, _SCORES[alias.strength])

    def _listed(self, version: str) -> str:
        """Return the canonical name under which a version is listed, where the files list it under another form."""
        key = self._matcher.key(fold(version).text)
        for alias in () if key is None else self._aliases[key]:
            if alias.strength == "strong" and alias.name in self._names:
                return alias.name
        return version

    def _has_evidence(self, alias: Alias, present: set[str], lowered: str) -> bool:
        if alias.name in present:
            return True
        if alias.strength == "surname":
            return False
        return self._names[alias.name].owner in present or any(word in lowered for word in alias.context)

    def _bare_versions(self, text: str, present: set[str], kept: list[Mention]) -> Iterator[Mention]:
        """Yield "V3", "R1", "V4 Pro" where the text names the family and no other word claims them."""
        for family, pattern in self._bare:
            if family.name not in present and family.owner not in present:
                continue
            ends = {mention.end: mention.name for mention in kept}
            for found in pattern.finditer(text):
                version = extend(family, text, found.start())
                if version is None or not _ends_word(text, version[0]):
                    continue
                if _is_claimed(text, found.start(), ends, family):
                    continue
                yield Mention(found.start(), version[0], self._listed(version[1]), family.kind, True, 0.85)

    def _misspelt(self, text: str, strong: list[Mention], masks: list[tuple[int, int]]) -> Iterator[Mention] | list[Mention]:
        taken = {mention.start for mention in strong}
        mentions = []
        for found in _CAPITALISED.finditer(text):
            name = None if found.start() in taken else self._nearest(found.group())
            if name is None or not _is_outside((found.start(), found.end(), None), masks):
                continue
            alias = Alias(found.group(), name, self._names[name].kind, "strong")
            mentions += [replace(m, score=0.6) for m in self._read(text, (found.start(), found.end(), alias))]
        return mentions

    def _nearest_name(self, word: str) -> str | None:
        """Return the name of which `word` is a slip of one letter; the ends must agree, so that plurals are none."""
        from rapidfuzz.distance import OSA

        lowered = word.lower()
        if lowered in self._distinctive:
            return None
        for alias, name in self._distinctive.items():
            if abs(len(alias) - len(lowered)) > 1 or alias[0] != lowered[0] or OSA.distance(alias, lowered, score_cutoff=1) > 1:
                continue
            if alias[-1] == lowered[-1] or alias[-2:] == lowered[:-3:-1]:
                return name
        return None

    def _with_owners(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Return the mentions with a maker's name joined to the model, product or chip it precedes ("OpenAI o1", "英伟达H800")."""
        joined: list[Mention] = []
        for mention in mentions:
            last = joined[-1] if joined else None
            if (
                last is not None
                and mention.kind in _OWNED_KINDS
                and last.kind in ("organisation", "outlet")
                and text[last.end : mention.start] in ("", " ", "-")
                and last.name in self._owners(mention.name)
            ):
                joined[-1] = replace(mention, start=last.start)
            else:
                joined.append(mention)
        return joined

    def _owners(self, canonical: str) -> set[str]:
        owners: set[str] = set()
        owner = self.owner(canonical)
        while owner is not None and owner not in owners:
            owners.add(owner)
            owner = self.owner(owner)
        return owners


class _Matcher:
    """spaCy's PhraseMatcher over lower-cased tokens; a token that is part of no phrase is not kept in its vocabulary."""

    def __init__(self) -> None:
        from spacy.matcher import PhraseMatcher
        from spacy.vocab import Vocab

        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        self._tokens: set[str] = set()
        self._keys: dict[str, int] = {}

    def key(self, phrase: str) -> int | None:
        """Return the key under which `phrase`, in any letter case, was added; None if it was not."""
        return self._keys.get(phrase.lower())

    def add(self, phrase: str) -> int:
        """Add `phrase`, cut as its capitals say and uncut; return its key."""
        forms = {tuple(token.lower() for token in split_tokens(form) if token != " ") for form in (phrase, phrase.lower())}
        for form in forms:
            self._tokens.update(form)
            self._matcher.add(phrase.lower(), [self._doc(form)])
        return self._keys.setdefault(phrase.lower(), int(self._vocab.strings[phrase.lower()]))

    def _doc(self, words: Iterable[str]) -> Doc:
        from spacy.tokens import Doc

        return Doc(self._vocab, words=list(words))

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield key, start and end of each phrase in `text`, those that overlap too.

        Offsets: code points, end exclusive.
        """
        words: list[str] = []
        starts: list[int] = []
        place = 0
        for token in split_tokens(text):
            if token != " ":
                lowered = token.lower()
                words.append(lowered if lowered in self._tokens else _OTHER)
                starts.append(place)
            place += len(token)
        if not words:
            return
        lengths = [len(word) for word in words]
        for key, first, last in self._matcher(self._doc(words)):
            yield key, starts[first], starts[last - 1] + lengths[last - 1]


def _is_outside(hit: tuple[int, int, object], masks: list[tuple[int, int]]) -> bool:
    """Return whether a hit stands in no address; one that is the whole of it ("JD.com") is a name."""
    start, end, _ = hit
    return all(end <= low or start >= high or (start <= low and end >= high) for low, high in masks)


def _ends_word(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return not (after.isalnum() and after < "\u2e80") or text[end : end + 2].lower() in ("s", "s ")


_SENTENCE_END = re.compile(r"[.!?:;。！？：；\n«»\"“”]\s*$|^\s*$")
_WORD_BEFORE = re.compile(r"([A-Za-z][A-Za-z'-]*) $")
_NO_BRAND = frozenset(
    "the le la les its their son sa leur new model models modele modeles version with avec et and or of de du des while since "
    "after but mais pour for like comme en on in une un a an that open source this cette ce both our notre by par from".split()
)


def _is_claimed(text: str, start: int, ends: dict[int, str], family: VersionFamily) -> bool:
    """Return whether the word before a bare "R1" makes it another maker's product ("Rabbit R1", "Nova V3")."""
    if start in ends or start - 1 in ends:
        name = ends.get(start) or ends[start - 1]
        return not name.startswith(family.name)
    found = _WORD_BEFORE.search(text[max(0, start - 40) : start])
    if found is None or not found[1][0].isupper() or found[1].lower() in _NO_BRAND:
        return False
    line = text[text.rfind("\n", 0, start) + 1 : start].split()
    capitalised = sum(word[0].isupper() for word in line)
    return not (len(line) >= 4 and capitalised * 4 >= len(line) * 3)  # a headline in title case


@cache
def _default_names() -> NameBase:
    return NameBase(read_catalogue())


def load_names(extra: Path | None = None) -> NameBase:
    """Return the names newslens knows, extended or overridden by the names file `extra`.

    Without `extra`, one process loads them once.

    Raises: SetupError: a names file is broken; the message holds file, key and cure.
    """
    return _default_names() if extra is None else NameBase(read_catalogue([extra]))
