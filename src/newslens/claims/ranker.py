"""One way to decide everything: each choice is scored by a weighted sum of its named features."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Protocol

from newslens.errors import SetupError

if TYPE_CHECKING:
    from newslens.claims.scene import Scene

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was chosen: the index of the choice, its probability, and the features that spoke most for it.

    `probabilities` are those of all choices, in their order.
    """

    choice: int
    probability: float
    because: tuple[str, ...]
    probabilities: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranker:
    """A linear model over choices; probabilities are the softmax of the scores."""

    name: str
    weights: Mapping[str, float]

    def score(self, features: Features) -> float:
        weights = self.weights
        return sum([weights[f] * value for f, value in features.items() if f in weights])  # quicker than a generator

    def decide(self, choices: Sequence[Features]) -> Decision:
        """Return the best of `choices`, each given by its features; the first wins a tie."""
        scores = [self.score(features) for features in choices]
        best = max(range(len(scores)), key=scores.__getitem__)
        shares = [math.exp(s - scores[best]) for s in scores]
        total = sum(shares)
        return Decision(best, 1 / total, self.reasons(choices[best]), tuple(s / total for s in shares))

    def reasons(self, features: Features, most: int = 4) -> tuple[str, ...]:
        """Return the features that count most for a choice, with their contributions."""
        parts = [(self.weights[f] * value, f) for f, value in features.items() if f in self.weights]
        top = sorted(parts, key=lambda p: -abs(p[0]))[:most]
        return tuple(f"{feature} {amount:+.2f}" for amount, feature in top if amount)


@cache
def load_ranker(name: str) -> Ranker:
    """Return the ranker `name`, its weights read from `weights/NAME.json`.

    Raises: SetupError: the file is missing or broken.
    """
    try:
        text = resources.files("newslens.claims").joinpath("weights", f"{name}.json").read_text("utf-8")
        return Ranker(name, json.loads(text))
    except (OSError, ValueError) as error:
        raise SetupError(f"decision weights `{name}`: {error}", hint="reinstall newslens", name=name) from error


class Judge(Protocol):
    """Who takes the decisions: the learned weights, or (when weights are learned) the gold."""

    def choose(self, name: str, scene: Scene, options: Sequence[Any], features: Sequence[Features]) -> Decision:
        """Return the decision `name` over `options`, each described by its features."""


class LearnedJudge:
    """Decides by the shipped weights."""

    def choose(self, name: str, scene: Scene, options: Sequence[Any], features: Sequence[Features]) -> Decision:
        del scene, options
        return load_ranker(name).decide(features)
