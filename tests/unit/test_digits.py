"""Digit strings: which sign is decimal, by the number itself and what stands beside it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newslens.quantities.digits import DIGITS, LONGEST, read_digits


def read(written: str, *, comma_is_decimal: bool = False, whole: bool = False, scaled: bool = False) -> Decimal | None:
    return read_digits(written, comma_is_decimal=comma_is_decimal, whole=whole, scaled=scaled)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", "5"),
        ("5.6", "5.6"),
        ("5,6", "5.6"),
        ("5,67", "5.67"),
        (".5", "0.5"),
        ("93 000", "93000"),
        ("1'000", "1000"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("12,34,567", "1234567"),
        ("12,34,567.8", "1234567.8"),
        ("1 234,5", "1234.5"),
        ("0.875", "0.875"),
        ("0,875", "0.875"),
        ("12345.678", "12345.678"),
    ],
)
def test_signs_read_alike_everywhere(written: str, value: str) -> None:
    for comma_is_decimal in (True, False):
        for scaled in (True, False):
            assert read(written, comma_is_decimal=comma_is_decimal, scaled=scaled) == Decimal(value)


@pytest.mark.parametrize("written", ["1.2.3", "1,2,3", "1.23.456", "1,234.5.6", "1.234,5,6", "9" * (LONGEST + 1)])
def test_versions_and_keys_are_no_numbers(written: str) -> None:
    assert read(written) is None


@pytest.mark.parametrize(
    ("written", "comma_is_decimal", "whole", "scaled", "value", "why"),
    [
        ("2,000", True, True, False, "2000", "2,000 puces"),
        ("5,576", True, False, True, "5.576", "5,576 millions"),
        ("5,576", True, False, False, "5576", "5,576 dollars, by a machine translation"),
        ("3,000", True, False, True, "3000", "3,000 milliards: three zeros are thousands"),
        ("16.000", True, True, False, "16000", "16.000 GPU"),
        ("2.788", True, False, True, "2.788", "2.788 millions"),
        ("2.788", False, False, True, "2.788", "2.788 million"),
        ("2.788", False, False, False, "2.788", "$2.788"),
        ("16.000", False, True, False, "16000", "16.000 GPUs"),
        ("2,788", False, False, True, "2788", "2,788 million"),
        ("3.350", True, False, False, "3350", "3.350 euros"),
    ],
)
def test_three_digits_behind_one_sign(
    written: str, comma_is_decimal: bool, whole: bool, scaled: bool, value: str, why: str
) -> None:
    assert read(written, comma_is_decimal=comma_is_decimal, whole=whole, scaled=scaled) == Decimal(value), why


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("12 345 678 euros", "12 345 678"),
        ("12 3456", "12"),
        ("12\n345", "12"),
        ("1 000,50 €", "1 000,50"),
        ("5. Then", "5"),
        ("1,5,", "1,5"),
    ],
)
def test_where_digits_end(text: str, written: str) -> None:
    match = DIGITS.match(text)
    assert match is not None
    assert match.group() == written


@given(st.decimals(0, 10**9, places=3), st.booleans())
def test_a_number_with_both_signs_is_read_back(number: Decimal, point_is_decimal: bool) -> None:
    written = f"{number + 1000:,}"
    if not point_is_decimal:
        written = written.translate(str.maketrans(",.", ".,"))
    assert read(written) == number + 1000
