"""The gold itself: each row says something the contract allows, about words that are in its text."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from gold_sets import CASES, WHOLE_ARTICLES, read_cases, read_set
from newslens.records import LANGUAGES, Bound, ClaimType, Modality

REQUIRED = {"claim_type", "quote", "value_low", "value_high", "bound", "unit"}
KNOWN = REQUIRED | {"nth", "subject", "object", "facet", "attributed_to", "modality", "optional", "why"}
FACETS = {
    "token_price": {"input", "output", "cached_input"},
    "revenue": {"revenue", "profit", "margin"},
    "model_size": {"total", "active"},
}
UNITS: dict[str, str] = {
    "training_cost": r"[A-Z]{3}",
    "chip_count": "chip",
    "token_price": r"[A-Z]{3}/Mtok",
    "subscription_price": r"[A-Z]{3}/(day|week|month|year)",
    "compute_price": r"[A-Z]{3}/chip(_hour)?",
    "compute_time": "chip_hour",
    "investment": r"[A-Z]{3}(/(day|month|year))?",
    "market_value_change": r"[A-Z]{3}",
    "share_price_change": "percent",
    "company_value": r"[A-Z]{3}",
    "revenue": r"[A-Z]{3}(/(day|month|year))?|percent",
    "cost_ratio": "ratio",
    "model_size": "parameter",
    "user_count": "user|download",
}


def gold_texts(language: str) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Yield the name, text and gold of every passage and article of a language."""
    for case in read_cases(language):
        yield case["id"], case["text"], case["claims"]
    for name in WHOLE_ARTICLES:
        for article in read_set(name):
            if article.gold_language == language:
                yield article.name, article.text, list(article.gold)


def test_packs_have_cases() -> None:
    assert {path.name for path in CASES.iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_type_has_cases(language: str) -> None:
    parts = {part: Counter[str]() for part in ("tune", "held_out")}
    for case in read_cases(language):
        parts[case["set"]].update(claim["claim_type"] for claim in case["claims"])
    for seen in parts.values():
        assert set(seen) == set(get_args(ClaimType))


def test_ids_are_unique_and_decide_the_set() -> None:
    cases = [(language, case) for language in LANGUAGES for case in read_cases(language)]
    seen = Counter(case["id"] for _, case in cases)
    assert not [name for name, times in seen.items() if times > 1]
    for language, case in cases:
        is_held_out = int(hashlib.sha256(case["id"].encode()).hexdigest(), 16) % 3 == 0
        assert case["set"] == ("held_out" if is_held_out else "tune"), case["id"]
        assert case["id"].startswith(f"{language}-")
        assert case["why"]


def test_no_text_stands_in_both_sets() -> None:
    texts: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for case in read_cases(language):
            texts.setdefault("".join(case["text"].split()), set()).add(case["set"])
    assert not [text for text, sets in texts.items() if len(sets) > 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotes_are_in_the_text(language: str) -> None:
    for name, text, claims in gold_texts(language):
        for claim in claims:
            found = len(re.findall(re.escape(claim["quote"]), text))
            assert claim.get("nth", 1) <= found, (name, claim["quote"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_keep_the_contract(language: str) -> None:
    wrong = [
        (name, claim["quote"], problem)
        for name, _, claims in gold_texts(language)
        for claim in claims
        for problem in problems(claim)
    ]
    assert not wrong


def problems(claim: dict[str, Any]) -> Iterator[str]:
    if not claim.keys() >= REQUIRED or claim.keys() - KNOWN:
        yield f"keys: {sorted(claim.keys() ^ REQUIRED)}"
        return
    kind, low, high, bound = (claim[name] for name in ("claim_type", "value_low", "value_high", "bound"))
    if kind not in get_args(ClaimType) or bound not in get_args(Bound):
        yield f"{kind}, {bound}"
        return
    if not re.fullmatch(UNITS[kind], claim["unit"]):
        yield f"unit {claim['unit']} of {kind}"
    if claim.get("facet") not in {None, *FACETS.get(kind, ())}:
        yield f"facet {claim['facet']} of {kind}"
    if claim.get("modality", "asserted") not in get_args(Modality):
        yield f"modality {claim['modality']}"
    if not fits(bound, low, high, kind):
        yield f"{bound} [{low}, {high}]"


def fits(bound: str, low: float | None, high: float | None, kind: str) -> bool:
    """Say whether the bounds are given as the contract wants them for `bound`."""
    if bound in ("exact", "approx"):
        return low is not None and low == high
    if bound == "range":
        return low is not None and high is not None and low < high
    is_low_only = bound in ("at_least", "vague")
    return (low is not None) == is_low_only and (high is not None) != is_low_only
