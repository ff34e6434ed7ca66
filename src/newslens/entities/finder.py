"""Finding names in a folded text: phrases that may be names, then what keeps, lengthens, explains or hides them."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from newslens.entities.aliases import Alias, case_fits, edges_fit, entry_aliases
from newslens.entities.catalogue import Catalogue
from newslens.entities.evidence import has_evidence, is_claimed
from newslens.entities.fold import fold
from newslens.entities.masks import find_addresses
from newslens.entities.mentions import Mention, longest
from newslens.entities.misspellings import Misspellings
from newslens.entities.phrases import PhraseIndex
from newslens.entities.versions import build_family, extend

_DECOY = ""  # the canonical name of what only looks like a name
_VERSION = 0.95
_BARE_VERSION = 0.85
_MISSPELT = 0.6
_GUESSED_VERSION = 0.5
_SCORES = {"decoy": 2.0, "strong": 1.0, "weak": 0.8, "surname": 0.8}  # a decoy beats the name it looks like
_OWNED_KINDS = frozenset({"model", "product", "chip"})
# What only texts about models speak of: a bare "R1" there is a model.
_OF_MODELS = re.compile(r"(?i)(?<![a-z])(?:tokens?|jetons?|gpus?)(?![a-z])|大模型|词元")
_SHORTEST_PLAIN_HEAD = 3  # letters: "gpt-4" is a version, "yi-3" is not

Hit = tuple[int, int, Alias]
Span = tuple[int, int]


class NameFinder:
    """The names of a catalogue, ready to be found in folded text; `owner` tells who makes or employs a name."""

    def __init__(self, catalogue: Catalogue, owner: Callable[[str], str | None]) -> None:
        self._owner = owner
        self._plain_words = frozenset(fold(word).text for word in catalogue.plain_words)
        self.families = {
            name: build_family(name, kind, _maker(catalogue, name), grammar, catalogue.words, catalogue.families)
            for name, (kind, grammar) in catalogue.families.items()
        }
        aliases = list(_all_aliases(catalogue))
        self._phrases = PhraseIndex()
        self._aliases: dict[str, list[Alias]] = defaultdict(list)
        for alias in aliases:
            self._phrases.add(alias.text)
            self._aliases[alias.text.lower()].append(alias)
        self._misspellings = Misspellings(alias for alias in aliases if alias.distinctive)
        self._bare = [
            (family, re.compile(rf"(?<![A-Za-z0-9._])[{family.grammar.series}](?=\d(?![0-9A-Za-z]))"))
            for family in self.families.values()
            if family.grammar.series_alone
        ]
        self._makers = {family.owner for family in self.families.values() if family.kind == "model"}
        self.listed = lru_cache(maxsize=50_000)(self._listed)

    def find(self, text: str) -> list[Mention]:
        """Return the names in the folded `text`, in order; of overlapping ones the longest.

        Offsets: code points of the folded text, end exclusive.
        """
        masks = find_addresses(text)
        hits = [hit for hit in self._hits(text) if _is_outside(hit[:2], masks)]
        starts, ends = {start for start, _, _ in hits}, {end for _, end, _ in hits}
        hits = [hit for hit in hits if hit[2].strength == "decoy" or self._edges_fit(text, hit, starts, ends)]
        sure = [mention for hit in hits for mention in self._read(text, hit) if mention.score >= _VERSION]
        kept = longest(sure)
        doubtful = [*self._weak(text, hits, kept), *self._bare_versions(text, kept), *self._misspelt(text, sure)]
        found = longest(sure + [mention for mention in doubtful if _is_outside((mention.start, mention.end), masks)])
        return self._with_owners(text, [mention for mention in found if mention.name != _DECOY])

    def read_alone(self, text: str) -> str | None:
        """Return the one canonical name the folded `text` may write, its context unknown; None if none or several."""
        names = {alias.name for alias in self._aliases.get(text.lower(), ()) if case_fits(text, alias)} - {_DECOY}
        return names.pop() if len(names) == 1 else None

    def read_bare_version(self, text: str) -> Mention | None:
        """Return the version that the folded `text` is as a whole ("R1", "V3.2"), whatever stands around it.

        None where it is none, or a version of several families.
        """
        found, text = [], text[:1].upper() + text[1:]
        for family, pattern in self._bare:
            version = extend(family, text, 0) if pattern.match(text) else None
            if version is not None and version[0] == len(text):
                found.append(Mention(0, len(text), self.listed(version[1]), family.kind, True, _GUESSED_VERSION))
        return found[0] if len(found) == 1 else None

    def _hits(self, text: str) -> list[Hit]:
        return [
            (start, end, alias)
            for key, start, end in self._phrases.find(text)
            for alias in self._aliases[key]
            if self._case_fits(text, start, end, alias)
        ]

    def _case_fits(self, text: str, start: int, end: int, alias: Alias) -> bool:
        surface = text[start:end]
        if alias.strength == "decoy":
            return surface == alias.text
        if case_fits(surface, alias):
            return True
        if alias.name not in self.families or len(surface) < _SHORTEST_PLAIN_HEAD:
            return False
        version = extend(self.families[alias.name], text, end)  # "gpt-4o", "mistral-large-2411"
        return version is not None and any(sign.isdigit() or sign == "-" for sign in text[end : version[0]])

    def _edges_fit(self, text: str, hit: Hit, starts: set[int], ends: set[int]) -> bool:
        start, end, alias = hit
        family = self.families.get(alias.name)
        if family is not None and extend(family, text, end) is not None:  # "DeepSeekR1": no boundary, but a version
            alias = replace(alias, distinctive=True)
        return edges_fit(text, start, end, alias, starts, ends)

    def _read(self, text: str, hit: Hit) -> Iterator[Mention]:
        """Yield what the alias at a place stands for: a version of the family it names, and the name itself."""
        start, end, alias = hit
        family = self.families.get(alias.name)
        version = None if family is None else extend(family, text, end)
        if family is not None and version is not None and _ends_word(text, version[0]):
            score = _VERSION if family.grammar.sure else min(_VERSION, _SCORES[alias.strength])
            yield Mention(start, version[0], self.listed(version[1]), family.kind, True, score)
        if family is None or family.grammar.alone:
            yield Mention(start, end, alias.name, alias.kind, True, _SCORES[alias.strength])

    def _listed(self, version: str) -> str:
        """Return the canonical name of a version, where the files list it in another form."""
        aliases = self._aliases.get(fold(version).text.lower(), ())
        return next((alias.name for alias in aliases if alias.strength == "strong" and alias.name), version)

    def _weak(self, text: str, hits: list[Hit], kept: list[Mention]) -> Iterator[Mention]:
        unsure = [hit for hit in hits if hit[2].strength in ("weak", "surname")]
        if not unsure:
            return
        present, lowered = self._present(kept), text.lower()
        explained = {
            alias
            for alias in {alias for _, _, alias in unsure}
            if has_evidence(alias, self._owner(alias.name), present, lowered)
        }
        for hit in unsure:
            if hit[2] in explained:
                yield from self._read(text, hit)

    def _present(self, kept: list[Mention]) -> set[str]:
        names = {mention.name for mention in kept}
        return names | {self._owner(mention.name) or "" for mention in kept if mention.kind == "model"}

    def _bare_versions(self, text: str, kept: list[Mention]) -> Iterator[Mention]:
        """Yield "V3", "R1", "V4 Pro" where the text names the family or is about models and no word claims them."""
        present = self._present(kept)
        ends = {mention.end: mention for mention in kept}
        about_models = not present.isdisjoint(self._makers) or _OF_MODELS.search(text) is not None
        for family, pattern in self._bare:
            named = family.name in present or family.owner in present
            if not named and not about_models:
                continue
            score = _BARE_VERSION if named else _GUESSED_VERSION
            for found in pattern.finditer(text):
                version = extend(family, text, found.start())
                if version is None or not _ends_word(text, version[0]):
                    continue
                if not is_claimed(text, found.start(), ends, family.name, self._plain_words):
                    yield Mention(found.start(), version[0], self.listed(version[1]), family.kind, True, score)

    def _misspelt(self, text: str, sure: list[Mention]) -> Iterator[Mention]:
        taken = {mention.start for mention in sure}
        for start, end, alias in self._misspellings.find(text):
            if start not in taken:
                yield from (replace(mention, score=_MISSPELT) for mention in self._read(text, (start, end, alias)))

    def _with_owners(self, text: str, mentions: list[Mention]) -> list[Mention]:
        """Return the mentions, a maker joined to the model, product or chip it precedes ("OpenAI o1", "英伟达H800")."""
        joined: list[Mention] = []
        for mention in mentions:
            last = joined[-1] if joined else None
            is_owned = (
                last is not None
                and mention.kind in _OWNED_KINDS
                and last.kind == "organisation"
                and text[last.end : mention.start] in ("", " ", "-")
                and last.name in self._owners(mention.name)
            )
            if is_owned and last is not None:
                joined[-1] = replace(mention, start=last.start)
            else:
                joined.append(mention)
        return joined

    def _owners(self, name: str) -> set[str]:
        owners: set[str] = set()
        owner = self._owner(name)
        while owner is not None and owner not in owners:
            owners.add(owner)
            owner = self._owner(owner)
        return owners


def _maker(catalogue: Catalogue, family: str) -> str | None:
    """Return who makes a family: the owner of the name it starts with, or that name where it is the maker's own."""
    if family not in catalogue.names:
        return None
    kind, entry = catalogue.names[family]
    return family if kind == "organisation" else entry.owner


