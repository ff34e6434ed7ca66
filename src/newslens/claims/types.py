"""Which claim a quantity states, if any: the choices its unit allows, scored by what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from newslens.claims.elision import Lender, elision_features
from newslens.claims.known_figures import known_types
from newslens.claims.scene import Features, Scene
from newslens.claims.wording import wording
from newslens.records import ClaimType, Quantity

Choice = ClaimType | None
MONEY_TYPES: tuple[Choice, ...] = (
    "training_cost", "investment", "market_value_change", "company_value", "revenue",
    "compute_price", "token_price", "subscription_price", None,
)  # fmt: skip
CHOICES: dict[str, tuple[Choice, ...]] = {
    "money": MONEY_TYPES,
    "bare": (*MONEY_TYPES, "model_size", "user_count", "chip_count", "compute_time"),
    "Mtok": ("token_price",),  # a price per so many tokens states itself
    "month": ("subscription_price", "revenue", "investment", None),
    "year": ("subscription_price", "revenue", "investment", None),
    "day": ("revenue", "investment", None),
    "week": ("subscription_price", None),
    "hour": ("compute_price", "investment", None),
    "chip": ("compute_price", "training_cost", None),
    "chip_hour": ("compute_price", None),
    "percent": ("share_price_change", "cost_ratio", "revenue", None),
    "ratio": ("cost_ratio", "user_count", None),
    "chips": ("chip_count", None),
    "parameter": ("model_size", None),
    "chip_hours": ("compute_time", None),
    "user": ("user_count", None),
    "download": ("user_count", None),
    "occurrence": ("user_count", None),
}
# The cue words that speak for each type by themselves; the rest is weighed by what was learned.
OWN_CUES: dict[str, tuple[str, ...]] = {
    "training_cost": ("train",),
    "investment": ("invest", "funding", "operate"),
    "market_value_change": ("market_value",),
    "company_value": ("valuation",),
    "revenue": ("revenue", "profit", "net_loss", "margin"),
    "compute_price": ("chip_price", "rent"),
    "token_price": ("token_context",),
    "subscription_price": ("subscription",),
    "model_size": ("size",),
    "user_count": ("users", "download"),
    "chip_count": ("use_chips", "~chip"),
    "compute_time": ("train",),
    "share_price_change": ("share",),
    "cost_ratio": ("cheaper", "dearer", "cost_of", "price_cut", "price_hike"),
    "none": ("other_money", "other_percent", "not_cost"),
}
# Cues that tell of types; words of saying, comparing and the like tell of other columns.
TYPE_CUES = frozenset(
    (
        "train", "develop", "cost", "operate", "invest", "funding", "market_value", "share", "fall", "rise",
        "valuation", "revenue", "profit", "net_loss", "margin", "price", "subscription", "token_context", "rent",
        "chip_price", "cheaper", "dearer", "cost_of", "price_cut", "price_hike", "not_cost", "use_chips",
        "active", "total", "size", "users", "download", "other_money", "other_percent", "annual", "quarter",
        "compare",
    )
)  # fmt: skip
# What may speak for no claim; that a cue of a type is there speaks for the type, or not, and never for none.
_AGAINST = ("other_", "not_cost", "size", "~")
_COUNTED = {"chip": "chips", "chip_hour": "chip_hours"}


def unit_family(quantity: Quantity) -> str:
    """Return the group of units whose quantities have the same choices: `money`, `percent`, `chips`, `Mtok`…"""
    unit = quantity.unit
    if unit is None:
        return "bare"
    currency, _, per = unit.partition("/")
    if len(currency) == 3 and currency.isupper():
        return per or "money"
    return _COUNTED.get(unit, unit)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was decided before in the article: the type of the quantity before, of the same figure, and of the one at
    this place in the list line or table row above.
    """

    previous: Choice
    previous_family: str | None
    linked: bool
    same_figure: ClaimType | None
    above: Choice | Literal["nothing"] = "nothing"


def type_choices(quantity: Quantity) -> tuple[Choice, ...]:
    """Return the claim types that the quantity's unit allows, None (no claim) among them; empty for other units."""
    family = unit_family(quantity)
    choices = CHOICES.get(family, ())
    if family == "ratio" and quantity.stated < 1000:
        return tuple(c for c in choices if c != "user_count")
    if family == "bare":
        size = quantity.stated
        if abs(size) < 1000:
            return ()
        if abs(size) < 100_000:
            return ("chip_count", "user_count", "compute_time", None)
        likely = {"model_size": 10**7 <= abs(size) < 10**14, "chip_count": abs(size) <= 10**7}
        choices = tuple(c for c in choices if likely.get(c or "", True))
    return choices


def type_features(
    scene: Scene, choices: Sequence[Choice], earlier: Earlier, *, tokens: str | None, lender: Lender | None = None
) -> list[Features]:
    """Return the features of each choice: those of the place under the choice's name, and agreement with before.

    `lender` is the figure whose unit the quantity shares, where it has none of its own.
    """
    family = unit_family(scene.quantity)
    place = {
        f: v for f, v in scene.features.items() if f[0] == "~" or f.startswith("size") or f.rstrip("@!^-#") in TYPE_CUES
    }
    words = wording(scene)
    known = known_types(scene.quantity)
    elided = elision_features(scene, lender) if lender else {}
    result: list[Features] = []
    for choice in choices:
        name = choice or "none"
        features = {f"{name}|{f}": value for f, value in place.items() if choice or f.startswith(_AGAINST)}
        # what speaks for no price says nothing of percentages, nor of a number without a unit
        worded = choice or ("none|elided" if lender else f"none|{family}")
        features |= {f"{worded}|{word}": value for word, value in words.items()}
        if lender is None:
            features[f"{name}|unit={family}"] = 1.0
        elif choice is None:
            features["none|elided"] = 1.0
            features |= {f"none|{f}": value for f, value in elided.items()}
            features |= {f"none|{f}, {family}": value for f, value in elided.items()}
        elif choice == lender.claim_type:
            features["=lender"] = 1.0
        for mark in ("", "@", "!", "^", "#"):
            own = max((place.get(cue + mark, 0.0) for cue in OWN_CUES[name]), default=0.0)
            if own:
                features[f"own cue{mark}"] = own
                features[f"own cue{mark}|{'none' if choice is None else 'claim'}"] = own
        if tokens:
            features[f"{name}|tokens named {tokens}"] = 1.0
        if earlier.previous_family == family or {earlier.previous_family, family} == {"money", "bare"}:
            if choice == earlier.previous:
                features["=previous"] = 1.0
                if earlier.linked:
                    features["=previous, linked"] = 1.0
                features[f"=previous|{name}"] = 1.0
        elif earlier.previous:
            features[f"{name}|after {earlier.previous}"] = 1.0
        if choice == earlier.above:
            features["=above"] = 1.0
            features[f"=above|{name}"] = 1.0
        if known and choice in known:
            features["known figure"] = 1.0
            features[f"{name}|known figure"] = 1.0
        if choice and choice == earlier.same_figure:
            features["=same figure"] = 1.0
        result.append(features)
    return result
