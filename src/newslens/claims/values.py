"""From a quantity and its claim type to the value the contract asks for: ratios turned, losses signed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from newslens.claims.facets import size_facet, token_facet
from newslens.claims.periods import unit_with_period
from newslens.claims.ranker import Decision, Judge
from newslens.claims.scene import Features, Scene
from newslens.claims.spans import Span
from newslens.claims.wording import wording
from newslens.languages.pack import alternatives, load_pack
from newslens.records import Bound, ClaimType, Quantity

Sense = Literal["cheaper", "dearer", "part"]
Direction = Literal["fall", "rise"]
SENSES: tuple[Sense, ...] = ("cheaper", "dearer", "part")
DIRECTIONS: tuple[Direction, ...] = ("fall", "rise")
RESULTS = ("revenue", "profit", "loss", "margin")
_FLIP: dict[Bound, Bound] = {"at_least": "at_most", "at_most": "at_least"}
_LISTED_GAP = 10  # characters between the figures of a list, which may name years: "2021年，-36.61%；2022年，"
_LOSSY = {"market_value_change", "share_price_change"}


@dataclass(frozen=True, slots=True)
class Value:
    """The columns that say how much: bounds, bound word, unit, facet; and how they were decided."""

    low: Decimal | None
    high: Decimal | None
    bound: Bound
    unit: str
    facet: str | None = None
    decision: Decision | None = None
    period: Decision | None = None


def sense_features(scene: Scene) -> list[Features]:
    """Return the features of each sense of a ratio, in the order of SENSES."""
    quantity, low = scene.quantity, scene.document.view.low
    kind = "percent" if quantity.unit == "percent" else "fraction" if quantity.stated < 1 else "multiple"
    place = {k: v for k, v in scene.features.items() if not k.startswith(("~", "size")) and not k.endswith("#")}
    place[f"unit={kind}"] = 1.0
    for name, pattern in _ratio_words(scene.line.pack.code).items():
        if pattern.match(low, quantity.end):
            place[f"{name} after"] = 1.0
    if "折" in low[quantity.start : quantity.end]:
        place["discount sign"] = 1.0
    place |= wording(scene)
    return [
        {f"{sense}|{kind}|{f}": v for f, v in place.items()} | {f"{sense}|{f}": v for f, v in place.items()}
        for sense in SENSES
    ]


@cache
def _ratio_words(code: str) -> dict[str, re.Pattern[str]]:
    words = load_pack(code).ratio_words
    return {name: re.compile(rf"\s{{0,2}}{alternatives(listed)}") for name, listed in words.items() if name != "quoted"}


def direction_features(scene: Scene) -> list[Features]:
    """Return the features of a fall and of a rise."""
    place = scene.features
    result: list[Features] = []
    for own, other in (("fall", "rise"), ("rise", "fall")):
        features: Features = {}
        for mark in ("", "@", "!", "^", "-"):
            features[f"own{mark}"] = place.get(own + mark, 0.0)
            features[f"other{mark}"] = place.get(other + mark, 0.0)
        features |= {f"nearest {key}": 1.0 for key in (_nearest(scene, own, other),) if key}
        features[own] = 1.0
        result.append(features)
    return result


def _nearest(scene: Scene, own: str, other: str) -> str | None:
    cues = scene.document.cues(scene.line)
    nearest = {
        cue: min(
            (
                scene.words_between(s) + 4 * scene.clauses_between(s) + (1.5 if s[0] > scene.quantity.start else 0)
                for s in scene.nearest(cues.get(cue, []))
            ),
            default=99.0,
        )
        for cue in (own, other)
    }
    if nearest[own] == nearest[other]:
        return None
    return "own" if nearest[own] < nearest[other] else "other"


def result_features(scene: Scene) -> list[Features]:
    """Return the features of each kind of business result, in the order of RESULTS."""
    place = {
        k: v
        for k, v in scene.features.items()
        if k.rstrip("@!^-") in ("revenue", "profit", "net_loss", "margin", "fall", "rise")
    }
    place |= {"percent": 1.0} if scene.quantity.unit == "percent" else {"money": 1.0}
    place |= wording(scene)
    return [{f"{kind}|{f}": v for f, v in place.items()} | {kind: 1.0} for kind in RESULTS]


def settle_value(scene: Scene, claim_type: ClaimType, unit: str, judge: Judge) -> Value | None:
    """Return value, bound, unit and facet of a claim of `claim_type` made of the scene's quantity; None for no claim.

    Source: claims contract, "Values" and hard readings 1 to 3 and 11.
    """
    quantity = scene.quantity
    if claim_type == "cost_ratio":
        return _ratio(scene, judge)
    if claim_type in _LOSSY:
        return _change(scene, unit, judge)
    if claim_type == "revenue":
        return _result(scene, unit, judge)
    facet = None
    if claim_type == "token_price":
        facet = token_facet(scene)
    elif claim_type == "model_size":
        facet = size_facet(scene)
    return Value(quantity.value_low, quantity.value_high, quantity.bound, unit, facet)


def _ratio(scene: Scene, judge: Judge) -> Value | None:
    decision = judge.choose("sense", scene, SENSES, sense_features(scene))
    return ratio_value(scene.quantity, SENSES[decision.choice], decision)


def ratio_value(quantity: Quantity, sense: Sense, decision: Decision | None = None) -> Value | None:
    """Return a quantity as the ratio of the subject's cost to the object's; None where it can be none ("200% cheaper").

    Cheaper turns the bounds around: "more than 90 % cheaper" is at most 0.1. Source: hard reading 2.
    """
    turned = sense == "cheaper" and (quantity.unit == "percent" or abs(quantity.stated) > 1)
    ends = [_as_ratio(v, quantity, sense) for v in (quantity.value_low, quantity.value_high)]
    if any(v is not None and v <= 0 for v in ends):
        return None
    low, high = (ends[1], ends[0]) if turned else (ends[0], ends[1])
    if low is not None and high is not None and low > high:
        low, high = high, low
    bound = _FLIP.get(quantity.bound, quantity.bound) if turned else quantity.bound
    return Value(low, high, bound, "ratio", None, decision)


def _as_ratio(value: Decimal | None, quantity: Quantity, sense: Sense) -> Decimal | None:
    if value is None:
        return None
    if quantity.unit == "percent":
        part = abs(value) / 100
        return {"cheaper": 1 - part, "dearer": 1 + part, "part": part}[sense]
    return 1 / value if sense == "cheaper" and value > 1 else value


def _change(scene: Scene, unit: str, judge: Judge) -> Value:
    quantity = scene.quantity
    in_column = scene.cell is not None and "fall" not in scene.features  # a column of moves signs its falls
    signed = (
        in_column or scene.document.view.norm[quantity.start] in "+-" or quantity.stated < 0 or _in_signed_list(scene)
    )
    decision = None
    if signed:
        falls = quantity.stated < 0
    else:
        decision = judge.choose("direction", scene, DIRECTIONS, direction_features(scene))
        falls = DIRECTIONS[decision.choice] == "fall"
    low, high = fallen(quantity) if falls else (quantity.value_low, quantity.value_high)
    return Value(low, high, quantity.bound, unit, None, decision)


def _in_signed_list(scene: Scene) -> bool:
    """Tell whether the quantity stands in a list that signs its falls: "109.31%, -36.61%, 23.04%".

    Where only falling is spoken of, as in "fell: 17%, -6%, 9%", a sign tells nothing.
    """
    if "fall" in scene.features and "rise" not in scene.features:
        return False
    signed = scene.line.once("signed", lambda: _signed_lists(scene))
    return any(start <= scene.quantity.start < end for start, end in signed)


def _signed_lists(scene: Scene) -> list[Span]:
    """Return the spans of lists of figures of one unit in the line, some of which bear a minus."""
    norm, found = scene.document.view.norm, []
    run: list[Quantity] = []
    for quantity in [*scene.line.quantities, None]:
        if quantity and (not run or (quantity.unit == run[-1].unit and quantity.start - run[-1].end <= _LISTED_GAP)):
            run.append(quantity)
            continue
        if len(run) > 2 and any(norm[q.start] == "-" for q in run):
            found.append((run[0].start, run[-1].end))
        run = [quantity] if quantity else []
    return found


def fallen(quantity: Quantity) -> tuple[Decimal | None, Decimal | None]:
    """Return the bounds of a loss: of its size for one-sided bounds, as numbers for a range."""
    low, high = (None if v is None else -abs(v) for v in (quantity.value_low, quantity.value_high))
    return (high, low) if quantity.bound == "range" else (low, high)


def _result(scene: Scene, unit: str, judge: Judge) -> Value:
    quantity = scene.quantity
    decision = judge.choose("result", scene, RESULTS, result_features(scene))
    kind = RESULTS[decision.choice]
    if kind == "margin" and quantity.unit != "percent":
        kind = "profit"
    if quantity.unit == "percent":
        kind = "margin"
    low, high = fallen(quantity) if kind == "loss" else (quantity.value_low, quantity.value_high)
    facet = "profit" if kind == "loss" else kind
    unit, period = unit_with_period(scene, unit, judge)
    return Value(low, high, quantity.bound, unit, facet, decision, period)
