"""Folded copies keep every offset; the plain copy maps its spans back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newslens.languages.view import is_traditional, view_text
from newslens.quantities.plain import plain_copy


@pytest.mark.parametrize(
    ("text", "norm"),
    [
        ("５．６％", "5.6%"),
        ("5\u00a0000", "5 000"),
        ("l’euro", "l'euro"),
        ("10–20", "10-20"),
        ("￥5", "¥5"),
        ("約５億美元", "约5亿美元"),
        ("，。；", "，。；"),
        ("3⁄4", "3/4"),
    ],
)
def test_folding(text: str, norm: str) -> None:
    assert view_text(text).norm == norm


@given(st.text())
def test_all_copies_have_one_length(text: str) -> None:
    view = view_text(text)
    assert len(view.norm) == len(view.low) == len(text)


def test_a_letter_whose_lower_case_is_longer() -> None:
    assert view_text("İSTANBUL 5 €").low == "istanbul 5 €"


def test_traditional_script() -> None:
    assert is_traditional("約五億")
    assert not is_traditional("约五亿 DeepSeek")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("cost **5.6** million", "cost 5.6 million"),
        ("cost *5.6* million", "cost 5.6 million"),
        ("cost __5.6__ million", "cost 5.6 million"),
        ("5&nbsp;000&euro;", "5\u00a0000€"),
        ("mil\u00adlions de 5\u200b000", "millions de 5000"),
        ("5 mil-\nlions", "5 millions"),
        ("3 0 0 万 元", "300万元"),
        ("共 二 十 五 元。", "共二十五元。"),
    ],
)
def test_plain_copy(text: str, plain: str) -> None:
    copy = plain_copy(view_text(text))
    assert copy is not None
    assert copy.view.text == plain


@pytest.mark.parametrize(
    "text",
    ["plain text", "a * b", "* item", "snake_case", "2*3", "AT&T", "well-\nKnown", "1 2 3 4 5", "&unknown;", "我 们"],
)
def test_no_noise(text: str) -> None:
    copy = plain_copy(view_text(text))
    assert copy is None or copy.view.text == text


@given(st.text(st.sampled_from("a5 *_&nbsp;\u00ad\u200b-\n万元"), max_size=40))
def test_spans_map_back(text: str) -> None:
    copy = plain_copy(view_text(text))
    if copy is None:
        return
    length = len(copy.view.text)
    for start in range(length):
        first, last = copy.outer(start, start + 1)
        assert 0 <= first < last <= len(text)
        assert copy.inner(first, last) == (start, start + 1)
        if start:
            assert copy.outer(start - 1, start)[1] <= first
