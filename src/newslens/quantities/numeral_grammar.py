"""The patterns of one language's numbers, built from its pack."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.languages.signs import load_signs
from newslens.quantities.chips import CHIP_CODE
from newslens.quantities.currencies import SIGNS, cent_names, currency_names, iso_codes
from newslens.quantities.han import HAN_NUMERAL
from newslens.quantities.words import WordGrammar, word_grammar

_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class NumeralGrammar:
    """The compiled patterns of one language's numbers; `words` is None where the numerals are Han.

    `measured` is what an article or fraction must count: a magnitude, money or per cent. The names of currencies are
    long to compile, so the other patterns leave it to be matched behind them.
    """

    pack: Pack
    words: WordGrammar | None
    han: re.Pattern[str]
    fraction_signs: dict[str, Decimal]
    start: re.Pattern[str]
    slash: re.Pattern[str]
    few: re.Pattern[str]
    few_word: re.Pattern[str]
    measured: re.Pattern[str]
    fraction: re.Pattern[str]
    fraction_link: re.Pattern[str]
    about: re.Pattern[str]
    about_link: re.Pattern[str]
    article: re.Pattern[str]
    half_after: re.Pattern[str]
    magnitude: re.Pattern[str]
    letter: re.Pattern[str]
    more: re.Pattern[str]
    more_after_words: re.Pattern[str]
    joiner: re.Pattern[str]
    measure: re.Pattern[str]
    money_before: re.Pattern[str]
    after_name: re.Pattern[str]
    glued_unit: re.Pattern[str]


@cache
def numeral_grammar(code: str) -> NumeralGrammar:
    """Return the number patterns of language `code`, compiled once."""
    pack = load_pack(code)
    numbers, is_han = pack.numbers, pack.numerals == "han"
    magnitudes = alternatives(pack.multipliers)
    money = alternatives(currency_names(code))
    percent = alternatives(pack.units.percent)
    measured = rf"[ -]?(?:{magnitudes}|{money}|{alternatives(cent_names(code))}|{percent})"
    few = alternatives(numbers.few)
    fractions = alternatives(numbers.fractions)
    links = alternatives(numbers.fraction_links)
    articles = alternatives(numbers.articles)
    counts = alternatives([*numbers.articles, *numbers.units])
    about = alternatives(numbers.about)
    before_about = alternatives([*numbers.articles, *numbers.about_before])
    not_more = rf"(?!{alternatives(numbers.not_more)})"
    signs = _fraction_signs()
    return NumeralGrammar(
        pack=pack,
        words=None if is_han else word_grammar(code),
        han=re.compile(HAN_NUMERAL),
        fraction_signs=signs,
        start=re.compile(_start(pack, signs, articles, measured)),
        slash=re.compile(rf"([1-9])/([1-9][0-9]?)(?= ?(?:{links})?[ -]?(?:{magnitudes}|{percent}))"),
        few=re.compile(rf"(?:{few} ?){{1,4}}"),
        few_word=re.compile(few),
        measured=re.compile(measured),
        fraction=re.compile(rf"(?:(?P<n>{counts})[ -])?(?P<d>{fractions})"),
        fraction_link=re.compile(rf" ?{links}"),
        about=re.compile(rf"{before_about}[ -](?P<n>{about})"),
        about_link=re.compile(rf" ?{alternatives(pack.units.of)} ?(?={magnitudes})"),
        article=re.compile(articles),
        half_after=re.compile(rf" ?(?P<half>{alternatives(numbers.halves_after)})(?!{few})"),
        magnitude=re.compile(rf"[ -]{{0,2}}(?P<word>{magnitudes})"),
        letter=re.compile(_letter(pack)),
        more=re.compile(rf"{alternatives(numbers.more)}{not_more}"),
        more_after_words=re.compile(rf"{alternatives([*numbers.more, *numbers.more_after_words])}{not_more}"),
        joiner=re.compile(rf",? {alternatives(numbers.joiners)} | |"),
        measure=re.compile(alternatives(numbers.measures)),
        money_before=re.compile(_money_before(pack)),
        after_name=re.compile(rf"%|(?:{magnitudes})*(?:{_han_names(code)})"),
        glued_unit=re.compile(_glued_unit(pack)),
    )


def _start(pack: Pack, signs: dict[str, Decimal], articles: str, measured: str) -> str:
    """Return the source of what any number may begin with; an article only where it counts something."""
    numbers = pack.numbers
    words = [*numbers.units, *numbers.hundreds, *numbers.few, *numbers.fractions, *pack.multipliers]
    counted = alternatives([*numbers.hundreds, *numbers.fractions, *numbers.about])
    sources = [r"[0-9]|\.[0-9]", f"[{''.join(signs)}]", alternatives(w for w in words if w not in numbers.articles)]
    sources.append(rf"{articles}(?=[ -]{counted}|{measured})")
    sources.append(rf"{alternatives(numbers.about_before)}(?=[ -]{alternatives(numbers.about)})")
    return "|".join([HAN_NUMERAL, *sources] if pack.numerals == "han" else sources)


def _letter(pack: Pack) -> str:
    """Return the source of a magnitude letter, also one glued to a currency code ("20MUSD") or to "tokens"."""
    letters = "|".join(sorted(pack.letters, key=len, reverse=True))
    codes = "|".join([*load_signs().codes.any_case, *(t for t in pack.units.tokens if t.isascii())])
    return rf"(?P<space> ?)(?P<letter>{letters})(?=(?:{codes})(?![a-z])|[^a-z0-9]|$)"


def _money_before(pack: Pack) -> str:
    """Return the source of letters that are money, or tokens, right before a number, in text as it is written."""
    signs = [sign for sign in SIGNS if sign.isascii()]
    in_any_case = [*signs, *load_signs().codes.any_case, *pack.units.tokens, *pack.currency_letters]
    either = "|".join(map(re.escape, sorted(in_any_case, key=len, reverse=True)))
    return rf"(?:^|[^A-Za-z])(?:(?i:{either})|{'|'.join(sorted(iso_codes()))})[ $.]?$"


def _han_names(code: str) -> str:
    return alternatives(name for name in currency_names(code) if _HAN.search(name))


def _glued_unit(pack: Pack) -> str:
    """Return the source of the units that may be glued to digits, but for names of money: "30x", "5h", "2048H800"."""
    units = pack.units
    words = [*units.times, *units.percent, *units.chips, *units.tokens, *units.parameters, *units.users, *units.glued]
    signs = [*(s for s in SIGNS if s.isalpha()), *load_signs().codes.any_case, *load_signs().dollars]
    known = alternatives([*words, *signs])
    codes = "|".join(sorted(iso_codes())).lower()
    return rf"{known}|{CHIP_CODE}|(?:{codes})(?![a-z0-9])|x ?{CHIP_CODE}"


def _fraction_signs() -> dict[str, Decimal]:
    parts = {sign: written.split("/") for sign, written in load_signs().fractions.items()}
    return {sign: Decimal(above) / Decimal(below) for sign, (above, below) in parts.items()}
