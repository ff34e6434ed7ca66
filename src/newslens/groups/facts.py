"""Statements to facts: those under one key, joined with what looser words say of the same figure.

The result depends on the set of statements alone, never on their order.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from newslens.groups.amounts import Amount
from newslens.groups.clusters import Cluster, cluster
from newslens.groups.keys import FactKey, is_looser, is_one_fact, is_retold, key_of, load_rules, makers_named
from newslens.groups.kinship import Kinship, load_kinship
from newslens.groups.statements import Statement, by_article

_OPEN_REACH = 1.3
"""Where each figure is a fact of its own, a bound speaks of no number further away than this."""

_WIDEST = 4.0
"""How far the number of a range may lie from a figure it holds."""

_SLIPS = range(3, 13)
"""The powers of ten that join facts of their own: a thousandfold and more."""

_RETOLD_TOLERANCE = 0.02


@dataclass(slots=True, eq=False)
class _Part:
    """The statements under one key: all figures of a fact, or the one that is a fact of its own."""

    key: FactKey
    clusters: list[Cluster]
    nodes: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fact:
    """The statements that speak of one fact, under its key; their clusters, where nothing joined from elsewhere."""

    key: FactKey
    statements: list[Statement]
    clusters: list[Cluster] | None = None


def find_facts(statements: Sequence[Statement], kinship: Kinship | None = None) -> list[Fact]:
    """Return the facts that the statements speak of, by key; each statement belongs to exactly one.

    A looser word joins what it is a word for when both state the same figure, and only then: "DeepSeek spent
    5.6 million" goes with DeepSeek-V3's 5.576 million, "OpenAI spent 100 million" not with GPT-4's 78.
    """
    kinship = kinship or load_kinship()
    parts = _parts(statements, kinship)
    tree = _Forest()
    for part in parts:
        part.nodes = [tree.add() for _ in part.clusters]
    buckets = defaultdict[object, list[_Part]](list)
    for part in parts:
        buckets[_bucket(part.key, kinship)].append(part)
    for bucket in buckets.values():
        _join(bucket, tree, kinship)
    return _facts(parts, tree, kinship)


def _parts(statements: Sequence[Statement], kinship: Kinship) -> list[_Part]:
    told = defaultdict[FactKey, list[Statement]](list)
    for of_article in by_article(statements).values():
        named = makers_named(of_article, kinship)
        for statement in of_article:
            has_home = load_rules()[statement.claim_type].home
            told[key_of(statement, named.get(statement.subject or "") if has_home else None)].append(statement)
    parts = []
    for key in sorted(told, key=lambda key: (key.order, key.sign, key.stands_for or "")):
        if is_one_fact(key, kinship):
            parts.append(_Part(key, cluster(told[key], reach=math.inf)))
        else:
            parts += [_open_part(key, one) for one in cluster(told[key], reach=_OPEN_REACH)]
    return parts


def _open_part(key: FactKey, one: Cluster) -> _Part:
    sign = "~" if one.anchor.bound == "vague" else ""
    return _Part(replace(key, figure=f"{sign}{one.anchor.figure:.1e}"), [one])


def _bucket(key: FactKey, kinship: Kinship) -> object:
    """Return what all keys share that may be looser words for one another."""
    maker = key.stands_for or kinship.maker(key.subject) or key.subject
    return (key.claim_type, key.unit_family, key.sign, maker)


def _join(bucket: Sequence[_Part], tree: _Forest, kinship: Kinship) -> None:
    """Join the parts of one bucket that speak of one fact."""
    by_key = defaultdict[FactKey, list[_Part]](list)
    for part in bucket:
        by_key[replace(part.key, figure=None)].append(part)
    loose = list[tuple[_Part, dict[int, int]]]()
    for key, parts in by_key.items():
        kin = _Kin(p for other, theirs in by_key.items() if is_looser(key, other, kinship) for p in theirs)
        for part in parts:
            if kin:
                loose.append((part, _join_clusters(part, kin, tree)))
            else:
                tree.union(part.nodes)
        _join_slips(parts, tree)
    _join_leftovers(loose, tree)
    _join_retold(bucket, tree)


class _Kin:
    """The figures of the parts that a looser word may be for, by size."""

    def __init__(self, parts: Iterable[_Part]) -> None:
        figures = [
            (one.anchor.figure, node, one.anchor, one is part.clusters[0])
            for part in parts
            for node, one in zip(part.nodes, part.clusters, strict=True)
        ]
        self._figures = sorted(figures, key=lambda figure: figure[:2])

    def __len__(self) -> int:
        return len(self._figures)

    def stating(self, anchor: Amount) -> list[int]:
        """Return the nodes that state the figure: those whose consensus it is, else any."""
        first = bisect_left(self._figures, anchor.figure / _WIDEST, key=lambda figure: figure[0])
        last = bisect_right(self._figures, anchor.figure * _WIDEST, key=lambda figure: figure[0])
        found = [f for f in self._figures[first:last] if f[2].agrees(anchor, reach=_OPEN_REACH)]
        return [node for _, node, _, is_main in found if is_main] or [node for _, node, _, _ in found]


def _join_clusters(part: _Part, kin: _Kin, tree: _Forest) -> dict[int, int]:
    """Join each figure of a loose part with the kin that state it; return where each that found one went."""
    homes = {}
    for node, one in zip(part.nodes, part.clusters, strict=True):
        if matches := kin.stating(one.anchor):
            tree.union([node, *matches])
            homes[node] = matches[0]
    return homes


def _join_leftovers(joined: Sequence[tuple[_Part, dict[int, int]]], tree: _Forest) -> None:
    """Let the other figures of a loose part compete where its figures went, if that is one fact; else by themselves."""
    decided = []
    for part, homes in joined:
        left = [node for node in part.nodes if node not in homes]
        roots = {tree.root(home) for home in homes.values()}
        decided.append([*left, roots.pop()] if len(roots) == 1 else left)
    for nodes in decided:
        tree.union(nodes)


def _join_slips(parts: Sequence[_Part], tree: _Forest) -> None:
    """Join figures under one key of which one is a thousandfold of the other: facts of their own only if both true."""
    by_size = sorted(parts, key=lambda part: part.clusters[0].anchor.figure)
    if by_size[0].key.figure is None or by_size[0].key.subject is None:
        return
    for part in by_size:
        anchor = part.clusters[0].anchor
        for power in _SLIPS:
            low, high = (anchor.figure * 10.0**power * edge for edge in (0.95, 1.06))
            first = bisect_left(by_size, low, key=_figure)
            for larger in by_size[first : bisect_right(by_size, high, key=_figure)]:
                if larger is not part and larger.clusters[0].anchor.slip(anchor):
                    tree.union([part.nodes[0], larger.nodes[0]])


def _figure(part: _Part) -> float:
    return part.clusters[0].anchor.figure


def _join_retold(bucket: Sequence[_Part], tree: _Forest) -> None:
    """Join a figure that a later period's articles tell again with the period it is of."""
    if not load_rules()[bucket[0].key.claim_type].retold:
        return
    dated = [part for part in bucket if part.key.period]
    for later in dated:
        for earlier in dated:
            if is_retold(later.key, earlier.key):
                a, b = later.clusters[0].anchor, earlier.clusters[0].anchor
                if abs(a.figure - b.figure) <= _RETOLD_TOLERANCE * max(a.figure, b.figure):
                    tree.union([*later.nodes, *earlier.nodes])


