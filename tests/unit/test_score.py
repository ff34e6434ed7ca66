from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newslens.errors import SettingsError
from newslens.score import Rates, Report, Share, score_claims

TEXT = "DeepSeek spent about 5.6 million dollars. It used 2,048 chips, and later 2,048 chips more."


@pytest.fixture
def check(tmp_path: Path) -> Any:
    """Score claims, given as (quote, nth, cells), against gold given in the same way."""

    def check(gold: list[dict[str, Any]], claims: list[dict[str, Any]], **options: Any) -> Report:
        (tmp_path / "a.txt").write_text(TEXT)
        article = {"file": "a.txt", "language": "en", "claims": gold}
        (tmp_path / "gold.jsonl").write_text(json.dumps(article) + "\n\n")
        return score_claims([tmp_path / "gold.jsonl"], map(placed, claims), **options)

    return check


def placed(cells: dict[str, Any]) -> dict[str, Any]:
    start = -1
    for _ in range(cells.get("nth", 1)):
        start = TEXT.index(cells["quote"], start + 1)
    return {"source": "some/folder/a.txt", "char_start": start, "char_end": start + len(cells["quote"]), **cells}


def cost(**cells: Any) -> dict[str, Any]:
    return {
        "claim_type": "training_cost",
        "quote": "5.6 million dollars",
        "value_low": 5_600_000,
        "value_high": 5_600_000,
        "bound": "approx",
        "unit": "USD",
        "subject": "DeepSeek",
    } | cells


def chips(**cells: Any) -> dict[str, Any]:
    return {
        "claim_type": "chip_count",
        "quote": "2,048 chips",
        "value_low": 2048,
        "value_high": 2048,
        "bound": "exact",
        "unit": "chip",
        "subject": "DeepSeek",
    } | cells


def f1s(report: Report, name: str = "all") -> tuple[float, ...]:
    return tuple(rates.f1 for rates in report.scores[name].levels.values())


def test_all_right(check: Any) -> None:
    report = check([cost(), chips(), chips(nth=2)], [chips(nth=2), cost(), chips()])
    assert f1s(report) == (1, 1, 1)
    assert report.scores["en"] == report.scores["all"]
    assert report.mistakes == []


def test_levels(check: Any) -> None:
    gold = [cost(), chips(), chips(nth=2)]
    report = check(gold, [cost(subject="OpenAI"), chips(value_high=None), chips(nth=2)])
    assert f1s(report) == (1, 0.6667, 0.3333)
    assert report.mistakes == [
        "a.txt: subject   training_cost [5600000, 5600000] USD · DeepSeek · '5.6 million dollars'",
        "       claimed   OpenAI",
        "a.txt: wrong     chip_count [2048, 2048] chip · DeepSeek · '2,048 chips'",
        "       claimed   chip_count [2048, None] chip · DeepSeek · '2,048 chips'",
    ]


def test_missed_and_invented(check: Any) -> None:
    report = check([cost(), chips()], [chips(), chips(nth=2), cost(source="elsewhere.txt")])
    assert report.scores["all"].levels["found"] == Rates(0.5, 0.5, 0.5)
    assert [line[:15] for line in report.mistakes] == ["a.txt: missed  ", "a.txt: invented"]


@pytest.mark.parametrize(("low", "right"), [(5_600_000, 1), (5_627_000, 1), (5_629_000, 0), (None, 0)])
def test_amounts_within_half_a_percent(check: Any, low: float | None, right: int) -> None:
    assert f1s(check([cost()], [cost(value_low=low)]))[1] == right


@pytest.mark.parametrize(("shift", "found"), [(0, 1), (12, 1), (13, 0)])
def test_spans_share_a_fifth_of_their_union(check: Any, shift: int, found: int) -> None:
    claim = placed(cost())
    claim |= {"char_start": claim["char_start"] + shift, "char_end": claim["char_end"] + shift}
    report = check([cost()], [claim])
    assert f1s(report)[0] == found
    if found:
        assert report.scores["all"].details["quote"] == Share(right=int(shift == 0), of=1)


