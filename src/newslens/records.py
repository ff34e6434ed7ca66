"""The records that every step passes on: Article, Quantity, Claim. Field names are the contract's columns."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

Bound = Literal["exact", "approx", "at_least", "at_most", "range", "vague"]
Modality = Literal["asserted", "reported", "disputed", "hypothetical"]
ClaimType = Literal[
    "training_cost",
    "chip_count",
    "token_price",
    "subscription_price",
    "compute_price",
    "compute_time",
    "investment",
    "market_value_change",
    "share_price_change",
    "company_value",
    "revenue",
    "cost_ratio",
    "model_size",
    "user_count",
]
CORE_TYPES: tuple[ClaimType, ...] = ("training_cost", "chip_count", "token_price")
LANGUAGES = ("fr", "en", "zh")
ID_LENGTH = 20  # hexadecimal digits: 80 bits, far from collision at 10^9 articles


def stable_id(*parts: object) -> str:
    """Return the same short hexadecimal id for the same parts on every machine and run."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:ID_LENGTH]


def plain_number(value: Decimal | float | None) -> str | None:
    """Return `value` written shortest: no exponent, thousands sign or trailing `.0`; None stays None.

    The digits are those of the shortest decimal that reads back as the same 64-bit float, so that a value
    is written alike before and after a database or Parquet file held it.
    """
    if value is None:
        return None
    text = repr(float(value))
    if "e" in text or "n" in text:  # an exponent, inf or nan
        text = format(Decimal(text), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class Record(BaseModel):
    """A frozen, strict-field record."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Article(Record):
    """One article as it was read.

    `text` is the decoded text, a byte-order mark removed and nothing else changed; every offset counts its
    Unicode code points. `language` is `fr`, `en`, `zh`, another ISO 639-1 code, or `und`; None before detection.
    """

    source: str
    text: str
    title: str | None = None
    outlet: str | None = None
    published_at: date | None = None
    language: str | None = None
    language_confidence: float | None = None
    script: Literal["Hans", "Hant"] | None = None

    @property
    def article_id(self) -> str:
        """Id from the text alone: one text under two paths is one article."""
        return stable_id(self.text)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number expression with its unit: what it spans and what it says.

    Offsets: `start`, `end` in code points of the text, end exclusive.
    Units:   `unit` as in the contract (`USD`, `percent`, `ratio`, `chip`, `USD/Mtok`…); None for a bare number.
    `value_low` and `value_high` are the stated bounds, one None where only the other is stated.
    """

    start: int
    end: int
    value_low: Decimal | None
    value_high: Decimal | None
    bound: Bound
    unit: str | None

    @property
    def stated(self) -> Decimal:
        """The figure stated: the low bound, or the high one where only that is stated."""
        value = self.value_low if self.value_low is not None else self.value_high
        return Decimal(0) if value is None else value


class Claim(Record):
    """One row of the claims table; see docs/claims.md for the meaning of each column."""

    claim_id: str
    article_id: str
    source: str
    title: str | None = None
    outlet: str | None = None
    published_at: date | None = None
    language: Literal["fr", "en", "zh"]
    claim_type: ClaimType
    subject: str | None = None
    object: str | None = None
    facet: str | None = None
    value_low: Number | None
    value_high: Number | None
    bound: Bound
    unit: str
    value_low_usd: Number | None = None
    value_high_usd: Number | None = None
    attributed_to: str | None = None
    modality: Modality = "asserted"
    quote: str
    char_start: int = Field(ge=0)
    char_end: int
    sentence: str
    confidence: float = Field(ge=0, le=1)
    group_id: str | None = None
    extractor_version: str

    @model_validator(mode="after")
    def _is_whole(self) -> Claim:
        if self.char_end - self.char_start != len(self.quote):
            raise ValueError(f"quote of {len(self.quote)} characters at [{self.char_start}, {self.char_end})")
        if self.value_low is None and self.value_high is None:
            raise ValueError("a claim states at least one bound")
        if self.value_low is not None and self.value_high is not None and self.value_low > self.value_high:
            raise ValueError(f"value_low {self.value_low} above value_high {self.value_high}")
        return self


@dataclass(frozen=True, slots=True)
class Extraction:
    """The claims of an article, and how many of its quantities (numbers with a unit) are none: they fit no type."""

    claims: list[Claim]
    unclaimed: int = 0


CLAIM_COLUMNS: tuple[str, ...] = tuple(Claim.model_fields)
