"""Amounts put side by side: when two agree, bounds taken into account, and when one looks like a slip of magnitude.

    >>> a, b = (amount_of(v, v, "exact", unit="USD") for v in (5_600_000, 5_576_000))
    >>> a.agrees(b)
    True

Amounts are compared by their size; a signed one keeps its sign beside it, and claims of unlike signs never meet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from newslens.records import plain_number

LEAST_TOLERANCE = 0.02
"""5.55 and 5.6 million are one figure told twice, whatever their digits."""

_ROUNDED = 0.08
"""The widest rounding of a plainly stated figure: "6 million" may stand for 5.576, "5 million" may not."""

_ABOUT = 0.15
"""The same for a figure said to be approximate: "about 5 million" may stand for 5.576."""

_CONVERTED = 0.03
"""What the choice of a day's rate adds."""

_NEAR = 10.0
_SLIP_DIGITS = 2
_SLIP_TOLERANCE = 0.05


@dataclass(frozen=True, slots=True)
class Amount:
    """A stated amount: its size on the common scale, and how exactly it was told.

    Units:  `low`, `high` on the scale that its unit family shares (US dollars for a currency); `high` may be infinite.
    `figure` is the one number to sort by. `tolerance` is a share of it, `digits` counts its significant digits.
    """

    sign: int
    low: float
    high: float
    figure: float
    bound: str
    tolerance: float
    digits: int
    unit: str
    stated: float
    is_converted: bool

    @property
    def is_point(self) -> bool:
        """Whether one figure is stated, be it roughly."""
        return self.bound in ("exact", "approx")

    def agrees(self, other: Amount, *, reach: float = math.inf) -> bool:
        """Say whether both may be the same figure. `reach` is how many times larger one stated number may be.

        Two figures agree where they differ by no more than the coarser one's rounding; a bound agrees with what it
        allows, a range with what it holds.
        """
        if self.is_point and other.is_point:
            return self._is_same(other)
        tolerance = max(self.tolerance, other.tolerance)
        if max(self.low, other.low) > min(self.high, other.high) * (1 + tolerance):
            return False
        return _ratio(self.figure, other.figure) <= reach or self._holds(other) or other._holds(self)

    def slip(self, other: Amount) -> int:
        """Return the power of ten by which this amount is probably a slip of `other`; 0 where it is none.

        A figure of one digit repeats by chance: only a thousandfold or more is a sign there.
        """
        if not (self.figure and other.figure) or self.bound == "vague" or other.bound == "vague":
            return 0
        power = round(math.log10(self.figure / other.figure))
        if abs(power) < (1 if min(self.digits, other.digits) >= _SLIP_DIGITS else 3):
            return 0
        tolerance = min(max(self.tolerance, other.tolerance), _SLIP_TOLERANCE)
        return power if abs(self.figure / (other.figure * 10.0**power) - 1) <= tolerance else 0

    def _is_same(self, other: Amount) -> bool:
        a, b = (self.stated, other.stated) if self.unit == other.unit else (self.figure, other.figure)
        return abs(a - b) <= max(self.tolerance, other.tolerance) * max(a, b)

    def _holds(self, other: Amount) -> bool:
        """Say whether this is a range around the other's figure."""
        return self.bound == "range" and self.low <= other.figure * (1 + self.tolerance) <= self.high * _NEAR


def amount_of(
    low: float | None, high: float | None, bound: str, *, unit: str, scale: float = 1.0, is_converted: bool = False
) -> Amount:
    """Return the amount that `value_low`, `value_high` and `bound` of a claim state.

    Units:  `scale` converts `unit` to the common scale. A bound of a negative value bounds its size.
    """
    values = [value for value in (low, high) if value is not None]
    sign = int(math.copysign(1, values[0])) if any(values) else 0
    sizes = sorted(abs(value) for value in values)
    stated = math.sqrt(sizes[0] * sizes[-1]) if bound == "range" else sizes[0]
    digits = min(_digits(size, unit) for size in sizes)
    least, most = {
        "at_least": (sizes[0], math.inf),
        "vague": (sizes[0], math.inf),
        "at_most": (0.0, sizes[-1]),
    }.get(bound, (sizes[0], sizes[-1]))
    tolerance = _tolerance(stated, digits, bound) + (_CONVERTED if is_converted else 0.0)
    return Amount(
        sign=sign,
        low=least * scale,
        high=most * scale,
        figure=stated * scale,
        bound=bound,
        tolerance=tolerance,
        digits=digits,
        unit=unit,
        stated=stated,
        is_converted=is_converted,
    )


def _tolerance(stated: float, digits: int, bound: str) -> float:
    """Return the share by which the figure may be off: half a unit of its last digit, within limits."""
    if not stated:
        return 0.0
    half_unit = 0.5 * 10.0 ** (math.floor(math.log10(stated)) - digits + 1) / stated
    most = _ABOUT if bound in ("approx", "vague") else _ROUNDED
    if bound == "approx":
        half_unit *= 2
    return min(max(half_unit, LEAST_TOLERANCE), most)


def _digits(size: float, unit: str) -> int:
    """Return how many significant digits the figure is told with: 2 for 5600000, 4 for 5576000, 1 for 1/30."""
    told = [size] if unit != "ratio" or not size else [size, 1 / size]
    texts = ((plain_number(float(f"{number:.6g}")) or "").replace(".", "").strip("0") for number in told)
    return max(min(map(len, texts)), 1)


def _ratio(a: float, b: float) -> float:
    if not (a and b):
        return 1.0 if a == b else math.inf
    return max(a, b) / min(a, b)
