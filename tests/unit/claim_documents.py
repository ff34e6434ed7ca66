"""What the tests of reading share: one passage laid out as a document, and its quantities as scenes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from newslens import Claim, extract
from newslens.claims.document import Document
from newslens.claims.ranker import Decision, Features
from newslens.claims.scene import Scene
from newslens.entities.names import load_names
from newslens.languages.detect import Passage


def lay_out(text: str, language: str, title: str | None = None) -> Document:
    """Return `text` as a document of one passage."""
    return Document(text, [Passage(0, len(text), language)], load_names(), title)


def scenes_of(text: str, language: str) -> list[Scene]:
    """Return the scene of every quantity of `text`, in order."""
    document = lay_out(text, language)
    return [Scene(document, line, quantity) for line in document.lines for quantity in line.quantities]


def scene_of(text: str, language: str, quote: str) -> Scene:
    """Return the scene of the quantity that begins with `quote`."""
    return next(s for s in scenes_of(text, language) if text.startswith(quote, s.quantity.start))


def claims_of(text: str, language: str, claim_type: str | None = None) -> list[Claim]:
    """Return the claims of `text`, of one type where that is given."""
    found = extract(text, language=language)
    return [claim for claim in found if claim_type in (None, claim.claim_type)]


def number(value: Any) -> float | None:
    """Return a bound as a float to five significant digits, None as it is."""
    return None if value is None else float(f"{float(value):.5g}")


def known_gap(reason: str, *values: Any) -> Any:
    """Return a row that newslens does not read yet: expected to fail, and told of once it passes."""
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, reason=reason))


class FixedJudge:
    """Takes for every decision the choice it was made with, and remembers what was asked."""

    def __init__(self, choice: int) -> None:
        self.choice = choice
        self.asked: list[str] = []

    def choose(self, name: str, scene: Scene, options: Sequence[Any], features: Sequence[Features]) -> Decision:
        del scene, features
        self.asked.append(name)
        return Decision(min(self.choice, len(options) - 1), 1.0, ())
