"""Names in text: who and what an article writes about, under one canonical name in every language.

    >>> [(mention.name, mention.kind) for mention in load_names().find("輝達的H800")]
    [('Nvidia', 'organisation'), ('Nvidia H800', 'chip')]

The matching is spaCy's `PhraseMatcher` over a folded copy of the text, cut by our tokenizer; what may stand in
for a name, and when, is data (`names/*.toml`, explained in `docs/names.md`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path

from newslens.entities.catalogue import Catalogue, Kind, read_catalogue
from newslens.entities.finder import NameFinder
from newslens.entities.fold import fold
from newslens.entities.mentions import Mention
from newslens.errors import SetupError

__all__ = ["Kind", "Mention", "Name", "NameBase", "load_names"]


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
        self._listed_as = {n: entry.listed_as for n, (_, entry) in catalogue.names.items() if entry.listed_as}
        self._finder = NameFinder(catalogue, self.owner)

    @cached_property
    def chip_vendors(self) -> frozenset[str]:
        """Who sells a chip of the base."""
        return frozenset(name.owner for name in self._names.values() if name.kind == "chip" and name.owner)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Name]:
        return iter(self._names.values())

    def find(self, text: str) -> list[Mention]:
        """Return the names in `text`, in order; of overlapping ones the longest.

        Offsets: code points of `text`, end exclusive.
        """
        folded = fold(text)
        found = self._finder.find(folded.text)
        if folded.places is None:
            return found
        return [replace(mention, start=folded.start(mention.start), end=folded.end(mention.end)) for mention in found]

    def get(self, canonical: str) -> Name | None:
        """Return the name with that canonical form, versions of known families included; None if there is none."""
        if canonical in self._names:
            return self._names[canonical]
        name = self.resolve(canonical)
        return name if name is not None and name.canonical == canonical else None

    def resolve(self, text: str) -> Name | None:
        """Return the name that the whole of `text` writes; None if it writes none, or more than one."""
        stripped = text.strip()
        alone = self._finder.read_alone(fold(stripped).text)
        if alone is not None:
            return self._names[alone]
        mentions = self.find(stripped)
        if len(mentions) != 1 or (mentions[0].start, mentions[0].end) != (0, len(stripped)):
            return None
        mention = mentions[0]
        if mention.kind == "unknown" or mention.kind == "place":
            return None
        return self._names.get(mention.name) or Name(mention.name, mention.kind, self.owner(mention.name), ())

    def read_bare_version(self, text: str) -> Mention | None:
        """Return the version of a family that the whole of `text` is, though nothing names the family: "R1"."""
        return self._finder.read_bare_version(fold(text).text)

    def listed_as(self, canonical: str) -> str:
        """Return the name under which a firm's shares and accounts go: Alphabet for Google; most often its own."""
        return self._listed_as.get(canonical, canonical)

    def owner(self, canonical: str) -> str | None:
        """Return who makes, sells, runs or employs `canonical`: DeepSeek for DeepSeek-V4; None if not known."""
        if canonical in self._names:
            return self._names[canonical].owner
        heads = (family for family in self._finder.families.values() if canonical.startswith(family.label))
        best = max(heads, key=lambda family: len(family.label), default=None)
        return None if best is None else best.owner


@cache
def _default_names() -> NameBase:
    return NameBase(read_catalogue())


@lru_cache(maxsize=4)
def _extended_names(files: tuple[tuple[Path, int, int], ...]) -> NameBase:
    return NameBase(read_catalogue([path for path, _, _ in files]))


def names_files(extra: Path) -> list[Path]:
    """Return the names files at `extra`: the file itself, or those of a folder, by name.

    Raises: SetupError: there is none.
    """
    files = sorted(extra.glob("*.toml")) if extra.is_dir() else [extra]
    if not files or not files[0].is_file():
        raise SetupError(f"no names file at `{extra}`", hint="give a TOML file, or a folder of them", path=str(extra))
    return files


def load_names(extra: Path | None = None) -> NameBase:
    """Return the names newslens knows, extended or overridden by the names file or folder of files `extra`.

    One process loads them once, and again when a file has changed.

    Raises: SetupError: a names file is missing or broken; the message holds file, key and cure.
    """
    if extra is None:
        return _default_names()
    states = ((path, path.stat()) for path in names_files(extra))
    return _extended_names(tuple((path, state.st_mtime_ns, state.st_size) for path, state in states))
