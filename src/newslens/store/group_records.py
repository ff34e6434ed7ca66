"""Fact groups as the store keeps them: the records, and their columns in rows and tables."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from newslens.rows import CLAIM_KINDS, Columns, Kind


@dataclass(frozen=True, slots=True)
class FactGroup:
    """The claims of any article and language that speak of one fact, and what they agree on.

    `value` is the figure most sources state, `value_low` to `value_high` what those that agree span, in `unit`.
    `sources` counts texts, copies of one text once; `is_conflict` is 1 where a source contradicts the consensus.
    """

    group_id: str
    claim_type: str
    subject: str | None
    subjects: str | None
    object: str | None
    facet: str | None
    period: str | None
    unit: str
    value: float
    value_low: float | None
    value_high: float | None
    bound: str
    claims: int
    articles: int
    sources: int
    sources_agreeing: int
    sources_differing: int
    figures: int
    slips: int
    doubts: int
    is_conflict: int
    languages: str
    first_date: date | None
    last_date: date | None


@dataclass(frozen=True, slots=True)
class GroupMember:
    """What a claim has to do with its group: `stance` to the consensus, and the family of texts it comes from.

    `slip_power` is the power of ten between it and the figure it is a slip of; `figure_rank` counts the group's
    figures from 1, the consensus.
    """

    claim_id: str
    group_id: str
    text_family: str
    stance: str
    slip_power: int | None
    figure_rank: int


_KINDS: dict[str, Kind] = {
    "str": "text",
    "str | None": "text",
    "int": "integer",
    "int | None": "integer",
    "float": "number",
    "float | None": "number",
    "date | None": "date",
}

GROUP_KINDS: Columns = {field.name: _KINDS[str(field.type)] for field in fields(FactGroup)}
"""The columns of `query_groups`."""

MEMBER_KINDS: Columns = {field.name: _KINDS[str(field.type)] for field in fields(GroupMember)}

STANCE_KINDS: Columns = {name: MEMBER_KINDS[name] for name in ("stance", "slip_power", "figure_rank", "text_family")}

GROUPED_CLAIM_KINDS: Columns = {**CLAIM_KINDS, **STANCE_KINDS}
"""The columns of `query_grouped_claims`: a claim's own, then its stance."""

CONFLICT_KINDS: Columns = {
    **{name: GROUP_KINDS[name] for name in ("group_id", "claim_type", "subject", "object", "facet", "period")},
    "consensus": "number",
    "consensus_low": "number",
    "consensus_high": "number",
    "consensus_unit": "text",
    "sources_agreeing": "integer",
    "sources_differing": "integer",
    "stance": "text",
    "slip_power": "integer",
    "claim_subject": "text",
    **{name: CLAIM_KINDS[name] for name in ("value_low", "value_high", "bound", "unit", "attributed_to", "modality")},
    **{name: CLAIM_KINDS[name] for name in ("quote", "sentence", "source", "outlet", "published_at", "language")},
    "claim_id": "text",
}
"""The columns of `query_conflicts`: one row a claim that differs, slips or doubts, beside its group's consensus."""
