"""Bound words and signs on both sides of a number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from newslens.quantities.bounds import bounded, read_bound


def bound_of(text: str, language: str) -> tuple[str, str]:
    """Return the bound of the number marked by <>, and the span it is written in."""
    start, end = text.index("<"), text.index(">") - 1
    plain = text.replace("<", "").replace(">", "")
    bound, first, last = read_bound(plain.lower(), start, end, language)
    return bound, plain[first:last]


@pytest.mark.parametrize(
    ("text", "language", "bound"),
    [
        ("about <5>", "en", "approx"),
        ("an estimated <5>", "en", "exact"),
        ("more than the <5>", "en", "at_least"),
        ("no less than <5>", "en", "at_least"),
        ("no more than <5>", "en", "at_most"),
        ("only <5>", "en", "exact"),
        ("<5> or more", "en", "at_least"),
        ("<5> or so", "en", "approx"),
        ("20% less than <5>", "en", "exact"),
        ("three times more than <5>", "en", "exact"),
        ("près de <5>", "fr", "approx"),
        ("pas moins de <5>", "fr", "at_least"),
        ("moins de <5>", "fr", "at_most"),
        ("seulement <5>", "fr", "exact"),
        ("<5> environ", "fr", "approx"),
        ("franchi le cap des <5>", "fr", "at_least"),
        ("约<5>", "zh", "approx"),
        ("大约需要<5>", "zh", "approx"),
        ("不到<5>", "zh", "at_most"),
        ("不低于<5>", "zh", "at_least"),
        ("仅<5>", "zh", "exact"),
        ("<5>左右", "zh", "approx"),
        ("<5>出头", "zh", "at_least"),
        ("比去年<5>多出两倍", "zh", "exact"),
    ],
)
def test_words(text: str, language: str, bound: str) -> None:
    assert bound_of(text, language) == (bound, "5")


@pytest.mark.parametrize(
    ("text", "bound", "span"),
    [
        ("~<5>", "approx", "~5"),
        ("≈ <5>", "approx", "≈ 5"),
        ("<5>+", "at_least", "5+"),
        ("sub-<5>", "at_most", "sub-5"),
        (">= <5>", "at_least", ">= 5"),
        ("≤<5>", "at_most", "≤5"),
        ("<5> +6", "exact", "5"),
    ],
)
def test_signs_belong_to_the_quote(text: str, bound: str, span: str) -> None:
    marked = text.replace("<5>", "\u00005\u0001")  # "<" is a bound sign itself
    start, end = marked.index("\u0000"), marked.index("\u0001") - 1
    plain = marked.replace("\u0000", "").replace("\u0001", "")
    found, first, last = read_bound(plain, start, end, "en")
    assert (found, plain[first:last]) == (bound, span)


def test_words_before_a_name_end_do_not_count() -> None:
    text = "chatgpt plus de 5"
    assert read_bound(text, 16, 17, "fr")[0] == "at_least"
    assert read_bound(text, 16, 17, "fr", after=12)[0] == "exact"


@pytest.mark.parametrize(
    ("bound", "low", "high"),
    [("exact", 5, 5), ("approx", 5, 5), ("at_least", 5, None), ("at_most", None, 5), ("vague", 5, None)],
)
def test_bounded(bound: str, low: int | None, high: int | None) -> None:
    assert bounded(Decimal(5), bound) == (low, high)  # type: ignore[arg-type]
