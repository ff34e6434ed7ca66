"""The reading of one article: every quantity is asked what it states, of whom, and who says so."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property
from typing import Literal

from newslens.claims.context_units import (
    Basis,
    basis_of,
    currency_before,
    is_conversion,
    is_listed,
    tokens_of_article,
    tokens_of_price,
    with_context_unit,
)
from newslens.claims.document import Document, Line
from newslens.claims.elision import Lender, lender_of, with_lent_unit
from newslens.claims.facets import names_both_sides, names_side
from newslens.claims.ranker import Decision, Judge
from newslens.claims.scene import Scene
from newslens.claims.sources import choose_modality, choose_source
from newslens.claims.spans import starting
from newslens.claims.subjects import OBJECT_KINDS, Subjects
from newslens.claims.types import Choice, Earlier, type_choices, type_features, unit_family
from newslens.claims.values import Value, settle_value
from newslens.claims.voices import find_voices
from newslens.languages.pack import alternatives, load_pack
from newslens.records import ClaimType, Modality, Quantity

# How likely it may be that a quantity states no claim at all: a wrong row is worse than a missing one.
MOST_DOUBTFUL, MOST_DOUBTFUL_ELIDED = 0.3, 0.05
_PER_MILLION = Decimal(1)  # how prices of input and output are told where nobody says of how many tokens
_TOKENS_PRICED_BELOW = 300  # no million tokens costs more where nobody says that it is tokens
_COUNT_UNITS = {"model_size": "parameter", "chip_count": "chip", "compute_time": "chip_hour"}


@dataclass(frozen=True, slots=True)
class Found:
    """One claim as read, before it is written as a record; `decisions` tells how each column was decided."""

    line: Line
    quantity: Quantity
    claim_type: ClaimType
    value: Value
    subject: str | None
    object: str | None
    attributed_to: str | None
    modality: Modality
    decisions: dict[str, Decision] = field(default_factory=dict)

    @property
    def confidence(self) -> float:
        """Return the probability of type and subject together, the two columns that are wrong most often."""
        sure = 1.0
        for name in ("type", "subject"):
            if name in self.decisions:
                sure *= self.decisions[name].probability
        return sure


class Reader:
    """Reads a document line by line, remembering what the lines before were about."""

    def __init__(self, document: Document, judge: Judge) -> None:
        self.document = document
        self.judge = judge
        self.voices = find_voices(document)
        self.subjects = Subjects(document, judge)
        self.last_source: str | None = None
        self.basis: Basis | None = None
        self.lender: Lender | None = None  # the last claim of the line before
        self.above: dict[tuple[str, int], Choice] = {}  # of the list line or table row before, by unit and place

    def read(self) -> Iterator[Found]:
        for line in self.document.lines:
            yield from self._read_line(line)

    def _read_line(self, line: Line) -> Iterator[Found]:
        previous: tuple[Quantity, Choice, Found | None] | None = None
        lender, self.lender = self.lender, None
        in_line: str | None = None
        told: list[str] = []
        listed: dict[tuple[str, int], Choice] = {}
        line.quantities = [with_context_unit(Scene(self.document, line, q), self.basis) for q in line.quantities]
        line.found.clear()  # what was found of the quantities before
        for quantity in line.quantities:
            scene = Scene(self.document, line, quantity, self._basis_line(line))
            if previous and previous[2] and is_conversion(scene, previous[0]):
                found: Found | None = self._converted(previous[2], scene)
                choice: Choice = found.claim_type if found else None
            else:
                above: Choice | Literal["nothing"] = self.above.get(_place(scene, listed), "nothing")
                choice, found = self._read_quantity(scene, previous, in_line, lender_of(scene, lender), above)
            listed[_place(scene, listed)] = choice
            if choice is not None or type_choices(quantity):
                previous = (found.quantity if found and quantity.unit is None else quantity, choice, found)
            if found:
                lender = Lender(_completed(quantity, found), found.claim_type, same_line=True)
                self.lender = replace(lender, same_line=False)
                in_line = found.subject
                told += [found.subject] if found.subject else []
                self.last_source = found.attributed_to
                yield found
        self.subjects.end_line(told)
        if not is_listed(line, self.document.view.low):
            self.above = {}
        elif listed:
            self.above = listed
        self.basis = basis_of(self.document, line) or self.basis

    def _basis_line(self, line: Line) -> Line | None:
        reaches = self.basis is not None and self.basis.reaches(line, self.document.view.low)
        return self.basis.line if self.basis and reaches else None

    def _read_quantity(
        self,
        scene: Scene,
        previous: tuple[Quantity, Choice, Found | None] | None,
        in_line: str | None,
        lender: Lender | None,
        above: Choice | Literal["nothing"],
    ) -> tuple[Choice, Found | None]:
        if lender:
            scene = Scene(scene.document, scene.line, with_lent_unit(scene, lender), scene.basis)
        scale = self._token_scale(scene, previous)
        choices = [
            c
            for c in type_choices(scene.quantity)
            if c != "token_price" or scale or unit_family(scene.quantity) == "Mtok"
        ]
        if lender and choices and None not in choices:
            choices.append(None)
        if not [c for c in choices if c]:
            return None, None
        earlier = self._earlier(scene, previous, above)
        told = self._told(scene, scale)
        typed = self.judge.choose(
            "type", scene, choices, type_features(scene, choices, earlier, tokens=told, lender=lender)
        )
        choice = choices[typed.choice]
        if choice is None or _doubtful(typed, choices, MOST_DOUBTFUL_ELIDED if lender else MOST_DOUBTFUL):
            return None, None
        unit = self._unit(scene, choice)
        if unit is None:
            return None, None
        if choice == "token_price" and scale and unit_family(scene.quantity) != "Mtok":
            scene = Scene(scene.document, scene.line, _scaled(scene.quantity, scale), scene.basis)
            unit = f"{unit[:3]}/Mtok"
        if choice == "cost_ratio":
            scene = Scene(scene.document, scene.line, _with_sense(scene), scene.basis)
        value = settle_value(scene, choice, unit, self.judge)
        if value is None:
            return None, None
        decisions = {"type": typed}
        if value.decision:
            decisions["value"] = value.decision
        if value.period:
            decisions["period"] = value.period
        subject, decisions["subject"] = self.subjects.choose_subject(scene, choice, in_line)
        target = None
        if choice in OBJECT_KINDS:
            target, decisions["object"] = self.subjects.choose_object(scene, choice, subject, in_line)
        source, decisions["source"] = choose_source(
            scene, choice, subject, self.last_source, self.voices.get(scene.line.index, ()), self.judge
        )
        spoken = previous[2].modality if previous and previous[2] else None
        modality, decisions["modality"] = choose_modality(scene, choice, source, spoken, self.judge)
        quantity = scene.quantity
        self.subjects.note(quantity, choice, subject)
        return choice, Found(scene.line, quantity, choice, value, subject, target, source.name, modality, decisions)

    def _token_scale(self, scene: Scene, previous: tuple[Quantity, Choice, Found | None] | None) -> Decimal | None:
        """Return how to restate an amount per million tokens where its context prices tokens, else None."""
        family = unit_family(scene.quantity)
        listed = previous is not None and previous[1] == "token_price"
        small = abs(scene.quantity.stated) < 10_000
        if family == "money" or (family == "bare" and small and (scene.cell or listed)):
            told_before = self.basis.scale if self.basis and scene.basis else None
            told = tokens_of_price(scene) or told_before
            priced = 0 < abs(scene.quantity.stated) < _TOKENS_PRICED_BELOW and not scene.cell and names_side(scene)
            return told or (
                (self._tokens_elsewhere or (_PER_MILLION if names_both_sides(scene) else None)) if priced else None
            )
        return None

    @cached_property
    def _tokens_elsewhere(self) -> Decimal | None:
        """The scale of the token prices that the article names anywhere, a footnote or its first paragraph."""
        return tokens_of_article(self.document)

    def _told(self, scene: Scene, scale: Decimal | None) -> str | None:
        """Return where the tokens of a price are named: here, in a line before that its list leans on, elsewhere."""
        if scale is None:
            return None
        if tokens_of_price(scene):
            return "here"
        return "before" if self.basis and scene.basis else "elsewhere"

    def _earlier(
        self,
        scene: Scene,
        previous: tuple[Quantity, Choice, Found | None] | None,
        above: Choice | Literal["nothing"],
    ) -> Earlier:
        same = self.subjects.type_of_figure(scene.quantity)
        if previous is None:
            return Earlier(None, None, False, same, above)
        before, choice, _ = previous
        cues = self.document.cues(scene.line)
        linked = (
            any(starting(cues.get(cue, []), before.end, scene.quantity.start) for cue in ("while", "compare"))
            or scene.quantity.start - before.end <= 6
        )
        return Earlier(choice, unit_family(before), linked, same, above)

    def _unit(self, scene: Scene, claim_type: ClaimType) -> str | None:
        """Return the unit of a claim, completed from the context where the quantity states only part of it."""
        quantity, family = scene.quantity, unit_family(scene.quantity)
        if claim_type in _COUNT_UNITS:
            return _COUNT_UNITS[claim_type]
        if claim_type == "user_count":
            if family == "download":
                return "download"
            features = scene.features
            downloads = features.get("download", 0.0) > features.get("users", 0.0)
            return "download" if family in ("occurrence", "ratio") or (family == "bare" and downloads) else "user"
        if family == "percent" or claim_type == "cost_ratio":
            return "percent"
        currency = quantity.unit[:3] if quantity.unit else currency_before(scene)
        if currency is None:
            return None
        if claim_type == "compute_price":
            # no chip sells for less than a dinner, none rents for more than that an hour
            cheap = family == "money" and abs(quantity.stated) < 100
            rented = family in ("hour", "chip_hour") or cheap
            return f"{currency}/{'chip_hour' if rented else 'chip'}"
        if claim_type == "subscription_price":
            if family in ("month", "year", "week"):
                return f"{currency}/{family}"
            return f"{currency}/{'year' if scene.features.get('annual!') else 'month'}"
        if claim_type == "revenue" and family in ("day", "month", "year"):
            return f"{currency}/{family}"
        return f"{currency}/Mtok" if family == "Mtok" else currency

    @staticmethod
    def _converted(found: Found, scene: Scene) -> Found | None:
        """Return the claim that restates `found` in another currency; it inherits the bound unless it has its own."""
        quantity = scene.quantity
        if found.value.unit.endswith("/Mtok") and "/" not in (quantity.unit or "/"):
            quantity = _scaled(quantity, tokens_of_price(scene) or Decimal(1))  # "$0.002 (0.014 yuan) per 1K tokens"
        if quantity.unit is None or found.claim_type == "cost_ratio":
            return None
        bound = quantity.bound if quantity.bound != "exact" else found.value.bound
        stated = [abs(v) for v in (quantity.value_low, quantity.value_high) if v is not None]
        low, high = min(stated), max(stated)
        if (found.value.low or found.value.high or Decimal(0)) < 0:
            low, high = -high, -low
        if bound == "at_least":
            high_or_none: Decimal | None = None
            value = Value(low, high_or_none, bound, _converted_unit(found.value.unit, quantity))
        elif bound == "at_most":
            value = Value(None, high, bound, _converted_unit(found.value.unit, quantity))
        else:
            value = Value(
                low,
                high,
                "range" if low != high else "exact" if bound == "range" else bound,
                _converted_unit(found.value.unit, quantity),
            )
        return replace(found, quantity=quantity, value=replace(value, facet=found.value.facet))


def _completed(quantity: Quantity, found: Found) -> Quantity:
    """Return a claim's quantity with the unit that its context gave it, without its period."""
    if quantity.unit is not None:
        return quantity
    unit = found.value.unit
    currency = unit[:3] if unit[:3].isupper() and not unit.endswith("/Mtok") else unit
    return replace(found.quantity, unit=currency)


