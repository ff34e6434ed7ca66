"""Currency signs, codes and names to ISO 4217: the CLDR's names, the packs' own, the shared signs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from newslens.languages.pack import Pack, load_pack
from newslens.languages.signs import load_signs

SIGNS = load_signs().currencies
"""Sign or letter code in lower case -> ISO code, for those that stand before a number (most also after it)."""
_PLURALS = (None, 1, 2)


@cache
def iso_codes() -> frozenset[str]:
    """Return the ISO codes that count as currency where they stand in capitals beside a number."""
    from babel import Locale

    return frozenset(Locale.parse("en").currencies) - set(load_signs().codes.never)


@cache
def letter_codes() -> dict[str, str]:
    """Return every letter code in lower case -> ISO code: ISO's own, `rmb`, `ntd`."""
    return {code.lower(): code for code in iso_codes()} | {s: c for s, c in SIGNS.items() if s.isalpha()}


@cache
def currency_names(language: str) -> dict[str, str]:
    """Return every currency name of `language` in lower case -> ISO code: the CLDR's, then the pack's own.

    A bare noun counts where one living currency has it ("forint", "baht"); the pack says which is meant where
    several do ("dollar", "peso"), and which are words first (`not_currencies`: gold, "real", "or").
    """
    pack = load_pack(language)
    names: dict[str, str] = {}
    nouns: dict[str, set[str]] = {}
    for name, code in _cldr_names(tuple(pack.cldr_locales)):
        names.setdefault(name, code)
        if code in _living() and " " in name and pack.currency_noun != "none":
            nouns.setdefault(name.split()[0 if pack.currency_noun == "first" else -1], set()).add(code)
    names = {noun: min(codes) for noun, codes in nouns.items() if len(codes) == 1} | names
    names |= {_unaccented(name): code for name, code in names.items()}
    names |= _own_names(pack.currencies)
    return {name: code for name, code in names.items() if name not in pack.not_currencies}


@cache
def cent_names(language: str) -> dict[str, str]:
    """Return every name of a hundredth of a currency in `language` -> ISO code."""
    return _own_names(load_pack(language).cents)


def settle_currency(code: str, written: str, nearby: str, pack: Pack, *, local: bool = False) -> str:
    """Return the currency that `written` means where its name has several: ¥ (yuan or yen), a plain 元, "francs".

    `nearby` is the text around it, folded and in lower case; `local` says that the script is that of the rivals, whose
    the name is then where as much speaks for them. Source: claims contract, "Claim types".
    """
    rivals = pack.ambiguous_currencies.get(written)
    if not rivals:
        return code
    told = {rival: _told(nearby, pack.currency_adjectives.get(rival, ())) for rival in (code, *rivals)}
    best = max(rivals, key=lambda rival: told[rival])
    return best if told[best] > told[code] or (local and told[best] == told[code] > 0) else code


def _told(nearby: str, words: Iterable[str]) -> int:
    return sum(nearby.count(word) for word in words)


def _own_names(table: dict[str, list[str]]) -> dict[str, str]:
    return {word.lower(): code for code, words in table.items() for word in words}


def _cldr_names(tags: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    from babel import Locale
    from babel.numbers import get_currency_name

    for tag in tags:
        locale = Locale.parse(tag)
        for code in sorted(locale.currencies, key=lambda code: (code not in _living(), code)):
            for count in _PLURALS:
                name = get_currency_name(code, count=count, locale=locale).lower().replace("’", "'")
                if "(" not in name and len(name) > 1 and code.lower() != name:  # "(1960–1991)" marks old money
                    yield name, code


@cache
def _living() -> frozenset[str]:
    """Return the currencies that are legal tender somewhere today."""
    from babel.core import get_global

    tender = get_global("territory_currencies")
    return frozenset(code for uses in tender.values() for code, _, end, legal in uses if legal and end is None)


def _unaccented(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", plain)
