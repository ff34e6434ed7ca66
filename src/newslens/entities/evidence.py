"""What else a text says that makes a doubtful short form a name: the name in full, its owner, a context word."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from newslens.entities.aliases import Alias
from newslens.entities.mentions import Mention

_WORD_BEFORE = re.compile(r"([A-Za-z][A-Za-z'-]*) $")
_LOOK_BACK = 60  # characters
_SHORTEST_HEADLINE = 4  # words


def has_evidence(alias: Alias, owner: str | None, present: Collection[str | None], lowered: str) -> bool:
    """Return whether a weak alias or surname is its name, in a text that, `lowered`, holds the names `present`."""
    if alias.name in present:
        return True
    if alias.strength == "surname":
        return False
    return owner in present or any(word in lowered for word in alias.context)


def is_claimed(text: str, start: int, ends: Mapping[int, Mention], family: str, plain_words: Collection[str]) -> bool:
    """Return whether the word before a bare version at `start` makes it another maker's ("Rabbit R1", "Nova V3").

    `ends` holds the other names of the text by where they end.
    """
    before = start - 1 if text[start - 1 : start] in (" ", "-") else start
    owner = ends.get(before) or (ends.get(before - 2) if text[before - 2 : before] == "'s" else None)
    if owner is not None:
        return not owner.name.startswith(family)
    found = _WORD_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
    if found is None or not found[1][0].isupper() or found[1].lower() in plain_words:
        return False
    line = text[max(text.rfind("\n", 0, start) + 1, start - 4 * _LOOK_BACK) : start].split()
    capitalised = sum(word[0].isupper() for word in line)
    in_headline = len(line) >= _SHORTEST_HEADLINE and capitalised * 4 >= len(line) * 3  # "DeepSeek Unveils New R1"
    return not in_headline
