"""A copy of a text without what parts the signs of a number: markup, entities, wrapped lines, spaced Han."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from newslens.languages.sentences import is_wrap
from newslens.languages.view import TextView, view_text

_LINE_BREAK = r" ?\n {0,8}"
_STARS = r"\*{2,3}|(?<![\d\s*])\*(?![\d\s*])|(?<=[\s(])\*(?=[^\s*])|(?<=[^\s*])\*(?=[\s).,;:!?]|$)"
_UNDERSCORES = r"(?<!\w)_{1,2}(?=[^\W_])|(?<=[^\W_])_{1,2}(?!\w)"
_ENTITY = r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|[A-Za-z]{2,8});"
_INVISIBLE = "[\u00ad\u200b\u2060\ufeff]"
_WRAPPED = r"(?<=[a-zà-ÿ])-\n(?=[a-zà-ÿ])"
_HAN_OR_DIGIT = r"[0-9\u3400-\u9fff.]"
# 3 0 0 万 元, 二 十 五: signs one by one, a Han sign among the first few
_SPACED = (
    rf"(?<!{_HAN_OR_DIGIT} )(?<![0-9A-Za-z])(?={_HAN_OR_DIGIT}(?: {_HAN_OR_DIGIT}){{0,9}} [\u3400-\u9fff])"
    rf"(?:{_HAN_OR_DIGIT} ){{2,}}{_HAN_OR_DIGIT}(?![0-9A-Za-z.])"
)
_NOISE = re.compile(
    rf"(?P<spaced>{_SPACED})|(?P<entity>{_ENTITY})|{_INVISIBLE}|{_WRAPPED}|(?P<break>{_LINE_BREAK})|{_STARS}|{_UNDERSCORES}"
)
_INVISIBLE_SIGN = re.compile(_INVISIBLE)
_HINT = re.compile(rf"[\n*_&\u00ad\u200b\u2060\ufeff]|{_HAN_OR_DIGIT} {_HAN_OR_DIGIT} {_HAN_OR_DIGIT}")


@dataclass(frozen=True, slots=True)
class PlainCopy:
    """A text without noise, and where each of its characters stands in the text as read.

    `starts` holds one offset a character and, last, the length of the text as read.
    """

    view: TextView
    starts: list[int]
    ends: list[int]

    def outer(self, start: int, end: int) -> tuple[int, int]:
        """Return a span of the copy as a span of the text as read."""
        return self.starts[start], self.ends[end - 1]

    def inner(self, start: int, end: int) -> tuple[int, int]:
        """Return a span of the text as read as the span of the copy that covers it."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)


def plain_copy(view: TextView) -> PlainCopy | None:
    """Return the text without noise, or None where there is none (most texts)."""
    if not _HINT.search(view.text):
        return None
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, instead in _noise(view):
        pieces += [view.text[at:start], instead]
        starts += [*range(at, start), *([start] * len(instead))]
        ends += [*range(at + 1, start + 1), *([end] * len(instead))]
        at = end
    if not pieces:
        return None
    length = len(view.text)
    pieces.append(view.text[at:])
    starts += [*range(at, length), length]
    ends += range(at + 1, length + 1)
    return PlainCopy(view_text("".join(pieces)), starts, ends)


def _noise(view: TextView) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, replacement) of what is no part of the text's words."""
    for match in _NOISE.finditer(_noise_text(view)):
        if match.group("spaced"):
            yield from ((i, i + 1, "") for i in range(match.start(), match.end()) if view.norm[i] == " ")
        elif match.group("entity"):
            sign = html.unescape(match.group())
            if len(sign) == 1:
                yield match.start(), match.end(), sign
        elif match.group("break"):
            if is_wrap(view, match.start() + match.group().index("\n")):
                yield match.start(), match.end(), " "
        else:
            yield match.start(), match.end(), ""


def _noise_text(view: TextView) -> str:
    """Return the folded text with the invisible signs as they were (folding makes spaces of them)."""
    if not _INVISIBLE_SIGN.search(view.text):
        return view.norm
    return "".join(a if _INVISIBLE_SIGN.match(a) else b for a, b in zip(view.text, view.norm, strict=True))
