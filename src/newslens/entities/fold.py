"""A copy of a text in which spelling variants look alike, with the way back to the text's own offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

# What a reader does not see, or reads as nothing: zero-width signs, soft hyphens, combining accents (a text in NFD),
# spaces at a line's end or after a space.
_DROPPED = re.compile(
    "[\u00ad\u0300-\u036f\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]+"
    "|[ \u00a0\u3000]++\r?(?=\n)|\r(?=\n)|(?<=[ \u00a0\u3000])[ \u00a0\u3000]+"
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_WRAPPED_LINE = re.compile(r"(?<=[A-Za-zÀ-ÿ,;])\n(?=[A-Za-zÀ-ÿ])")
_SIGNS = {
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "\ufe63": "-",
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u2032": "'", "`": "'",
    "\u2022": "·", "\u2027": "·", "\u2219": "·", "\u22c5": "·", "\u30fb": "·", "\uff65": "·",
}  # fmt: skip
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"

# Signs that Simplified texts write too, in names: 昇腾 is a chip, 升腾 is to rise.
_KEPT = "昇"


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text.

    Offsets: `places[i]` is the offset, in the text as given, of `text[i]`; None where the two offsets are equal.
    """

    text: str
    places: Sequence[int] | None

    def start(self, index: int) -> int:
        """Return where the folded character `index` starts in the text as given."""
        return index if self.places is None else self.places[index]

    def end(self, index: int) -> int:
        """Return where a span that ends before the folded character `index` ends in the text as given."""
        return index if self.places is None else self.places[index - 1] + 1


@cache
def _plain_letters() -> dict[int, str]:
    """Return signs, spaces, accented and full-width letters, each with the single plain character it stands for."""
    table = {ord(sign): plain for sign, plain in _SIGNS.items()} | {ord(space): " " for space in _SPACES}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00), *range(0xFF01, 0xFF5F)):
        plain = "".join(sign for sign in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(sign))
        if len(plain) == 1 and plain != chr(code):
            table[code] = plain
    return table


@cache
def _simplified() -> dict[int, str]:
    """Return each Traditional character with its Simplified one.

    Source: OpenCC's `t2s`, asked once for every character of the two common blocks, one a line.
    """
    from opencc import OpenCC

    characters = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {ord(old): new for old, new in zip(characters, converted, strict=True) if old != new and len(new) == 1}
    return table | {ord(sign): sign for sign in _KEPT}


def fold(text: str) -> Folded:
    """Return `text` with plain letters, signs and spaces, in Simplified characters, letter case kept.

    A line break inside a sentence becomes a space; what nobody sees (zero-width signs, soft hyphens, combining accents)
    and a second space in a row are left out.
    """
    places: list[int] | None = None
    if _DROPPED.search(text):
        places = []
        kept, last = [], 0
        for dropped in _DROPPED.finditer(text):
            kept.append(text[last : dropped.start()])
            places.extend(range(last, dropped.start()))
            last = dropped.end()
        kept.append(text[last:])
        places.extend(range(last, len(text)))
        text = "".join(kept)
    if not text.isascii():
        text = text.translate(_plain_letters())
        if _HAN.search(text):
            text = text.translate(_simplified())
    return Folded(_WRAPPED_LINE.sub(" ", text), places)
