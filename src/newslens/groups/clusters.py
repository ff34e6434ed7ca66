"""The figures of one fact: statements that agree form a cluster, whatever their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from newslens.groups.amounts import Amount
from newslens.groups.statements import Statement

_NEAR = 10.0
_WIDEST_POINT, _WIDEST_BOUND = 1.3, 100.0
"""How far to look for what agrees with a figure, with a bound."""


@dataclass(slots=True)
class Cluster:
    """Statements of one figure; `anchor` is the amount most of them state."""

    anchor: Amount
    statements: list[Statement] = field(default_factory=list)

    @property
    def supporters(self) -> set[str]:
        """The independent sources that state the figure, without those that only doubt or imagine it."""
        return {s.family for s in self.statements if s.modality in ("asserted", "reported") and _says(s.amount)}

    @property
    def strength(self) -> tuple[float, ...]:
        """What decides which of several clusters is the consensus, the greatest first."""
        points = any(s.amount.is_point for s in self.statements)
        anchor = self.anchor
        is_own = not anchor.is_converted  # "600 billion dollars (572 million euros)": the first is the reporter's
        return (len(self.supporters), len(self.statements), points, is_own, anchor.digits, -anchor.figure)


def cluster(statements: Sequence[Statement], *, reach: float) -> list[Cluster]:
    """Return the clusters of the statements, the strongest first.

    First the plain figures: the one that most sources state, to the point, draws those that agree with it, then the
    next. Then ranges and bounds join the strongest cluster they allow, within `reach` of their own number; what is
    left clusters among itself.
    """
    if len(statements) == 1:
        return [Cluster(statements[0].amount, [statements[0]])]
    points = [s for s in statements if s.amount.is_point]
    found = _anchored(points, _agrees)
    homes = _Homes(found, reach)
    left = list[Statement]()
    for statement in statements:
        if not statement.amount.is_point:
            home = homes.of(statement.amount)
            (left if home is None else found[home].statements).append(statement)
    nearby = min(reach, _NEAR)
    found += _anchored(left, lambda a, b: a.agrees(b, reach=nearby))
    return sorted(found, key=lambda c: (c.strength, min(s.claim_id for s in c.statements)), reverse=True)


class _Homes:
    """Where ranges and bounds go: the strongest of the figures they allow, those near their own number first."""

    def __init__(self, clusters: Sequence[Cluster], reach: float) -> None:
        self._clusters = clusters
        self._reach = reach
        strengths = [one.strength for one in clusters]
        self._order = sorted(range(len(clusters)), key=strengths.__getitem__, reverse=True)
        self._known = dict[Amount, int | None]()

    def of(self, amount: Amount) -> int | None:
        """Return the place of the cluster, None where none is allowed."""
        if amount not in self._known:
            near = self._first(amount, min(self._reach, _NEAR))
            self._known[amount] = self._first(amount, self._reach) if near is None else near
        return self._known[amount]

    def _first(self, amount: Amount, reach: float) -> int | None:
        return next((i for i in self._order if amount.agrees(self._clusters[i].anchor, reach=reach)), None)


def _says(amount: Amount) -> bool:
    return amount.bound != "vague"


def _agrees(a: Amount, b: Amount) -> bool:
    return a.agrees(b)


def _anchored(statements: Sequence[Statement], agree: Callable[[Amount, Amount], bool]) -> list[Cluster]:
    """Return clusters around anchors: amounts in the order of how many sources state nearly the same."""
    told = defaultdict[tuple[float, float, str, str], list[Statement]](list)
    for statement in statements:
        amount = statement.amount
        told[(amount.figure, amount.tolerance, amount.unit, amount.bound)].append(statement)
    keys = sorted(told)
    amounts = [told[key][0].amount for key in keys]
    sources = [len({s.family for s in told[key]}) for key in keys]
    windows = [_window(i, amounts, agree) for i in range(len(keys))]
    weights = [sum(sources[j] for j in window) for window in windows]
    order = sorted(
        range(len(keys)), key=lambda i: (-weights[i], -sources[i], -len(told[keys[i]]), -amounts[i].digits, keys[i])
    )
    taken = set[int]()
    found = []
    for i in order:
        if i not in taken:
            members = [j for j in windows[i] if j not in taken]
            taken.update(members)
            found.append(Cluster(amounts[i], [s for j in members for s in told[keys[j]]]))
    return found


def _window(i: int, amounts: Sequence[Amount], agree: Callable[[Amount, Amount], bool]) -> list[int]:
    """Return the places of the amounts, in order of size, that agree with the one at `i`."""
    window = [i]
    widest = _WIDEST_POINT if amounts[i].is_point else _WIDEST_BOUND
    for step in (-1, 1):
        j = i + step
        while 0 <= j < len(amounts) and _within(amounts[i].figure, amounts[j].figure, widest):
            if agree(amounts[i], amounts[j]):
                window.append(j)
            j += step
    return sorted(window)


def _within(a: float, b: float, ratio: float) -> bool:
    return max(a, b) <= min(a, b) * ratio or a == b