def _converted_unit(unit: str, quantity: Quantity) -> str:
    own = quantity.unit or unit
    return own if "/" in own else own + unit[3:]


def _with_sense(scene: Scene) -> Quantity:
    """Return a ratio whose quote takes in the words of comparison that touch it: "9 fois moins cher"."""
    quantity = scene.quantity
    sense = sense_pattern(scene.line.pack.code).match(scene.document.view.low, quantity.end)
    return replace(quantity, end=sense.end()) if sense else quantity


@cache
def sense_pattern(code: str) -> re.Pattern[str]:
    """Return the pattern of the words that say which way a ratio goes, right behind it."""
    return re.compile(rf"\s?{alternatives(load_pack(code).ratio_words['quoted'])}")


def _place(scene: Scene, listed: dict[tuple[str, int], Choice]) -> tuple[str, int]:
    """Return a figure's place in its list line or row: its unit's group, and its cell or its order."""
    family = unit_family(scene.quantity)
    if scene.cell:
        return family, bisect_left(scene.line.cells, scene.cell.span[0], key=lambda cell: cell.span[0])
    return family, len(listed)


def _doubtful(decision: Decision, choices: Sequence[Choice], most: float) -> bool:
    """Tell whether it is too likely that the quantity states nothing."""
    if None not in choices or not decision.probabilities:
        return False
    return decision.probabilities[choices.index(None)] > most


def _scaled(quantity: Quantity, scale: Decimal) -> Quantity:
    low, high = (None if v is None else v * scale for v in (quantity.value_low, quantity.value_high))
    return replace(quantity, value_low=low, value_high=high)
