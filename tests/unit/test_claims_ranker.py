"""Decisions by weighted features: deterministic, with reasons, and weights that fit the contract."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import pytest
from claim_documents import lay_out

from newslens.claims import ranker
from newslens.claims.ranker import Decision, Features, LearnedJudge, Ranker, load_ranker
from newslens.claims.reading import Reader
from newslens.claims.scene import Scene
from newslens.claims.sources import MODALITIES
from newslens.claims.values import RESULTS, SENSES
from newslens.errors import SetupError
from newslens.records import ClaimType

WEIGHTS = sorted(
    Path(str(path)).stem for path in resources.files("newslens.claims").joinpath("weights").iterdir()
)  # one file a decision
TYPES = set(get_args(ClaimType))
SMALL = Ranker("small", {"sunny": 2.0, "windy": -1.0, "cold": 0.5})

# Together these sentences ask for every decision there is.
ASKING_ALL = (
    "DeepSeek-R1 is 90% cheaper than o1, according to Reuters. Nvidia shares fell 17%. "
    "DeepSeek bought 2,048 H800 chips. OpenAI's annual revenue reached $3.7 billion."
)


class ListeningJudge(LearnedJudge):
    """Decides as shipped, and remembers which decisions were asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def choose(self, name: str, scene: Scene, options: Sequence[Any], features: Sequence[Features]) -> Decision:
        self.asked.add(name)
        assert len(options) == len(features)
        return super().choose(name, scene, options, features)


def test_the_best_score_wins_with_its_share() -> None:
    decision = SMALL.decide([{"windy": 1.0}, {"sunny": 1.0}, {"cold": 1.0}])
    assert decision.choice == 1
    assert decision.probability == max(decision.probabilities)
    assert sum(decision.probabilities) == pytest.approx(1)
    assert decision.probabilities[2] > decision.probabilities[0]


def test_the_first_wins_a_tie() -> None:
    assert SMALL.decide([{"cold": 1.0}, {"sunny": 0.25}]).choice == 0
    even = SMALL.decide([{}, {}, {}, {}])
    assert (even.choice, even.probability) == (0, pytest.approx(0.25))


def test_deciding_twice_gives_the_same() -> None:
    choices = [{"sunny": 0.3, "windy": 0.2}, {"cold": 1.1}, {"unheard of": 9.0}]
    assert SMALL.decide(choices) == SMALL.decide([dict(reversed(c.items())) for c in choices])


def test_one_choice_is_certain_and_far_scores_do_not_overflow() -> None:
    assert SMALL.decide([{"windy": 1.0}]).probability == 1
    far = SMALL.decide([{"windy": 1e6}, {"sunny": 1e6}])
    assert (far.choice, far.probabilities[0]) == (1, 0)


def test_reasons_name_the_features_that_count_most() -> None:
    reasons = SMALL.reasons({"cold": 1.0, "sunny": 1.0, "windy": 1.0, "unheard of": 1.0})
    assert reasons == ("sunny +2.00", "windy -1.00", "cold +0.50")
    assert SMALL.reasons({"cold": 1.0, "sunny": 1.0}, most=1) == ("sunny +2.00",)
    assert SMALL.reasons({"sunny": 0.0}) == ()


def test_missing_weights_tell_the_cure() -> None:
    with pytest.raises(SetupError, match="decision weights `weather`") as caught:
        load_ranker("weather")
    assert caught.value.hint == "reinstall newslens"
    assert caught.value.name == "weather"  # type: ignore[attr-defined]


def test_broken_weights_are_a_setup_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "half_written.json").write_text('{"sunny": ', "utf-8")
    monkeypatch.setattr(ranker.resources, "files", lambda _: tmp_path)
    with pytest.raises(SetupError, match="half_written"):
        load_ranker("half_written")


def test_every_decision_has_its_weights_and_no_file_is_left_over() -> None:
    judge = ListeningJudge()
    assert list(Reader(lay_out(ASKING_ALL, "en"), judge).read())
    assert sorted(judge.asked) == WEIGHTS


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights_are_sorted_numbers_without_repetition(name: str) -> None:
    text = resources.files("newslens.claims").joinpath("weights", f"{name}.json").read_text("utf-8")
    pairs = json.loads(text, object_pairs_hook=list)
    keys = [key for key, _ in pairs]
    assert keys == sorted(set(keys))
    assert all(isinstance(weight, int | float) and weight for _, weight in pairs)


@pytest.mark.parametrize(
    ("name", "choices"),
    [("modality", set(MODALITIES)), ("sense", set(SENSES)), ("result", set(RESULTS)), ("type", TYPES | {"none"})],
)
def test_weights_speak_of_choices_that_exist(name: str, choices: set[str]) -> None:
    heads = {key.partition("|")[0] for key in load_ranker(name).weights if "|" in key}
    assert choices <= heads
    shared = ("=", "own cue", "tokens")  # features whose name does not begin with the choice
    assert {head for head in heads - choices if not head.startswith(shared)} == set()


@pytest.mark.parametrize("name", ["subject", "object", "source"])
def test_weights_of_names_speak_of_claim_types_that_exist(name: str) -> None:
    heads = {key.partition("|")[0] for key in load_ranker(name).weights if "|" in key}
    assert {head for head in heads - TYPES if head not in ("none", "says, announce in line")} == set()
