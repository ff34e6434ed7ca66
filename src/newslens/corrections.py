"""An editor's word against the extractor's: a claim's cells set otherwise, or the claim rejected.

What is set is checked as what is extracted is. The store lays it over the claim whenever that is extracted again.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from newslens.errors import SettingsError
from newslens.explain import find_claim
from newslens.groups import make_groups
from newslens.records import Claim
from newslens.rows import CLAIM_CHOICES, CLAIM_KINDS, claim_row
from newslens.store.articles import utc_now
from newslens.store.interface import Correction, Store

SETTABLE = (
    "claim_type",
    "subject",
    "object",
    "facet",
    "value_low",
    "value_high",
    "bound",
    "unit",
    "attributed_to",
    "modality",
)
"""What an editor may set; where a claim stands and who extracted it are facts."""

UNITS: Mapping[str, str] = {
    "training_cost": "USD",
    "chip_count": "chip",
    "token_price": "USD/Mtok",
    "subscription_price": "USD/month USD/year USD/week",
    "compute_price": "USD/chip USD/chip_hour USD/hour USD",
    "compute_time": "chip_hour",
    "investment": "USD USD/day USD/month USD/year",
    "market_value_change": "USD",
    "share_price_change": "percent",
    "company_value": "USD",
    "revenue": "USD USD/day USD/month USD/year percent",
    "cost_ratio": "ratio",
    "model_size": "parameter",
    "user_count": "user download",
}
"""The units of each claim type; USD stands for any currency."""

_MONEY = re.compile(r"[A-Z]{3}(?=/|$)")


def correct(store: Store, claim_id: str, pairs: Sequence[str], *, corrected_by: str, note: str | None = None) -> Claim:
    """Set cells of the claim whose id begins with `claim_id`, by FIELD=VALUE pairs; return it as it reads now.

    An empty value is null. Further corrections of one claim add up.
    Raises: SettingsError: there is no such claim, field or value, or the claim would not be whole.
    """
    claim = find_claim(store, claim_id)
    cells = claim.model_dump()
    changes = dict(_change(pair) for pair in pairs)
    cells |= changes
    if changes.keys() & {"claim_type", "unit"}:
        _check_unit(str(cells["claim_type"]), str(cells["unit"]))
    cells |= _in_dollars(claim, cells)
    wanted = _claim(cells)
    now = dict(zip(CLAIM_KINDS, claim_row(wanted), strict=True))
    held = dict(zip(CLAIM_KINDS, claim_row(claim), strict=True))
    differing = {name: now[name] for name in (*SETTABLE, *_DOLLARS) if name in changes or now[name] != held[name]}
    store.correct(
        Correction(
            claim_id=claim.claim_id,
            kind="set",
            changes=differing,
            note=note,
            corrected_by=corrected_by,
            corrected_at=utc_now(),
        )
    )
    _regroup(store)
    return wanted


def reject(store: Store, claim_id: str, *, corrected_by: str, note: str | None = None) -> Claim:
    """Hide the claim whose id begins with `claim_id`; return it. Raises: SettingsError: there is no such claim."""
    claim = find_claim(store, claim_id)
    store.correct(
        Correction(
            claim_id=claim.claim_id, kind="rejected", note=note, corrected_by=corrected_by, corrected_at=utc_now()
        )
    )
    _regroup(store)
    return claim


def undo(store: Store, claim_id: str) -> Claim:
    """Show the claim as extracted again; return it. Raises: SettingsError: it was not corrected."""
    claim = find_claim(store, claim_id)
    if not store.undo_correction(claim.claim_id):
        raise SettingsError(
            f"claim `{claim.claim_id}` is not corrected", hint="`newslens corrections` lists those that are"
        )
    _regroup(store)
    return find_claim(store, claim.claim_id)


def _regroup(store: Store) -> None:
    """Make the fact groups anew, where the store has any, so that reports show the correction at once."""
    if store.groups_state() is not None:
        make_groups(store)


_DOLLARS = ("value_low_usd", "value_high_usd")


def _change(pair: str) -> tuple[str, Any]:
    name, separator, value = pair.partition("=")
    if not separator:
        raise SettingsError(f"--set `{pair}` is not FIELD=VALUE", hint="for example: --set subject=DeepSeek-R1")
    if name not in SETTABLE:
        near = difflib.get_close_matches(name, SETTABLE, n=1)
        hint = f"did you mean `{near[0]}`?" if near else None
        raise SettingsError(f"no field to set: `{name}` (known: {', '.join(SETTABLE)})", hint=hint)
    known = CLAIM_CHOICES.get(name)
    if known and value not in known:
        near = difflib.get_close_matches(value, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else None
        raise SettingsError(f"unknown {name}: `{value}` (known: {', '.join(known)})", hint=hint)
    return name, value.strip() or None


def _check_unit(claim_type: str, unit: str) -> None:
    from babel.numbers import is_currency

    currency = _MONEY.match(unit)
    told = f"USD{unit[3:]}" if currency and is_currency(currency[0]) else unit
    if told not in UNITS[claim_type].split():
        hint = f"its units are {', '.join(UNITS[claim_type].split())}, where USD stands for any currency"
        raise SettingsError(f"`{unit}` is no unit of {claim_type}", hint=hint)


def _in_dollars(claim: Claim, cells: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """Return the amounts in dollars anew, by the article's day."""
    from newslens.conversion import to_usd

    currency = _MONEY.match(str(cells["unit"]))
    amounts = (_decimal(name, cells[name]) for name in ("value_low", "value_high"))
    if not currency:
        return dict.fromkeys(_DOLLARS)
    return {
        name: None if amount is None else to_usd(amount, currency[0], claim.published_at)
        for name, amount in zip(_DOLLARS, amounts, strict=True)
    }


def _decimal(name: str, value: Any) -> Decimal | None:
    from decimal import InvalidOperation

    try:
        amount = None if value is None else Decimal(value)
    except InvalidOperation as error:
        raise SettingsError(f"{name} `{value}` is no number", hint="write it plainly, as 5600000") from error
    if amount is not None and not amount.is_finite():
        raise SettingsError(f"{name} `{value}` is no number", hint="write it plainly, as 5600000")
    return amount


def _claim(cells: Mapping[str, Any]) -> Claim:
    from pydantic import ValidationError

    try:
        return Claim.model_validate(cells)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = f"{place}: {first['msg']}" if place else str(first["msg"])
        raise SettingsError(f"the claim would not be whole: {message}", hint="set what goes with it too") from error