@pytest.mark.parametrize(
    ("gold", "claimed", "right"),
    [
        ("DeepSeek-R1|DeepSeek", "deepseek r1", True),
        ("DeepSeek-R1", "DeepSeek", False),
        ("Élysée", "elysee", True),
        ("DeepSeek|", None, True),
        ("DeepSeek", None, False),
        (None, None, True),
        (None, "DeepSeek", False),
        (None, "null", True),
    ],
)
def test_names(check: Any, gold: str | None, claimed: str | None, right: bool) -> None:
    assert f1s(check([cost(subject=gold)], [cost(subject=claimed)]))[2] == right


def test_details_are_asked_of_what_is_normalised(check: Any) -> None:
    report = check(
        [
            cost(modality="reported", attributed_to="WSJ"),
            chips(modality="asserted"),
            chips(nth=2, object="Nvidia H800"),
        ],
        [cost(modality="disputed", attributed_to=None), chips(), chips(nth=2, object="nvidia-h800", bound="approx")],
    )
    details = report.scores["all"].details
    assert details["modality"] == Share(right=1, of=2)
    assert details["attributed_to"] == Share(right=0, of=1)
    assert details["object"] == Share(right=1, of=1)
    assert details["bound"] == Share(right=2, of=3)
    assert report.scores["all"].not_asserted == Rates(0.0, 0.0, 0.0)


@pytest.mark.parametrize("soft", [{"optional": True}, {"bound": "vague", "value_high": None}])
def test_optional_and_vague_rows_excuse_one_claim(check: Any, soft: dict[str, Any]) -> None:
    gold = [chips(), cost(**soft)]
    assert f1s(check(gold, [chips()])) == (1, 1, 1)
    assert f1s(check(gold, [chips(), cost()])) == (1, 1, 1)
    assert f1s(check(gold, [chips(), cost(claim_type="revenue")])) == (1, 1, 1)
    two_more = [cost(claim_type="revenue"), cost(claim_type="investment")]
    assert check(gold, [chips(), *two_more]).scores["all"].levels["found"] == Rates(0.5, 1.0, 0.6667)


def test_the_better_of_two_claims_is_matched(check: Any) -> None:
    report = check([cost()], [cost(value_low=1, value_high=1), cost()])
    assert report.scores["all"].levels["normalised"] == Rates(0.5, 1.0, 0.6667)


def test_core_types_and_by_type(check: Any) -> None:
    gold = [cost(), chips(), chips(nth=2, claim_type="user_count")]
    report = check(gold, gold, only_core=True, by_type=True)
    assert list(report.scores) == ["all", "en", "type:training_cost", "type:chip_count"]
    assert report.scores["all"].gold == 2


def test_nothing_at_all(check: Any) -> None:
    report = check([], [])
    assert f1s(report) == f1s(report, "en") == (0, 0, 0)


def test_figures_as_plain_values(check: Any) -> None:
    plain = check([cost()], [cost()]).scores["all"].as_dict()
    assert plain["normalised"] == {"p": 1.0, "r": 1.0, "f1": 1.0}
    assert plain["quote"] == {"right": 1, "of": 1}
    assert json.loads(json.dumps(plain)) == plain


def test_texts_may_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    (tmp_path / "gold.jsonl").write_text(json.dumps({"file": "a.txt", "language": "en", "claims": [cost()]}))
    report = score_claims([tmp_path / "gold.jsonl"], [placed(cost())], texts=tmp_path / "texts")
    assert f1s(report) == (1, 1, 1)


@pytest.mark.parametrize(
    ("gold", "words"),
    [
        ("{broken", "line 1: not a gold article"),
        ('["file"]', "line 1: not a gold article"),
        ('{"file": "none.txt", "claims": []}', "No such file"),
        (json.dumps({"file": "a.txt", "claims": [chips(nth=3)]}), "no occurrence 3 of '2,048 chips'"),
    ],
)
def test_gold_that_cannot_be_used(tmp_path: Path, gold: str, words: str) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "gold.jsonl").write_text(gold)
    with pytest.raises(SettingsError, match=words):
        score_claims([tmp_path / "gold.jsonl"], [])


def test_a_missing_gold_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read"):
        score_claims([tmp_path / "gold.jsonl"], [])
