"""The short form of `scripts/soak_inputs.py`: hostile files, fuzzed readers, patterns that take too long."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from fuzz_readers import CHECKS, fuzz
from hostile_inputs import hostile
from pattern_growth import ROOT, SUPER_LINEAR, growth
from read_hostile import MOST_MIB, MOST_S, read_some
from soak_inputs import next_numbers


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
    assert outcome.with_model == 75
    assert outcome.peak_mib < MOST_MIB
    assert 0 < outcome.slowest_s < MOST_S


@pytest.mark.parametrize(("every", "with_model"), [(1, 5000), (2, 2525), (10, 525)])
@pytest.mark.parametrize("read", [0, 20, 375])
def test_every_hostile_file_is_read_once(read: int, every: int, with_model: int) -> None:
    """From the beginning, and behind those that an earlier call read."""
    numbers: list[int] = []
    models: list[int] = []
    while read + len(numbers) < 5000:
        some, is_with_model = next_numbers(read + len(numbers), 5000, every)
        numbers += some
        models += some if is_with_model else ()
    assert numbers == list(range(read, 5000))
    assert models == [number for number in range(read, 5000) if number % (75 * every) < 75]
    assert read or len(models) == with_model


def test_hostile_files_without_the_names_model() -> None:
    outcome = read_some(range(12, 15), big=100_000, with_model=False)
    assert (outcome.files, outcome.with_model) == (3, 0)
    assert outcome.is_sound


def test_no_input_breaks_a_reader() -> None:
    found = fuzz(6.0, at_once=30)
    assert found.findings == []
    assert set(found.examples) <= set(CHECKS)


@pytest.mark.parametrize(("pattern", "is_slow"), [(r"\s+$", True), (r"[a-z]+ ?x$", True), (r"abc|\d+", False)])
def test_the_measure_tells_patterns_that_take_too_long(pattern: str, is_slow: bool) -> None:
    assert (growth("x", re.compile(pattern), limit_s=0.5).factor > SUPER_LINEAR) is is_slow


def test_patterns_take_linear_time() -> None:
    """Briefly; `make soak` gives each pattern more time. A process of its own, since newslens is imported anew."""
    line = [sys.executable, str(ROOT / "scripts" / "pattern_growth.py"), "--seconds-a-pattern", "0.02"]
    ended = subprocess.run(line, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, (ended.stdout, ended.stderr)
    assert "0 take more than linear time" in ended.stdout
