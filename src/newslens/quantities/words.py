"""Number words of English and French: "two hundred and five", "soixante et onze", "cinq virgule six"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from newslens.languages.pack import NumberWords, alternatives, load_pack

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class WordGrammar:
    """The compiled number words of one language."""

    numbers: NumberWords
    word: re.Pattern[str]
    article: re.Pattern[str]
    joint: re.Pattern[str]
    point: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Sum:
    """What a run of number words says so far: thousands, the rest, and how small the next word must be."""

    thousands: int = 0
    part: int = 0
    below: int = 1000

    @property
    def total(self) -> int:
        return self.thousands + self.part


@cache
def word_grammar(code: str) -> WordGrammar:
    """Return the number words of language `code`, compiled once."""
    numbers = load_pack(code).numbers
    return WordGrammar(
        numbers,
        re.compile(alternatives([*numbers.units, *numbers.hundreds])),
        re.compile(rf"{alternatives(numbers.articles)}[ -](?={alternatives(numbers.hundreds)})"),
        re.compile(rf"[ -](?P<joiner>{alternatives(numbers.joiners)}[ -])?"),
        re.compile(rf" {alternatives(numbers.point)} "),
    )


def spelled(written: str) -> str:
    """Return words as the pack spells them: single spaces."""
    return _SPACE.sub(" ", written)


def read_words(low: str, at: int, grammar: WordGrammar) -> tuple[int, Decimal] | None:
    """Return the end and value of the longest number in words at `at`, or None where there is none.

    Magnitudes from a million up are no part of it. "one hundred and two hundred" ends before the "and".
    """
    article = grammar.article.match(low, at)
    whole = _read_whole(low, article.end() if article else at, grammar)
    if whole is None:
        return None
    end, value = whole
    point = grammar.point.match(low, end)
    decimals = _read_decimals(low, point.end(), grammar) if point else None
    if decimals is None:
        return end, Decimal(value)
    return decimals[0], Decimal(f"{value}.{decimals[1]}")


def _read_whole(low: str, at: int, grammar: WordGrammar) -> tuple[int, int] | None:
    numbers, state, end = grammar.numbers, _Sum(), -1
    before_joiner: tuple[int, int] | None = None
    scaled = False  # whether the last word was hundred or thousand
    while match := grammar.word.match(low, at):
        word = spelled(match.group())
        added = _add(state, word, numbers)
        if added is None:
            if before_joiner and word in numbers.hundreds:
                return before_joiner
            break
        state, end, scaled = added, match.end(), word in numbers.hundreds
        joint = grammar.joint.match(low, end)
        if joint is None:
            break
        if joint.group("joiner"):
            if not _joins(low, joint.end(), state, grammar, scaled=scaled):
                break
            before_joiner = (end, state.total)
        at = joint.end()
    return (end, state.total) if end >= 0 else None


def _joins(low: str, at: int, state: _Sum, grammar: WordGrammar, *, scaled: bool) -> bool:
    """Tell whether "and", "et" goes on with the number: "two hundred and five", "vingt et un", never "two and five"."""
    following = grammar.word.match(low, at)
    value = grammar.numbers.units.get(spelled(following.group())) if following else None
    return value is not None and (scaled or (state.part >= 20 and value in (1, 11)))


def _add(state: _Sum, word: str, numbers: NumberWords) -> _Sum | None:
    """Return the sum with one more word, or None where the word cannot go on with it ("five twenty")."""
    scale = numbers.hundreds.get(word)
    if scale is None:
        value = numbers.units[word]
        if value >= state.below:
            return None
        # soixante-douze and quatre-vingt-dix-sept count on to nineteen
        below = 20 if value in (60, 80) else 10 if value >= 20 else 1
        return replace(state, part=state.part + value, below=below)
    if scale >= 1000:
        return None if state.thousands else _Sum(max(state.part, 1) * scale)
    return None if state.part > numbers.most_hundreds else replace(state, part=max(state.part, 1) * scale, below=scale)


def _read_decimals(low: str, at: int, grammar: WordGrammar) -> tuple[int, str] | None:
    """Read what follows "point": digits one by one ("five seven six", "zéro cinq") or a number ("soixante-quinze")."""
    units, written, end = grammar.numbers.units, "", -1
    while (match := grammar.word.match(low, at)) and units.get(spelled(match.group()), 10) < 10:
        written, end = written + str(units[spelled(match.group())]), match.end()
        joint = grammar.joint.match(low, end)
        if joint is None or joint.group("joiner"):
            return end, written
        at = joint.end()
    if written.strip("0"):
        return end, written
    rest = _read_whole(low, at, grammar)
    return (rest[0], written + str(rest[1])) if rest else (end, written) if written else None