def _all_aliases(catalogue: Catalogue) -> Iterator[Alias]:
    seen: set[Alias] = set()
    for name, (kind, entry) in catalogue.names.items():
        for alias in entry_aliases(name, kind, entry):
            for form in (alias, *_owner_glued(alias, entry.owner)):
                if form not in seen:
                    seen.add(form)
                    yield form
    for decoy in catalogue.decoys:
        yield Alias(fold(decoy).text, _DECOY, "project", "decoy")


def _owner_glued(alias: Alias, owner: str | None) -> Iterator[Alias]:
    """Yield a model or chip glued to its maker: "OpenAIGPT-4o" has no boundary that letters show."""
    if owner is None or alias.kind not in _OWNED_KINDS or not (alias.text + owner).isascii():
        return
    if alias.text[:1].isupper() and not alias.text.startswith(owner):
        yield replace(alias, text=owner.replace(" ", "") + alias.text, strength="strong", cased=True)


def _is_outside(span: Span, masks: list[Span]) -> bool:
    """Return whether a span stands in no address; one that is the whole of it ("JD.com") is a name."""
    start, end = span
    place = bisect_right(masks, (start, sys.maxsize)) - 1
    near: Iterable[Span] = masks[max(0, place) : place + 2]
    return all(end <= low or start >= high or (start <= low and end >= high) for low, high in near)


def _ends_word(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return not (after.isalnum() and after < "\u2e80") or (after == "s" and not text[end + 1 : end + 2].isalnum())
