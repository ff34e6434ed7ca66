"""Language packs: the words of one language, as validated data, and the patterns built from them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, cached_property
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from newslens.errors import SettingsError, SetupError
from newslens.records import LANGUAGES

_LETTER = "a-z\u00df-\u024f"
_HAN = re.compile(r"[\u3400-\u9fff]")


Tree = dict[str, "Tree"]


class Section(BaseModel):
    """A frozen table of a language pack."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NumberWords(Section):
    """Number words: `units` add, `hundreds` multiply what stands before, at most `most_hundreds` of them.

    `fractions` are parts of one,
    `halves_after` follow a number ("and a half"), `few` are powers of ten without a number ("tens of"), `about`
    round counts ("une centaine"), `measures` what a bare or shortened Han numeral may count.
    """

    units: dict[str, int]
    hundreds: dict[str, int]
    most_hundreds: int
    articles: list[str]
    pronouns: list[str]
    joiners: list[str]
    point: list[str]
    minus: list[str]
    not_minus: list[str]
    halves_after: dict[str, str]
    few: dict[str, int]
    about: dict[str, int]
    about_before: list[str]
    more: list[str]
    not_more: list[str]
    more_after_words: list[str]
    measures: list[str]
    not_numbers: list[str]
    fractions: dict[str, int]
    bare_fractions: list[str]
    fraction_links: list[str]
    fraction_nouns: list[str]
    fraction_articles: list[str]
    fraction_followers: list[str]
    times: dict[str, int]


class BoundWords(Section):
    """Words of a bound, by the side of the number on which they stand."""

    before: dict[Literal["exact", "approx", "at_least", "at_most"], list[str]]
    after: dict[Literal["approx", "at_least", "at_most"], list[str]]
    fillers: list[str]
    range_start: list[str]
    range_joiners: list[str]
    range_pairs: list[str]
    change_from: list[str]
    changed: list[str]
    comparing: list[str]
    not_after: list[str]


class UnitWords(Section):
    """Nouns that make a number a quantity of a contract unit."""

    percent: list[str]
    percent_before: list[str]
    percentage_points: list[str]
    chips: list[str]
    chip_adjectives: list[str]
    chip_classifiers: list[str]
    chips_alone: list[str]
    parameters: list[str]
    chip_hours: list[str]
    hours: list[str]
    users: list[str]
    downloads: list[str]
    occurrences: list[str]
    count_adjectives: list[str]
    count_suffixes: list[str]
    glued: list[str]
    of: list[str]
    one: list[str]
    tokens: list[str]
    token_kinds: list[str]
    token_sides: list[str]
    token_millions: list[str]
    price_notes: list[str]
    per: list[str]
    input: list[str]
    output: list[str]
    periods: dict[Literal["month", "year", "day", "hour", "week"], list[str]]
    chip_periods: list[str]
    chip_period_phrases: list[str]
    period_phrases: list[str]
    times_past: list[str]
    each: list[str]
    others: list[str]
    times: list[str]


class MarketWords(Section):
    """Words for parts of a market: `sectors` with a noun behind (`heads`) or before (`head_first`), and indices.

    `no_heads` are longer words that begin like a head. `indices` end an index's name, which begins with a capital or
    one of `index_makers`; `no_indices` are words in it that make it another sort of index.
    """

    sectors: list[str]
    heads: list[str]
    no_heads: list[str]
    head_first: list[str]
    indices: list[str]
    index_makers: list[str]
    no_indices: list[str]


class Pack(Section):
    """All the words of one language that the steps read; see docs/languages.md for each key."""

    code: Literal["fr", "en", "zh"]
    numerals: Literal["words", "han"]
    comma_is_decimal: bool
    cldr_locales: list[str]
    numbers: NumberWords
    multipliers: dict[str, int]
    letters: dict[str, int]
    ordinals: list[str]
    dates_before: list[str]
    dates_after: list[str]
    names_before: list[str]
    not_names: list[str]
    demonyms: dict[str, list[str]]
    groups: list[str]
    not_units: list[str]
    abbreviations: list[str]
    clause_words: list[str]
    currency_noun: Literal["first", "last", "none"]
    currency_letters: dict[str, str]
    currencies: dict[str, list[str]]
    not_currencies: list[str]
    local_currencies: list[str]
    pieces: list[str]
    ambiguous_currencies: dict[str, list[str]]
    cents: dict[str, list[str]]
    tenths: list[str]
    thousandths: list[str]
    currency_adjectives: dict[str, list[str]]
    bounds: BoundWords
    units: UnitWords
    market: MarketWords
    cues: dict[str, list[str]]
    period_words: dict[Literal["quarter", "month", "year", "day", "year_loosely"], list[str]]
    facet_words: dict[Literal["input", "output", "cached", "missed", "written"], list[str]]
    ratio_words: dict[Literal["of the cost", "less", "more", "quoted"], list[str]]

    @cached_property
    def cue_patterns(self) -> dict[str, re.Pattern[str]]:
        """One pattern a cue, over the lower-cased folded text."""
        return {name: words_pattern(words) for name, words in self.cues.items() if words}


def alternatives(words: Iterable[str]) -> str:
    """Return a regex source that matches any of `words`, longest first; `*` at an end stands for more letters.

    Words of letters match as whole words; Han words match anywhere. A space matches any run of folded space.
    The source is a tree of shared beginnings: the ~1,500 currency names of a language cost no more than a few.
    """
    whole: Tree = {}
    anywhere: Tree = {}
    for word in sorted(set(words)):
        body = word.strip("*").lower()
        starts_word = not word.startswith("*") and re.match(f"[{_LETTER}]", body)
        node = whole if starts_word else anywhere
        for sign in body:
            node = node.setdefault(r"\s{1,3}" if sign == " " else re.escape(sign), {})
        node[""] = {_ending(word, body): {}}
    sources = [f"(?<![{_LETTER}]){_tree_source(whole)}"] if whole else []
    sources += [_tree_source(anywhere)] if anywhere else []
    return f"(?:{'|'.join(sources)})" if sources else "(?!)"


def _ending(word: str, body: str) -> str:
    if word.endswith("*"):
        return f"[{_LETTER}]*"
    ends_word = re.search(f"[{_LETTER}]$", body) and not _HAN.search(body)
    return f"(?![{_LETTER}])" if ends_word else ""


def _tree_source(node: Tree) -> str:
    branches = [sign + _tree_source(rest) for sign, rest in sorted(node.items(), reverse=True) if sign]
    branches += node.get("", ())  # last: the longer words are tried first
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return `alternatives(words)` compiled."""
    return re.compile(alternatives(words))


@cache
def load_pack(code: str) -> Pack:
    """Return the pack of language `code`.

    Raises: SettingsError: no such language; SetupError: the pack's file is broken (names file and key).
    """
    if code not in LANGUAGES:
        raise SettingsError(f"unknown language: `{code}`", hint=f"known: {', '.join(LANGUAGES)}", language=code)
    file = f"{code}.toml"
    try:
        table = tomllib.loads(resources.files("newslens.languages").joinpath(file).read_text("utf-8"))
        return Pack.model_validate(table)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SetupError(f"language pack {file}: {error}", hint="reinstall newslens", file=file) from error
