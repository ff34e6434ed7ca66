"""Aliases: the ways a name is written, and whether a stretch of text may be one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from newslens.entities.catalogue import Entry, Kind
from newslens.entities.fold import fold

# strong: a name wherever it stands; weak: where the text also holds the name in full, its owner or a context word;
# surname: where the text also holds the name in full; decoy: no name, but hides those inside it.
Strength = Literal["strong", "weak", "surname", "decoy"]
SHORTEST_GLUED = 8  # letters: "SamAltman" is read as "Sam Altman", "MetaAI" must be listed
LONGEST_ACRONYM = 5  # an alias of capitals up to this length is only read in capitals
_UNIT_AFTER_DIGIT = re.compile(r"(?:s|x|GPUs?|PCIe|SXM|NVL|TPUs?)(?![a-z])", re.IGNORECASE)
_LATIN_RUN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Alias:
    """One way to write a name; `text` is folded."""

    text: str
    name: str
    kind: Kind
    strength: Strength
    cased: bool = False
    distinctive: bool = False
    context: tuple[str, ...] = ()


def _spellings(alias: str) -> Iterator[str]:
    """Yield `alias` folded, and as it is written without its spaces or middle dots."""
    text = fold(alias).text
    yield text
    if "·" in text:
        yield text.replace("·", "")
        yield text.replace("·", ".")
        yield text.replace("·", " ")
    elif " " in text and text.isascii() and len(text.replace(" ", "")) >= SHORTEST_GLUED:
        yield text.replace(" ", "")


def entry_aliases(name: str, kind: Kind, entry: Entry) -> Iterator[Alias]:
    """Yield every alias of a catalogue entry: those listed, the name itself, a person's surname."""
    context = tuple(fold(word).text.lower() for word in entry.context)
    listed: list[tuple[str, Strength, bool]] = [(alias, "strong", False) for alias in entry.aliases]
    listed += [(alias, "strong", True) for alias in entry.cased]
    listed += [(alias, "weak", True) for alias in entry.weak]
    if entry.bare and not any(alias == name for alias, *_ in listed):
        listed.insert(0, (name, "strong", False))
    if kind == "person":
        listed += [(alias, "surname", True) for alias in _surnames(name, entry)]
        if entry.surname and name.startswith(f"{entry.surname} "):
            listed.append((f"{name.removeprefix(entry.surname).strip()} {entry.surname}", "strong", False))
    for alias, strength, cased in listed:
        for text in _spellings(alias):
            yield Alias(text, name, kind, strength, cased, entry.distinctive, context)


def _surnames(name: str, entry: Entry) -> Iterator[str]:
    """Yield the surname alone: the word the entry gives ("" for none), else the last; the last of 马克·扎克伯格."""
    if entry.surname is None:
        last = name.rsplit(" ", 1)[-1]
        if len(last) > 2 and last != name:
            yield last
    elif entry.surname:
        yield entry.surname
    for alias in entry.aliases:
        last = alias.rsplit("·", 1)[-1]
        if last != alias and len(last) > 1:
            yield last


def case_fits(surface: str, alias: Alias) -> bool:
    """Return whether `surface`, equal to the alias but for letter case and glue, is cased like a name."""
    if surface == alias.text or not _LATIN_RUN.search(surface):
        return True
    if alias.cased:
        return len(alias.text) >= 4 and surface == alias.text.upper()
    if surface.count(" ") > alias.text.count(" "):  # "Open AI" is the name, "an open AI ecosystem" is not
        return all(not word[:1].islower() for word in surface.split(" "))
    if alias.distinctive:
        return True
    if alias.text.isupper() and len(alias.text) <= LONGEST_ACRONYM:
        return False
    if surface.count(" ") == alias.text.count(" "):  # "Thinking machines are…" is no name, "Thinking Machines" is
        words = zip(surface.split(" "), alias.text.split(" "), strict=True)
        return not any(listed[:1].isupper() and word[:1].islower() for word, listed in words)
    return surface[:1].isupper()


def _is_latin(sign: str) -> bool:
    return sign.isalnum() and sign < "\u2e80"


def edges_fit(text: str, start: int, end: int, alias: Alias, starts: set[int], ends: set[int]) -> bool:
    """Return whether the alias at [start, end) is cut out of no longer word.

    `starts` and `ends` are where other names start and end: "ZackKass" and "OpenAIo1" are two names glued together.
    """
    first, last = text[start], text[end - 1]
    before, after = text[start - 1 : start], text[end : end + 1]
    if before and _is_latin(first) and not _left_fits(text, start, first, before, alias, ends):
        return False
    if not after or not _is_latin(last):
        return True
    if last.isdigit():
        if after == "%" or (after == "." and text[end + 1 : end + 2].isdigit()):
            return False
        return not _is_latin(after) or end in starts or _UNIT_AFTER_DIGIT.match(text, end) is not None
    if after.isdigit():
        return alias.distinctive or alias.kind == "chip" or end in starts
    return not _is_latin(after) or alias.distinctive or end in starts


def _left_fits(text: str, start: int, first: str, before: str, alias: Alias, ends: set[int]) -> bool:
    if before == "-" and any(sign.isdigit() for sign in alias.text):  # "Open-R1", "marco-o1"; "OpenAI-o1" is o1
        return start - 1 in ends or not _is_latin(text[start - 2 : start - 1])
    if not _is_latin(before):
        return True
    if before.isdigit():
        return first.isalpha() and (alias.distinctive or alias.kind == "chip")
    if alias.kind == "chip" and before in "xX" and text[start - 2 : start - 1].isdigit():  # "8xH100"
        return True
    return first.isalpha() and (alias.distinctive or start in ends)
