"""Rows of the claims table, for tests of what is made from them."""

from __future__ import annotations

from typing import Any

from newslens.records import CLAIM_COLUMNS, stable_id
from newslens.rows import Row


def claim(place: int, value: float, **cells: Any) -> Row:
    known: dict[str, Any] = {
        "claim_id": stable_id(place),
        "article_id": stable_id("article", cells.pop("article", place)),
        "source": f"{place:03}.txt",
        "language": "en",
        "claim_type": "training_cost",
        "subject": "DeepSeek-V3",
        "value_low": value,
        "value_high": value,
        "bound": "exact",
        "unit": "USD",
        "modality": "asserted",
        "quote": str(value),
        "char_start": place,
        "char_end": place + 1,
        "sentence": str(value),
        "confidence": 1.0,
        "extractor_version": "test",
    }
    known |= cells
    if known["unit"].startswith("USD"):
        known |= {"value_low_usd": known["value_low"], "value_high_usd": known["value_high"]}
    return tuple(known.get(name) for name in CLAIM_COLUMNS)
