"""Versions of models and chips, recognised by how their family names them rather than listed one by one.

`DeepSeek-V3.2-Exp`, `Claude 3.5 Sonnet`, `Llama 3.1 405B`, `昇腾910C`: a family's name, then elements of a few sorts:
a series letter with a number, a number, a size, a date, a variant word. What a family allows is data (`[families]` in
the names files).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newslens.entities.catalogue import Family, Kind

MAX_ELEMENTS = 8
# What makes the number before it a quantity: "Claude 3 fois", "Kimi 2月", "Llama 3 %", "Grok 3,5 millions".
_SIGNS_AFTER = r"[%$€£¥万亿千百倍年月日个名位元岁块台枚张折种次天周季成点]"
_WORDS_AFTER = (
    r"(?:million|milliard|billion|trillion|percent|pour|euro|dollar|yuan|mois|jours"
    r"|(?:fois|times|ans|bn|mn|months?|days?|weeks?|years?)\b)"
)
_NO_QUANTITY = rf"(?![.,:]?\d)(?! ?(?:{_SIGNS_AFTER}|{_WORDS_AFTER}))"
_NO_COUNT = r"(?! ?个?(?:param|参数|tokens?\b|jetons?\b|词元|GPUs?\b))"
_SIZE = r"(?:\d{1,4}(?:\.\d{1,2})?|\d{1,2}x\d{1,3}|A\d{1,3}(?:\.\d)?|E\d{1,3})[BM](?![A-Za-z0-9])" + _NO_COUNT
_MONTH_AND_DAY = r"(?:0[1-9]|1[0-2])(?:[0-2][1-9]|[123]0|31)"
_DATE = rf"(?<=[-_])(?:\d{{4}}|\d{{6}}|\d{{8}})(?!\d)|(?<= ){_MONTH_AND_DAY}(?!\d){_NO_QUANTITY}"
# Words that may follow in lower case after a space: "Gemini flash", but not "Claude code".
_LOWER_WORDS = frozenset(
    ("mini", "nano", "flash", "turbo", "preview", "opus", "sonnet", "haiku", "high", "thinking", "instruct")
)


@dataclass(frozen=True, slots=True)
class VersionFamily:
    """A family ready to match: its canonical name, its grammar, and the pattern of one element of a version."""

    name: str
    kind: Kind
    owner: str | None
    grammar: Family
    element: re.Pattern[str]
    words: Mapping[str, str]

    @property
    def label(self) -> str:
        """The words with which every version's canonical name starts."""
        return self.name if self.grammar.label is None else self.grammar.label


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


def _element_pattern(grammar: Family, words: Iterable[str], families: Iterable[str]) -> re.Pattern[str]:
    names, bases = _any_of(words), _any_of(families)
    number = series = r"(?!)"
    if grammar.digits:
        digits = rf"\d{{1,{grammar.digits}}}(?:\.\d{{1,2}}){{0,2}}(?:[A-Z](?![A-Z0-9]))?"
        number = rf"(?:(?<=[A-Z-]){digits}(?!\.?\d)|{digits}{_NO_QUANTITY})"
    if grammar.series:
        series = rf"[{grammar.series}]\d{{1,2}}(?:\.\d{{1,2}})?(?![\d%]|\.\d)[A-Z]?(?![A-Z])"
    return re.compile(
        rf"(?P<sep>[ _-]?(?:大?模型)?|:(?={_SIZE}))"
        rf"(?:(?P<series>{series})|(?P<size>{_SIZE}(?:/{_SIZE})*)|(?P<date>{_DATE})"
        rf"|v?(?P<number>{number})|(?P<word>{names})(?![A-Z])|(?P<base>{bases})(?![A-Z]))",
        re.IGNORECASE,
    )


def build_family(
    name: str, kind: Kind, owner: str | None, grammar: Family, words: Iterable[str], families: Iterable[str]
) -> VersionFamily:
    """Return the family `name` ready to match.

    `words` are the variant words every family may use, `families` the names of other families, which may stand inside
    a version (`R1-Distill-Llama-70B`).
    """
    spelt = {word.lower(): word for word in (*words, *grammar.words)}
    bases = {word.lower(): word for word in families}
    return VersionFamily(name, kind, owner, grammar, _element_pattern(grammar, spelt, bases), spelt | bases)


def _is_allowed(found: re.Match[str], before: str | None, earlier: str) -> bool:
    """Return whether an element may follow the one `earlier`, of the sort `before` (None: the family's name)."""
    sort, sep, text = found.lastgroup, found["sep"], found.group()
    if sort == "number":  # "Llama 3 70": a second number is a quantity, "Claude Opus 4" is not
        return before in (None, "word", "base")
    if sort == "base":  # the model distilled into: "R1-Distill-Llama-70B"
        return before == "word" and "istil" in earlier
    if sort == "size":
        return before is not None or bool(sep) or "." not in text
    if sort == "date":
        return before is not None or sep in ("-", "_")
    if sort == "word" and found["word"].islower() and sep == " ":  # "Gemini flash" yes, "Claude code" no
        return found["word"] in _LOWER_WORDS
    if sort == "word" and not sep:  # "豆包1.5Pro", "GPT4Turbo"; never "Claudemini"
        return before is not None and not found["word"].islower()
    return True


def extend(family: VersionFamily, text: str, position: int) -> tuple[int, str] | None:
    """Return the end and canonical name of the version whose family name ends at `position`; None where none follows.

    Offsets: code points of `text`, end exclusive.
    """
    parts: list[str] = []
    before: str | None = None
    while len(parts) < MAX_ELEMENTS and (found := family.element.match(text, position)):
        if not _is_allowed(found, before, parts[-1] if parts else ""):
            break
        before = found.lastgroup
        assert before is not None  # every alternative of the pattern is a named group
        parts.append(_spelt(family, before, found[before]))
        position = found.end()
    if not parts:
        return None
    grammar = family.grammar
    return position, family.label + grammar.first + grammar.rest.join(parts)


def _spelt(family: VersionFamily, sort: str, text: str) -> str:
    if sort in ("word", "base"):
        return family.words[text.lower()]
    if sort == "size":  # "Qwen-32B/14B/7B": several at once, named by the first
        return text.partition("/")[0]
    return text.capitalize() if sort == "series" else text
