"""The real pipeline on the gold: no figure falls below its floor. `make floors` raises the floors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gold_sets import GOLD, GUARDED, WHOLE_ARTICLES, figures, fingerprint, read_set

FLOORS: dict[str, Any] = json.loads((GOLD / "floors.json").read_text("utf-8"))


def test_every_set_has_its_floors() -> None:
    assert list(FLOORS) == list(GUARDED)


@pytest.mark.parametrize("name", GUARDED)
def test_f1_is_not_below_its_floor(name: str) -> None:
    reached = figures(name)
    below = {
        f"{scope} {level}": (reached[scope][level], floor)
        for scope, levels in FLOORS[name]["f1"].items()
        for level, floor in levels.items()
        if reached[scope][level] < floor
    }
    assert not below, "(reached, floor); if it is worth it: scripts/pin_floors.py --lower"


@pytest.mark.parametrize("name", GUARDED)
def test_floors_are_those_of_this_gold(name: str) -> None:
    assert fingerprint(read_set(name)) == FLOORS[name]["fingerprint"], "the gold changed: run `make floors`"


@pytest.mark.parametrize("name", WHOLE_ARTICLES)
def test_whole_articles_have_gold_of_their_own(name: str) -> None:
    texts = {path.name for path in WHOLE_ARTICLES[name].glob("*.txt")}
    assert {article.name for article in read_set(name)} == texts