def _facts(parts: Iterable[_Part], tree: _Forest, kinship: Kinship) -> list[Fact]:
    members = defaultdict[int, list[tuple[_Part, Cluster]]](list)
    for part in parts:
        for node, one in zip(part.nodes, part.clusters, strict=True):
            members[tree.root(node)].append((part, one))
    found = dict[str, Fact]()
    for its in members.values():
        is_of_one_part = all(part is its[0][0] for part, _ in its)
        clusters = [one for _, one in its] if is_of_one_part else None
        fact = Fact(_head(its, kinship), [s for _, one in its for s in one.statements], clusters)
        known = found.get(fact.key.group_id)
        found[fact.key.group_id] = Fact(fact.key, known.statements + fact.statements) if known else fact
    return sorted(found.values(), key=lambda fact: (fact.key.order, fact.key.sign))


def _head(members: Sequence[tuple[_Part, Cluster]], kinship: Kinship) -> FactKey:
    """Return the key that names the fact: of the parts that lie in it whole the most general, dated, earliest."""
    inside = defaultdict[int, int](int)
    for part, _ in members:
        inside[id(part)] += 1
    whole = [part for part, _ in members if inside[id(part)] == len(part.clusters)]
    heads = {part.key: part for part in whole or [part for part, _ in members]}
    subjects = {key.subject for key in heads if key.stands_for is None}

    def rank(key: FactKey) -> tuple[object, ...]:
        is_maker = any(kinship.maker(subject) == key.subject for subject in subjects if key.subject)
        return (
            key.stands_for is not None,
            key.figure is not None,
            not is_maker,
            key.object is None,
            kinship.maker(key.object) is None,
            key.facet is None,
            key.period is None,
            key.order,
        )

    return replace(min(heads, key=rank), stands_for=None)


class _Forest:
    """Disjoint sets of nodes, the smallest node of each its root."""

    def __init__(self) -> None:
        self._parents = list[int]()

    def add(self) -> int:
        self._parents.append(len(self._parents))
        return len(self._parents) - 1

    def root(self, node: int) -> int:
        while self._parents[node] != node:
            self._parents[node] = self._parents[self._parents[node]]
            node = self._parents[node]
        return node

    def union(self, nodes: Sequence[int]) -> None:
        for node in nodes[1:]:
            a, b = sorted((self.root(nodes[0]), self.root(node)))
            self._parents[b] = a
