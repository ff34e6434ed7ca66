"""Names that no list holds, told by their capitals: "Priya Nair", "Gridline Compute", "Orphée-2"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from newslens.entities.mentions import Mention
from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.languages.view import TextView

_WORD = r"[A-Z\u00c0-\u00de][A-Za-z0-9_\u00c0-\u024f'’&-]*(?:\.(?=[A-Za-z])[A-Za-z0-9_]+)*"
_NAME = re.compile(
    rf"(?<![\w@#/.-]){_WORD}(?: (?:(?:de|of|du|von|van|di|al) )?(?:{_WORD}|\d{{1,3}}(?:\.\d)?(?:B)?(?![\w%,.€$])))*"
)
_MARKED = re.compile(r"[a-z][A-Z]|\d|-[A-Z0-9]|&")  # camel case, digits, hyphens: a name wherever it stands
_CODE = re.compile(r"[A-Z0-9.%&/-]{2,}s?$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;。！？：\n]\s*|[-*•>#|\"(\[]\s*|\d[.)]\s*)$")
_STOCK_CODE = re.compile(
    r"(?:^|(?<=[，。；、：:;,\s（(）)|]))([\u4e00-\u9fff][\u4e00-\u9fffA-Za-z·'-]{1,11})\s?[（(](?:[0-9]{4,6}|[A-Z]{2,4}[:：])",
    re.M,
)
UNLISTED_SCORE = 0.4
GROUP_SCORE = 0.5
HEADLINE_SHARE = 0.6
HEADLINE_LENGTH = 140


def find_unlisted(view: TextView, known: Sequence[Mention], pack: Pack) -> list[Mention]:
    """Return capitalised names outside `known`, kept as the text has them, kind `unknown`.

    A single capitalised word at the start of a sentence counts only where its form marks it as a name or the
    text writes it with a capital elsewhere. Lines in headline style are left out.
    """
    taken = {i for m in known for i in range(m.start, m.end)}
    found: list[tuple[int, int]] = []
    inside: set[str] = set()
    starts: list[tuple[int, int]] = []
    for match in _NAME.finditer(view.norm):
        start, end = _trimmed(view, match.start(), match.end(), pack)
        if start >= end or any(i in taken for i in range(start, end)) or not _is_name(view.norm[start:end], pack):
            continue
        text = view.norm[start:end]
        if (
            start == match.start()
            and _SENTENCE_START.search(view.norm, max(0, start - 4), start)
            and not (" " in text or _MARKED.search(text))
        ):
            starts.append((start, end))
        elif not _in_headline(view.norm, start, end):
            found.append((start, end))
            inside.add(text)
    found += [(s, e) for s, e in starts if view.norm[s:e] in inside]
    mentions = [Mention(s, e, view.text[s:e], "unknown", False, UNLISTED_SCORE) for s, e in found]
    mentions += [m for m in _listed_companies(view) if not taken.intersection(range(m.start, m.end))]
    return sorted(mentions, key=lambda m: m.start)


def _listed_companies(view: TextView) -> Iterator[Mention]:
    """Yield the companies that a stock code in brackets marks: 香港宽频（1310）收报5.03元."""
    for match in _STOCK_CODE.finditer(view.norm):
        start, end = match.span(1)
        yield Mention(start, end, view.text[start:end], "organisation", False, UNLISTED_SCORE)


def _trimmed(view: TextView, start: int, end: int, pack: Pack) -> tuple[int, int]:
    """Return the span without capitalised small words at its ends ("The", "Selon", "Monday")."""
    words = [(m.start() + start, m.end() + start) for m in re.finditer(r"\S+", view.norm[start:end])]
    while words and view.low[words[0][0] : words[0][1]].strip("'’") in pack_small_words(pack.code):
        words.pop(0)
    while words and view.low[words[-1][0] : words[-1][1]] in pack_small_words(pack.code):
        words.pop()
    if not words:
        return start, start
    end = words[-1][1]
    tail = view.norm[words[0][0] : end]
    return words[0][0], end - (2 if tail.endswith("'s") else 0)


def _is_name(text: str, pack: Pack) -> bool:
    if len(text) < 3 or (
        _CODE.fullmatch(text) and not (any(c.isdigit() for c in text) and any(c.isalpha() for c in text))
    ):
        return False
    return text.lower() not in pack_small_words(pack.code) and any(c.islower() for c in text)


def _in_headline(norm: str, start: int, end: int) -> bool:
    line_start, line_end = norm.rfind("\n", 0, start) + 1, norm.find("\n", end)
    line = norm[line_start : line_end if line_end > 0 else len(norm)]
    if len(line) > HEADLINE_LENGTH or line.rstrip()[-1:] in ".!?。！？":
        return False
    words = re.findall(r"[A-Za-z\u00c0-\u024f]{4,}", line)
    return len(words) >= 4 and sum(w[0].isupper() for w in words) > HEADLINE_SHARE * len(words)


def find_groups(view: TextView, pack: Pack) -> list[Mention]:
    """Return countries named by a people's adjective beside a group: "American models", « les géants chinois »."""
    return [
        Mention(match.start(), match.end(), country, "country", True, GROUP_SCORE)
        for country, beginnings, pattern in _group_patterns(pack.code)
        if any(beginning in view.low for beginning in beginnings)  # far cheaper than the pattern
        for match in pattern.finditer(view.low)
    ]


@cache
def _group_patterns(code: str) -> list[tuple[str, list[str], re.Pattern[str]]]:
    """Return each country with how its adjectives begin, and the pattern of one beside a group."""
    pack = load_pack(code)
    group = alternatives(pack.groups)
    return [
        (
            country,
            [word.strip("*").lower().split(" ")[0] for word in words],
            re.compile(rf"{adjective} (?:ai |leading )?{group}|{group} {adjective}"),
        )
        for country, words in pack.demonyms.items()
        for adjective in (alternatives(words),)
    ]


@cache
def pack_small_words(code: str) -> frozenset[str]:
    """Return the words of language `code` that bear a capital without being names."""
    return frozenset(w.lower() for w in load_pack(code).not_names)
