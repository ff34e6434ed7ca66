"""Units beside numbers: currencies by name and context, amounts of tokens, chips' names."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from newslens.languages.pack import load_pack
from newslens.quantities.chips import CHIP_CODE
from newslens.quantities.currencies import cent_names, currency_names, iso_codes, settle_currency
from newslens.quantities.units import token_amount, unit_grammar
from newslens.records import LANGUAGES


@pytest.mark.parametrize(
    ("language", "name", "code"),
    [
        ("en", "dollars", "USD"),
        ("en", "canadian dollars", "CAD"),
        ("en", "forint", "HUF"),
        ("en", "baht", "THB"),
        ("en", "yen", "JPY"),
        ("en", "finnish marks", "FIM"),
        ("fr", "couronnes suédoises", "SEK"),
        ("fr", "livres egyptiennes", "EGP"),
        ("fr", "zlotys", "PLN"),
        ("zh", "美元", "USD"),
        ("zh", "人民币", "CNY"),
        ("zh", "坚戈", "KZT"),
    ],
)
def test_names(language: str, name: str, code: str) -> None:
    assert currency_names(language)[name] == code


@pytest.mark.parametrize(
    ("language", "word"), [("en", "gold"), ("en", "real"), ("en", "marks"), ("fr", "or"), ("fr", "sol")]
)
def test_words_that_are_no_money(language: str, word: str) -> None:
    assert word not in currency_names(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_has_a_code(language: str) -> None:
    codes = {*currency_names(language).values(), *cent_names(language).values()}
    assert all(re.fullmatch(r"[A-Z]{3}", code) for code in codes)
    assert len(codes) > 150
    assert not {"AMD", "ALL", "TOP"} & iso_codes()


@pytest.mark.parametrize(
    ("written", "nearby", "language", "code"),
    [
        ("¥", "softbank of tokyo", "en", "JPY"),
        ("¥", "beijing and shanghai", "en", "CNY"),
        ("pesos", "in buenos aires", "en", "ARS"),
        ("pesos", "somewhere", "en", "MXN"),
        ("couronnes", "à oslo, en norvège", "fr", "NOK"),
        ("元", "台股大跌", "zh", "TWD"),
        ("元", "杭州公司", "zh", "CNY"),
    ],
)
def test_context_settles_whose_money(written: str, nearby: str, language: str, code: str) -> None:
    first = "CNY" if written == "¥" else currency_names(language)[written]
    assert settle_currency(first, written, nearby, load_pack(language)) == code


@pytest.mark.parametrize(
    ("language", "phrase", "amount"),
    [
        ("en", "/M tokens", 10**6),
        ("en", " per million tokens", 10**6),
        ("en", " per 1K tokens", 1000),
        ("en", " per 1,000 tokens", 1000),
        ("en", " per 1M output tokens", 10**6),
        ("en", "/token", 1),
        ("fr", " par million de jetons", 10**6),
        ("fr", " pour 1 000 tokens", 1000),
        ("fr", " le million de tokens", 10**6),
        ("zh", "/百万tokens", 10**6),
        ("zh", "每千tokens", 1000),
        ("zh", "/万tokens", 10**4),
        ("zh", "每百万输入tokens", 10**6),
    ],
)
def test_amounts_of_tokens(language: str, phrase: str, amount: int) -> None:
    match = unit_grammar(language).per_tokens.match(phrase.lower())
    assert match is not None
    assert match.group("token")
    assert token_amount(match) == Decimal(amount)


@pytest.mark.parametrize(
    "name", ["h800", "nvidia h100", "a100s", "gb200 nvl72", "rtx 4090", "昇腾910b", "升腾910b", "mi300x", "tpu v5"]
)
def test_chip_names(name: str) -> None:
    assert re.fullmatch(CHIP_CODE, name)


@pytest.mark.parametrize("name", ["h00", "h1", "r1", "b2b", "gpt-4", "v3"])
def test_what_is_no_chip(name: str) -> None:
    assert not re.fullmatch(CHIP_CODE, name)
