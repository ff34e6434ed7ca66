"""What stands beside a number and gives it a unit: money, per cent, tokens, chips, users, times."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.languages.signs import load_signs
from newslens.quantities.chips import CHIP_CODE, GENERATION
from newslens.quantities.currencies import SIGNS, cent_names, currency_names, iso_codes
from newslens.quantities.digits import read_digits

_NUMBER = r"[0-9]+(?:[.,  ][0-9]{3})*"
_CLAUSE_END = r"(?= ?[.,;:()）]|$|\n| and | et )"
_CLASSIFIER_REACH = 14
"""How far a chip's noun may stand behind its classifier: 一万张更为先进的英伟达H100显卡."""


@dataclass(frozen=True, slots=True)
class UnitGrammar:
    """The compiled unit patterns of one language; all match folded lower-case text.

    `nouns` are the counted things in the order in which they are tried: (unit, pattern).
    """

    pack: Pack
    names: dict[str, str]
    cents: dict[str, str]
    money_after: re.Pattern[str]
    cents_after: re.Pattern[str]
    not_money: re.Pattern[str]
    percent: re.Pattern[str]
    points: re.Pattern[str]
    percent_before: re.Pattern[str]
    nouns: tuple[tuple[str, re.Pattern[str]], ...]
    times: re.Pattern[str]
    per_tokens: re.Pattern[str]
    per_tokens_before: re.Pattern[str]
    token_price_of: re.Pattern[str]
    token_hint: re.Pattern[str]
    per_period: re.Pattern[str]
    per_period_too: re.Pattern[str]
    per_period_before: re.Pattern[str]
    per_chip_hour_before: re.Pattern[str]
    per_chip_hour: re.Pattern[str]
    each: re.Pattern[str]
    per_other: re.Pattern[str]
    price_note: re.Pattern[str]
    letter_behind: re.Pattern[str]
    minus: re.Pattern[str]
    not_minus: re.Pattern[str]
    half_times: re.Pattern[str]


@cache
def unit_grammar(code: str) -> UnitGrammar:
    """Return the unit patterns of language `code`, compiled once."""
    pack = load_pack(code)
    units = pack.units
    of = alternatives(units.of)
    per = rf"(?:[ -]?/ ?|[ -]?{alternatives(units.per)}[ -]?)"
    percent = alternatives(units.percent)
    also = alternatives(pack.numbers.joiners)  # "20 euros par utilisateur et par mois"
    period = rf"(?P<period>{alternatives(w for words in units.periods.values() for w in words)})"
    every = rf"(?:{alternatives(units.per)}[^\W\d]{{1,5}}?)?(?P<period>{alternatives(units.period_phrases)})"
    return UnitGrammar(
        pack=pack,
        names=currency_names(code),
        cents=cent_names(code),
        not_money=re.compile(alternatives(pack.not_units)),
        percent=re.compile(rf"[ -]?{percent}"),
        points=re.compile(rf"[ -]?(?:{of} ?)?{alternatives(units.percentage_points)}"),
        percent_before=re.compile(rf"{alternatives(units.percent_before)} ?$"),
        nouns=tuple((unit, re.compile(source)) for unit, source in _noun_sources(pack)),
        times=re.compile(rf"[ -]?{alternatives(units.times)}"),
        per_period=re.compile(rf"(?:{per}| |-){period}(?![a-z])(?! {alternatives(units.times_past)})"),
        per_period_too=re.compile(rf"(?: {also})?{per}{period}(?![a-z])"),
        per_period_before=re.compile(rf"{every}$"),
        per_chip_hour_before=re.compile(rf"{alternatives(units.chip_period_phrases)}$"),
        per_chip_hour=re.compile(rf"{per}{alternatives(units.chip_periods)}|{alternatives(units.chip_period_phrases)}"),
        each=re.compile(rf" ?{alternatives(units.each)}"),
        per_other=re.compile(rf"{per}{alternatives(units.others)}"),
        price_note=re.compile(rf" ?\({alternatives(units.price_notes)}\)"),
        letter_behind=re.compile(rf" ?({_longest_first(pack.letters)})(?![a-z0-9])"),
        minus=re.compile(rf"({alternatives(pack.numbers.minus)})\s?$"),
        not_minus=re.compile(rf"{alternatives(pack.numbers.not_minus)}\s?$"),
        half_times=re.compile(alternatives(pack.numbers.halves_after if pack.numerals == "han" else ())),
        **_money_patterns(pack),
        **_token_patterns(pack, per),
    )


def _money_patterns(pack: Pack) -> dict[str, re.Pattern[str]]:
    units = pack.units
    names, cents = currency_names(pack.code), cent_names(pack.code)
    signs = list(SIGNS)
    letters = (
        {s for s in signs if s[-1].isalpha()} | set(load_signs().codes.any_case) | {c.lower() for c in iso_codes()}
    )
    marks = "|".join(re.escape(s) for s in sorted(signs, key=len, reverse=True) if not s[-1].isalpha())
    coded = rf"(?:{_longest_first(letters)})(?![a-z])"
    dollars = rf"(?:(?<=\$) ?(?P<dollar>{_longest_first(load_signs().dollars)})(?![a-z]))?"
    name = rf"(?P<name>{alternatives(names)}|{coded}|{marks})"
    return {
        "money_after": re.compile(rf"[ -]?(?:{alternatives(units.of)} ?)?{name}{dollars}"),
        "cents_after": re.compile(rf"[ -]?(?P<name>¢|{alternatives(cents)})"),
    }


