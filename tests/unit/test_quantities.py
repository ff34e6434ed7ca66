"""The quantity reader on sentences of its own, on hostile and random text, and on numbers written in every notation."""

from __future__ import annotations

import json
import random
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newslens
from newslens.languages.pack import load_pack
from newslens.languages.view import view_text
from newslens.quantities import find_quantities
from newslens.records import LANGUAGES, Quantity

CASES = Path(__file__).parent / "quantity_cases"
LEAST_CASES = 150


def read_cases(language: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / f"{language}.jsonl").read_text("utf-8").splitlines()]


def read(text: str, language: str) -> list[Quantity]:
    return find_quantities(view_text(text), load_pack(language))


def is_same(stated: float | None, found: Decimal | None) -> bool:
    if stated is None or found is None:
        return stated is None and found is None
    return abs(stated - float(found)) <= 1e-9 * max(1.0, abs(stated))


ALL_CASES = [
    pytest.param(language, case, id=f"{language}: {case['text']}")
    for language in LANGUAGES
    for case in read_cases(language)
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_cases(language: str) -> None:
    cases = read_cases(language)
    assert len(cases) >= LEAST_CASES
    assert len({case["text"] for case in cases}) == len(cases)


@pytest.mark.parametrize(("language", "case"), ALL_CASES)
def test_case(language: str, case: dict[str, Any]) -> None:
    text, found = case["text"], read(case["text"], language)
    if case["quote"] is None:
        assert [text[q.start : q.end] for q in found if q.unit] == []
        return
    [quantity] = [q for q in found if text[q.start : q.end] == case["quote"]] or found[:1]
    assert text[quantity.start : quantity.end] == case["quote"]
    assert (quantity.bound, quantity.unit) == (case["bound"], case["unit"])
    assert is_same(case["value_low"], quantity.value_low)
    assert is_same(case["value_high"], quantity.value_high)


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_call_reads_the_same(language: str) -> None:
    assert [q.unit for q in newslens.find_quantities("$5 / €6", language=language)] == ["USD", "EUR"]


def test_a_name_swallows_no_quantity() -> None:
    text = "AI Ultra套餐定价249.99美元/月"
    [quantity] = find_quantities(view_text(text), load_pack("zh"), [(3, text.index(".99"))])
    assert text[quantity.start : quantity.end] == "249.99美元/月"


def test_a_name_lends_no_bound_word() -> None:
    text = "ChatGPT Plus de 20 $ par mois"
    [quantity] = find_quantities(view_text(text), load_pack("fr"), [(0, len("ChatGPT Plus"))])
    assert quantity.bound == "exact"


def test_no_number_is_read_in_a_name() -> None:
    text = "Llama 3.1 405B cost $5"
    assert [q.unit for q in find_quantities(view_text(text), load_pack("en"), [(0, 14)])] == ["USD"]


def test_a_quantity_goes_on_in_prose_wrapped_by_hand() -> None:
    text = "The training of the model is said to have cost the laboratory about $5.6\n  million in all."
    [quantity] = read(text, "en")
    assert text[quantity.start : quantity.end] == "$5.6\n  million"
    assert quantity.value_low == 5_600_000


@pytest.mark.parametrize(("text", "language"), [("Sales\n12\n345 dollars", "en"), ("训练成本为3亿\n亿美元市场", "zh")])
def test_no_quantity_crosses_the_end_of_a_line(text: str, language: str) -> None:
    assert all("\n" not in text[q.start : q.end] for q in read(text, language))


def test_a_list_shares_its_unit() -> None:
    found = read("$0.27 / $1.10 per 1M tokens", "en")
    assert [(float(q.value_low or 0), q.unit) for q in found] == [(0.27, "USD/Mtok"), (1.10, "USD/Mtok")]


# --- numbers written in every notation are read back exactly ---------------------------------------------------------

NUMBERS = st.one_of(st.integers(0, 999_999), st.integers(0, 999), st.integers(10_000, 999_999_999_999))
SPACES = [" ", "\u00a0", "\u202f", "\u2009"]


def grouped(number: int, sign: str) -> str:
    return f"{number:,}".replace(",", sign)


def english(number: int) -> str:
    small = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    if number < 20:
        return small[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return tens[ten - 2] + (f"-{small[one]}" if one else "")
    if number < 1000:
        hundred, rest = divmod(number, 100)
        return f"{small[hundred]} hundred" + (f" and {english(rest)}" if rest else "")
    thousand, rest = divmod(number, 1000)
    return f"{english(thousand)} thousand" + (f" {'and ' if rest < 100 else ''}{english(rest)}" if rest else "")


def french(number: int) -> str:
    small = [
        "zéro",
        "un",
        "deux",
        "trois",
        "quatre",
        "cinq",
        "six",
        "sept",
        "huit",
        "neuf",
        "dix",
        "onze",
        "douze",
        "treize",
        "quatorze",
        "quinze",
        "seize",
        "dix-sept",
        "dix-huit",
        "dix-neuf",
    ]
    tens = ["vingt", "trente", "quarante", "cinquante", "soixante"]
    if number < 20:
        return small[number]
    if number < 80:
        ten = min(number // 10, 6)
        rest = number - 10 * ten
        joint = " et " if rest in (1, 11) else "-"
        return tens[ten - 2] + (joint + small[rest] if rest else "")
    if number < 100:
        return "quatre-vingts" if number == 80 else f"quatre-vingt-{small[number - 80]}"
    if number < 1000:
        hundred, rest = divmod(number, 100)
        head = "cent" if hundred == 1 else f"{small[hundred]} cent{'' if rest else 's'}"
        return head + (f" {french(rest)}" if rest else "")
    thousand, rest = divmod(number, 1000)
    head = "mille" if thousand == 1 else f"{french(thousand).replace('cents', 'cent').replace('vingts', 'vingt')} mille"
    return head + (f" {french(rest)}" if rest else "")


def han_section(value: int) -> str:
    """Write 1 to 9,999 in Han numerals the plain way."""
    digits, written, skipped = "零一二三四五六七八九", "", False
    for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            written += ("零" if skipped and written else "") + digits[digit] + sign
            skipped = False
        else:
            skipped = True
    return written


@settings(deadline=None)
@given(NUMBERS, st.sampled_from([",", " ", "'", *SPACES[1:]]))
def test_grouped_digits_are_read_back(number: int, sign: str) -> None:
    for language, unit in (("en", "dollars"), ("fr", "dollars"), ("zh", "美元")):
        if sign == "," and language == "fr" and number < 1_000_000:
            continue  # "3,350" is decimal or not by what follows; see test_digits.py
        [quantity] = read(f"{grouped(number, sign)} {unit}", language)
        assert (quantity.value_low, quantity.unit) == (number, "USD")


@settings(deadline=None)
@given(st.integers(0, 999_999))
def test_english_words_are_read_back(number: int) -> None:
    [quantity] = read(f"It cost {english(number)} dollars.", "en")
    assert (quantity.value_low, quantity.unit) == (number, "USD")


@settings(deadline=None)
@given(st.integers(0, 999_999))
def test_french_words_are_read_back(number: int) -> None:
    [quantity] = read(f"Il coûte {french(number)} euros.", "fr")
    assert (quantity.value_low, quantity.unit) == (number, "EUR")


@settings(deadline=None)
@given(st.integers(1, 9_999), st.sampled_from([("", 0), ("万", 4), ("亿", 8), ("万亿", 12)]))
def test_han_numerals_are_read_back(number: int, magnitude: tuple[str, int]) -> None:
    word, power = magnitude
    [quantity] = read(f"花了{han_section(number)}{word}元。", "zh")
    assert (quantity.value_low, quantity.unit) == (Decimal(number).scaleb(power), "CNY")


@settings(deadline=None)
@given(st.integers(1, 9_999), st.integers(1_000, 9_999))
def test_chained_han_magnitudes_are_read_back(high: int, low: int) -> None:
    [quantity] = read(f"花了{han_section(high)}亿{low}万元。", "zh")
    assert quantity.value_low == high * 10**8 + low * 10**4


@settings(deadline=None)
@given(st.decimals(0, 9_999, places=2), st.sampled_from([("million", 6), ("billion", 9), ("trillion", 12), ("M", 6)]))
def test_english_magnitudes_are_read_back(number: Decimal, magnitude: tuple[str, int]) -> None:
    word, power = magnitude
    [quantity] = read(f"${number} {word}", "en")
    assert quantity.value_low == number.scaleb(power)


@settings(deadline=None)
@given(st.decimals(0, 9_999, places=2), st.sampled_from([("millions", 6), ("milliards", 9), ("billions", 12)]))
def test_french_magnitudes_are_read_back(number: Decimal, magnitude: tuple[str, int]) -> None:
    word, power = magnitude
    [quantity] = read(f"{str(number).replace('.', ',')} {word} d'euros", "fr")
    assert (quantity.value_low, quantity.unit) == (number.scaleb(power), "EUR")


# --- any text is read in linear time, without a crash, into ordered spans --------------------------------------------

PIECES = [case["text"] for language in LANGUAGES for case in read_cases(language)]
SIGNS = st.text(
    st.sampled_from(
        "0123456789.,-+$€£¥%/ \n\u00a0\u200b\u00ad*_&;()[]一二三十百千万亿元块毛角分之折成半多几abcKMBxkmİßé½⅓'"
    )
)


@settings(max_examples=200, deadline=None)  # the first text compiles the patterns
@given(st.one_of(st.text(), SIGNS, st.lists(st.sampled_from(PIECES), max_size=3).map("".join)), st.data())
def test_any_text_gives_ordered_spans(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    blocked = [(cuts[0], cuts[1])] if cuts[0] < cuts[1] else []
    for language in LANGUAGES:
        end = 0
        for quantity in find_quantities(view_text(text), load_pack(language), blocked):
            assert end <= quantity.start < quantity.end <= len(text)
            end = quantity.end
            low, high = quantity.value_low, quantity.value_high
            assert low is not None or high is not None
            assert low is None or high is None or low <= high


HOSTILE = {
    "nines": "9",
    "commas": "1,",
    "brackets": "(",
    "dollars": "$",
    "ones": "一",
    "several": "数",
    "magnitudes": "million ",
    "words": "two ",
    "halves": "half a ",
    "letters": "a1b2c3",
    "hundredths": "百分之",
    "ranges": "1到",
    "dashes": "1-",
    "stars": "*",
    "entities": "&nbsp;",
    "hosts": ".com",
    "at signs": "a@",
    "spaces": " ",
    "lines": "1\n",
    "spaced Han": "1 元 ",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_takes_linear_time(name: str, language: str) -> None:
    """Four times the text takes well below sixteen times the time; a quadratic step would take all of it."""
    piece, pack = HOSTILE[name], load_pack(language)

    def seconds(characters: int) -> float:
        view = view_text(piece * (characters // len(piece)))
        start = time.process_time()
        find_quantities(view, pack)
        return time.process_time() - start

    read(piece * 100, language)  # compile the patterns
    short = min(seconds(2_000) for _ in range(3))
    assert min(seconds(8_000) for _ in range(3)) < 12 * max(short, 0.01)


def test_long_text_without_spaces_is_read_in_time() -> None:
    text = "".join(random.Random(1).choices("abc123元万.,$", k=20_000))
    start = time.process_time()
    for language in LANGUAGES:
        read(text, language)
    assert time.process_time() - start < 20
