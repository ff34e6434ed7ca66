"""A fact with its consensus: which figure most sources state, who differs, who slipped by a power of ten."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from newslens.groups.clusters import Cluster, cluster
from newslens.groups.facts import Fact
from newslens.groups.keys import FactKey
from newslens.groups.statements import Statement
from newslens.records import Bound
from newslens.store.group_records import FactGroup, GroupMember

Stance = Literal["agrees", "differs", "slip", "doubts", "vague"]

_STATED = ("asserted", "reported")

_MOST_SLIPPED_FROM = 5
"""How many of the best supported figures another may be a slip of: beyond them, powers of ten meet by chance."""


@dataclass(frozen=True, slots=True)
class _Consensus:
    low: float | None
    high: float | None
    typical: float
    bound: Bound
    unit: str


def group_of(fact: Fact) -> tuple[FactGroup, list[GroupMember]]:
    """Return the fact as a group, and what each of its claims has to do with the consensus."""
    clusters = fact.clusters or cluster(sorted(fact.statements, key=lambda s: s.claim_id), reach=math.inf)
    slips = _slips(clusters)
    ranked = [(rank, s) for rank, one in enumerate(clusters) for s in one.statements]
    members = [_member(s, rank, slips[rank], fact.key) for rank, s in ranked]
    return _group(fact, clusters, members), members


def _slips(clusters: Sequence[Cluster]) -> list[int]:
    """Return by which power of ten each figure is probably a slip of a better supported one; 0 where of none."""
    slips = list[int]()
    for rank, one in enumerate(clusters):
        better = zip(clusters[: min(rank, _MOST_SLIPPED_FROM)], slips, strict=False)
        powers = (one.anchor.slip(other.anchor) for other, power in better if not power)
        slips.append(next((power for power in powers if power), 0))
    return slips


def _member(statement: Statement, rank: int, power: int, key: FactKey) -> GroupMember:
    return GroupMember(
        claim_id=statement.claim_id,
        group_id=key.group_id,
        text_family=statement.family,
        stance=_stance(statement, rank, power),
        slip_power=power if power and statement.modality in _STATED else None,
        figure_rank=rank + 1,
    )


def _stance(statement: Statement, rank: int, power: int) -> Stance:
    if statement.modality == "disputed":
        return "doubts"
    if statement.amount.bound == "vague":
        return "vague"
    if rank == 0:
        return "agrees"
    return "slip" if power else "differs"


def _group(fact: Fact, clusters: Sequence[Cluster], members: Sequence[GroupMember]) -> FactGroup:
    key, main = fact.key, clusters[0]
    consensus = _consensus(main)
    dates = sorted(s.published_at for s in fact.statements if s.published_at is not None)
    stances = Counter(member.stance for member in members)
    agreeing = main.supporters
    sources = {member.text_family for member in members}
    apart = _apart(fact.statements, members, agreeing)
    return FactGroup(
        group_id=key.group_id,
        claim_type=key.claim_type,
        subject=key.subject,
        subjects=" | ".join(sorted({s.subject for s in fact.statements if s.subject})) or None,
        object=key.object,
        facet=key.facet,
        period=key.period,
        unit=consensus.unit,
        value=consensus.typical,
        value_low=consensus.low,
        value_high=consensus.high,
        bound=consensus.bound,
        claims=len(fact.statements),
        articles=len({s.article_id for s in fact.statements}),
        sources=len(sources),
        sources_agreeing=len(agreeing),
        sources_differing=len(apart),
        figures=len(clusters),
        slips=stances["slip"],
        doubts=stances["doubts"],
        is_conflict=int(bool(apart)),
        languages=" ".join(sorted({s.language for s in fact.statements})),
        first_date=dates[0] if dates else None,
        last_date=dates[-1] if dates else None,
    )


def _apart(statements: Sequence[Statement], members: Sequence[GroupMember], agreeing: set[str]) -> set[str]:
    """Return the sources that contradict the consensus: by a probable slip, or by a figure they state in its place.

    An article that states the consensus and another figure beside it contradicts nobody.
    """
    modality = {s.claim_id: s.modality for s in statements}
    stated = [m for m in members if modality[m.claim_id] in _STATED]
    slipped = {m.text_family for m in stated if m.stance == "slip"}
    return slipped | {m.text_family for m in stated if m.stance == "differs" and m.text_family not in agreeing}


def _consensus(main: Cluster) -> _Consensus:
    """Return the figure of the cluster, in the unit most of its claims use."""
    units = Counter(s.amount.unit for s in main.statements)
    unit = min(units, key=lambda unit: (-units[unit], unit))
    amounts = [s.amount for s in main.statements if s.amount.unit == unit]
    sign = main.anchor.sign or 1
    points = [a for a in amounts if a.is_point]
    if points:
        told = Counter(a.stated for a in points)
        typical = main.anchor.stated if main.anchor.unit == unit else min(told, key=lambda v: (-told[v], v))
        low, high = min(told), max(told)
        bound: Bound = "approx" if all(a.bound == "approx" for a in points) else "exact"
        return _Consensus(min(sign * low, sign * high), max(sign * low, sign * high), sign * typical, bound, unit)
    scale = {a.unit: a.figure / a.stated for a in amounts if a.stated}.get(unit, 1.0)
    low = max(a.low for a in amounts) / scale
    high = min(a.high for a in amounts) / scale
    typical = main.anchor.figure / scale
    if math.isinf(high):
        bound = "vague" if all(a.bound == "vague" for a in amounts) else "at_least"
        return _Consensus(sign * low, None, sign * typical, bound, unit)
    if not low:
        return _Consensus(None, sign * high, sign * typical, "at_most", unit)
    return _Consensus(min(sign * low, sign * high), max(sign * low, sign * high), sign * typical, "range", unit)