def _token_patterns(pack: Pack, per: str) -> dict[str, re.Pattern[str]]:
    units = pack.units
    of = rf"[ -]?(?:{alternatives(units.of)} ?)?"
    token = alternatives(units.tokens)
    kind = alternatives([*units.input, *units.output, *units.token_kinds])
    kinds = rf"(?:(?:{alternatives(units.of)} ?)?{kind}[ -]?(?:/ ?{kind} ?)?)"
    amount = _amount_source(pack)
    million = alternatives(units.token_millions)
    side = alternatives(units.token_sides)
    every = rf"(?:{alternatives(units.per)}|/) ?"
    bare = rf"[/每] ?(?P<bare>{million})(?![a-z])"
    sided = rf"{every}(?P<sided>{million}) (?:{alternatives(units.of)} ?)?{kind}"  # "0,55 $ le million en entrée"
    return {
        "per_tokens": re.compile(rf"{per}{kinds}?{amount}{of}{kinds}?(?:(?P<token>{token})(?: {side}{_CLAUSE_END})?)?"),
        "per_tokens_before": re.compile(rf"{every}{amount}{of}{kinds}?{token}(?P<apart>{kinds}? ?[:为约=]?) ?$"),
        "token_price_of": re.compile(rf"(?<![\d.]){amount}{of}{kinds}{{0,2}}(?P<token>{token})|{bare}|{sided}"),
        "token_hint": re.compile(rf"{token}|[/每]|{every}{million} "),
    }


def _amount_source(pack: Pack) -> str:
    """Return the source of how many tokens: 1M, "1 million", 百万, 1,000, 千, "k"."""
    words = alternatives(pack.multipliers)
    letters = rf"(?:{_longest_first(pack.letters)})(?=tok|[^a-z]|$)"
    return rf"(?:(?P<n>{_NUMBER}|{alternatives(pack.units.one)})?[ -]?(?P<m>{words}{{1,2}}|{letters})?)"


def _noun_sources(pack: Pack) -> Iterable[tuple[str, str]]:
    units = pack.units
    of = rf"(?:{alternatives(units.of)} ?)?"
    qualifier = alternatives(units.count_adjectives)
    gap = rf"[ -]?(?:(?:{alternatives(units.of)}|{qualifier}) ?){{0,3}}"
    tail = rf"(?: {alternatives(units.count_suffixes)}){{0,2}}"
    hours = rf"{alternatives(units.chip_hours)}|{CHIP_CODE}[ -]?{alternatives(units.hours)}"
    where = rf"(?:(?: | sur | de ){CHIP_CODE})?"
    yield "chip_hour", rf"[ -]?{of}(?:{CHIP_CODE}[ -]?)?(?:{hours}){where}"
    yield "parameter", rf"{gap}{alternatives(units.parameters)}{tail}"
    yield "chip", _chip_source(pack)
    yield "token", rf"[ -]?{of}{alternatives(units.tokens)}"
    yield "user", rf"{gap}{alternatives(units.users)}{tail}"
    yield "download", rf"{gap}{alternatives(units.downloads)}"
    yield "occurrence", rf"{gap}{alternatives(units.occurrences)}"


def _chip_source(pack: Pack) -> str:
    units = pack.units
    noun = alternatives(units.chips)
    times = rf"[ -]?[x×] ?(?={CHIP_CODE})"
    if pack.numerals == "han":
        # the noun may stand apart; the quote ends with the classifier
        apart = rf"(?=[^，。；、！？,;:\n\d]{{0,{_CLASSIFIER_REACH}}}?(?:{noun}|{CHIP_CODE}|{GENERATION}))"
        alone = rf"{alternatives(units.chips_alone)}(?!{alternatives(units.hours)})"
        return rf" ?{alternatives(units.chip_classifiers)}{apart}| ?{alone}|{times}|(?= ?{CHIP_CODE})"
    maker = rf"{alternatives(load_signs().chips['makers'])}(?:'s)?[ -]"
    between = rf"(?:{alternatives(units.chip_adjectives)}[ -]?|[a-z]*\d+[a-z]* |{maker})"
    # an x after a model's name multiplies what follows it: "les 2048 H800 x 24 heures" is no count of H800x
    # "2,000 jetons H800" is a translation's slip for chips
    slip = rf"[ -]?{alternatives(units.tokens)}(?= {CHIP_CODE})"
    return rf"(?:{times}|[ -]?(?:{between}){{0,5}})(?:{noun}|{CHIP_CODE}(?: {noun})?)|{slip}"


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))


@cache
def _powers() -> dict[str, int]:
    """Return magnitude word or letter -> power of ten in all languages; "billion" is the English one."""
    packs = [load_pack(code) for code in ("zh", "fr", "en")]
    return {word: power for pack in packs for word, power in (pack.letters | pack.multipliers).items()}


@cache
def _power_word() -> re.Pattern[str]:
    return re.compile(_longest_first(_powers()))


def token_amount(match: re.Match[str]) -> Decimal | None:
    """Return how many tokens a per-token phrase names ("1K" 1000, 百万 10^6), or None where it names none."""
    written, scale = match.group("n"), match.group("m")
    if not written and not scale:
        return Decimal(1) if match.groupdict().get("token") else None
    number = Decimal(1)
    if written and written[0].isdigit():
        read = read_digits(written, comma_is_decimal=False, whole=True, scaled=False)
        if read is None:
            return None
        number = read
    return number.scaleb(sum(_powers()[word] for word in _power_word().findall(scale or "")))
