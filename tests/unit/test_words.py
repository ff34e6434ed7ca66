"""Number words of the three languages: how far they reach and what they say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from newslens.quantities.han import HanNumber, read_han, read_han_spread
from newslens.quantities.words import read_words, word_grammar


def words(text: str, language: str) -> tuple[str, str] | None:
    """Return what was read at the start of `text`, and its value."""
    read = read_words(text, 0, word_grammar(language))
    return None if read is None else (text[: read[0]], str(read[1]))


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("seven dollars", "seven", "7"),
        ("twenty-five dollars", "twenty-five", "25"),
        ("a hundred dollars", "a hundred", "100"),
        ("two hundred and five dollars", "two hundred and five", "205"),
        ("fifteen hundred dollars", "fifteen hundred", "1500"),
        ("two thousand three hundred and one", "two thousand three hundred and one", "2301"),
        ("nine hundred ninety-nine thousand", "nine hundred ninety-nine thousand", "999000"),
        ("five point six million", "five point six", "5.6"),
        ("zero point zero five", "zero point zero five", "0.05"),
        ("one hundred and two hundred", "one hundred", "100"),
        ("three and four", "three", "3"),
        ("five twenty", "five", "5"),
        ("two dozen", "two dozen", "24"),
    ],
)
def test_english(text: str, written: str, value: str) -> None:
    assert words(text, "en") == (written, value)


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("vingt et un euros", "vingt et un", "21"),
        ("soixante et onze", "soixante et onze", "71"),
        ("quatre-vingt-dix-sept", "quatre-vingt-dix-sept", "97"),
        ("nonante-deux", "nonante-deux", "92"),
        ("cent un", "cent un", "101"),
        ("deux cents euros", "deux cents", "200"),
        ("onze cents euros", "onze cents", "1100"),
        ("cinquante cents", "cinquante", "50"),
        ("mille deux cent trente-quatre", "mille deux cent trente-quatre", "1234"),
        ("cinq virgule six millions", "cinq virgule six", "5.6"),
        ("deux virgule soixante-quinze", "deux virgule soixante-quinze", "2.75"),
        ("cinq et six", "cinq", "5"),
    ],
)
def test_french(text: str, written: str, value: str) -> None:
    assert words(text, "fr") == (written, value)


@pytest.mark.parametrize(("text", "language"), [("dollars", "en"), ("hund", "en"), ("milliard", "fr"), ("", "fr")])
def test_no_number_word(text: str, language: str) -> None:
    assert words(text, language) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("五", "5"),
        ("十", "10"),
        ("十五", "15"),
        ("二十", "20"),
        ("五百五十七", "557"),
        ("两千", "2000"),
        ("一千零五", "1005"),
        ("三百五", "350"),
        ("一千二", "1200"),
        ("二〇二五", "2025"),
        ("三点五", "3.5"),
        ("三点一四", "3.14"),
        ("零点零五", "0.05"),
        ("壹佰贰拾", "120"),
    ],
)
def test_han(written: str, value: str) -> None:
    assert read_han(written) == Decimal(value)


@pytest.mark.parametrize("written", ["十千", "百", "五六十七八", "一" * 100])
def test_han_signs_that_are_no_number(written: str) -> None:
    assert read_han(written) is None


@pytest.mark.parametrize(
    ("written", "low", "high"), [("两三", 2, 3), ("五六百", 500, 600), ("二三十", 20, 30), ("十七八", 17, 18)]
)
def test_two_neighbouring_digits_are_a_range(written: str, low: int, high: int) -> None:
    assert read_han_spread(written) == HanNumber(Decimal(low), Decimal(high))


@pytest.mark.parametrize("written", ["二〇二三", "五百五十七", "三五"])
def test_other_neighbours_are_none(written: str) -> None:
    number = read_han_spread(written)
    assert number is not None
    assert number.high is None
