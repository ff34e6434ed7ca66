"""Currency signs, codes and names to ISO 4217; the dollar and the yen sign are settled by context."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from newslens.languages.pack import Pack, load_pack

# Signs and letter codes that stand before a number (most also after it). "¥" is settled by context.
SIGNS = {
    "$": "USD", "us$": "USD", "u.s.$": "USD", "usd": "USD", "usd$": "USD", "us $": "USD", "$us": "USD",
    "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "¥": "CNY", "cny": "CNY", "cn¥": "CNY", "rmb": "CNY", "rmb¥": "CNY",
    "jpy": "JPY", "jp¥": "JPY", "yen": "JPY", "₹": "INR", "rs": "INR", "rs.": "INR", "inr": "INR", "₩": "KRW", "krw": "KRW",
    "hk$": "HKD", "hkd": "HKD", "nt$": "TWD", "twd": "TWD", "ntd": "TWD", "a$": "AUD", "au$": "AUD", "aud": "AUD", "c$": "CAD", "ca$": "CAD",
    "cad": "CAD", "s$": "SGD", "sg$": "SGD", "sgd": "SGD", "nz$": "NZD", "nzd": "NZD", "r$": "BRL", "brl": "BRL", "chf": "CHF",
    "₽": "RUB", "rub": "RUB", "₺": "TRY", "₪": "ILS", "₫": "VND", "฿": "THB", "₱": "PHP", "₦": "NGN", "₴": "UAH", "₸": "KZT",
    "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN", "zł": "PLN", "kč": "CZK", "czk": "CZK", "huf": "HUF", "aed": "AED", "sar": "SAR", "myr": "MYR", "rm": "MYR",
    "idr": "IDR", "rp": "IDR", "mxn": "MXN", "mx$": "MXN", "zar": "ZAR", "cn￥": "CNY", "人民币": "CNY", "美金": "USD", "港币": "HKD", "新台币": "TWD", "台币": "TWD", "美元": "USD", "港元": "HKD", "日元": "JPY",
}  # fmt: skip
# Letter codes that are words or abbreviations in lower case: they count in capitals only.
_CAPITALS_ONLY = {"rs", "rm", "rp", "yen", "sar", "try", "cad", "nok", "zar"}
_SPOKEN_IN_ALL = {"dollar": "USD", "dollars": "USD", "yuan": "CNY", "euro": "EUR", "euros": "EUR", "yen": "JPY"}


def sign_at_end(view_norm: str, low: str, end: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Return the currency sign that ends at `end`, or None; codes such as `RM` count in capitals only."""
    match = pattern.search(low, max(0, end - 8), end)
    if match and match.group(1) in _CAPITALS_ONLY and not view_norm[match.start(1) : match.end(1)].isupper():
        return None
    return match


@cache
def sign_before_pattern() -> re.Pattern[str]:
    """Return the pattern of a currency sign that ends right before a number."""
    signs = "|".join(re.escape(s) for s in sorted(SIGNS, key=len, reverse=True))
    return re.compile(rf"(?<![a-z])({signs})\s?$")


@cache
def currency_names(language: str) -> dict[str, str]:
    """Return every currency name of `language` in lower case -> ISO code: the CLDR's, then the pack's own."""
    from babel import Locale
    from babel.numbers import get_currency_name

    pack = load_pack(language)
    names: dict[str, str] = {}
    for tag in pack.cldr_locales:
        locale = Locale.parse(tag)
        for code in locale.currencies:
            for count in (None, 1, 2):
                name = get_currency_name(code, count=count, locale=locale).lower()
                # "(1960–1991)" and the like mark old money; a bare word such as "or" is gold, not a price
                if "(" not in name and len(name) > 2:
                    names.setdefault(name, code)
    for code, words in pack.currencies.items():
        names.update(dict.fromkeys((w.lower() for w in words), code))
    for name in ("or", "argent", "platine", "palladium", "gold", "silver", "platinum", "test currency code"):
        names.pop(name, None)
    return {**_SPOKEN_IN_ALL, **names}


def settle_currency(code: str, written: str, nearby: str, pack: Pack) -> str:
    """Return the currency that `written` means where its name has several: ¥ (yuan or yen), a plain 元.

    `nearby` is the text around it, folded and in lower case. Source: claims contract, "Claim types".
    """
    if written == "¥" and _told(nearby, pack.currency_adjectives["JPY"]) > _told(nearby, pack.currency_adjectives["CNY"]):
        return "JPY"
    return code


def _told(nearby: str, words: Iterable[str]) -> int:
    return sum(nearby.count(w) for w in words)
