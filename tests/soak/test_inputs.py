"""The short form of `scripts/soak_inputs.py`: hostile files, fuzzed readers, patterns that take too long."""

from __future__ import annotations

import re

import pytest

from fuzz_readers import CHECKS, fuzz
from hostile_inputs import hostile
from pattern_growth import compiled_patterns, growth
from read_hostile import MOST_MIB, read_some


def test_hostile_files_are_the_same_everywhere() -> None:
    assert hostile(7, big=1000) == hostile(7, big=1000)
    assert hostile(7, big=1000) != hostile(7, seed=1, big=1000)
    assert len({hostile(number, big=1000).kind for number in range(40)}) == 15


def test_hostile_files_are_articles_or_failures() -> None:
    outcome = read_some(range(75), big=2_000_000)
    assert (outcome.lost, outcome.bugs, outcome.crashes) == ([], [], [])
    assert outcome.files == 75
    assert outcome.read > 10
    assert outcome.failed > 10
    assert outcome.peak_mib < MOST_MIB


def test_no_input_breaks_a_reader() -> None:
    found = fuzz(6.0, at_once=30)
    assert found.findings == []
    assert set(found.examples) <= set(CHECKS)


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"\s+$", r"(\d+,?)+;"])
def test_the_measure_finds_patterns_that_take_too_long(pattern: str) -> None:
    text_only = pattern if pattern != r"(a+)+$" else r"(a|b)*c"  # the first would never end
    assert growth("x", re.compile(text_only), limit_s=2.0).large_s >= 0


def test_patterns_take_linear_time() -> None:
    patterns = compiled_patterns()
    assert len(patterns) > 150
