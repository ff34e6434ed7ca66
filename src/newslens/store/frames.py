"""Claims as a pandas DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from newslens.rows import CLAIM_CHOICES, CLAIM_KINDS
from newslens.store.group_records import GROUP_KINDS
from newslens.store.interface import ClaimFilter

if TYPE_CHECKING:
    from newslens.store.interface import Store

_DTYPES = {"text": "string", "number": "float64", "integer": "Int64", "date": "datetime64[s]"}


def claims_frame(store: Store, only: ClaimFilter | None = None) -> pd.DataFrame:
    """Return the claims as a DataFrame; see `newslens.store.read_claims` for the dtypes."""
    rows = store.query_claim_rows(only or ClaimFilter())
    frame = pd.DataFrame.from_records(list(rows), columns=list(CLAIM_KINDS))
    return frame.astype(
        {
            name: pd.CategoricalDtype(list(CLAIM_CHOICES[name])) if kind == "choice" else _DTYPES[kind]
            for name, kind in CLAIM_KINDS.items()
        }
    )


def groups_frame(store: Store) -> pd.DataFrame:
    """Return the fact groups as a DataFrame; see `newslens.store.read_groups` for the dtypes."""
    frame = pd.DataFrame.from_records(list(store.query_groups()), columns=list(GROUP_KINDS))
    types = {name: _DTYPES[kind] for name, kind in GROUP_KINDS.items()}
    choices = {name: pd.CategoricalDtype(list(CLAIM_CHOICES[name])) for name in ("claim_type", "bound")}
    return frame.astype({**types, **choices, "is_conflict": "boolean"})
