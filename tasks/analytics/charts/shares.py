"""p-chart: the share of cases in a period that did (answered in time, reopened).

Source: Shewhart: p̄ ± 3 √(p̄ q̄ / n_i); Laney (2002) for shares that vary more or less than chance:
± 3 σ_z √(p̄ q̄ / n_i). Not for shares of money or time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Self

from tasks.analytics.charts.points import (
    SPREAD_OF_TWO,
    Point,
    check_baseline,
    mean_moving_range,
)
from tasks.analytics.proportion import check_counts

Period = tuple[int, int]  # how many did, of how many


@dataclass(frozen=True, slots=True)
class ShareChart:
    """Frozen mean share, the factor for over-dispersion (1: as chance), points of the baseline."""

    center: float
    sigma_z: float
    n: int

    @classmethod
    def frozen(cls, baseline: Sequence[Period]) -> Self:
        """Return the limits of a p-chart; empty periods do not count.

        Raise ValueError with fewer than 12 periods or impossible counts.
        """
        known = _known(baseline)
        return cls(_center(known), 1.0, len(known))

    @classmethod
    def frozen_laney(cls, baseline: Sequence[Period]) -> Self:
        """Return the limits of a p'-chart, as wide as the shares really vary."""
        known = _known(baseline)
        center = _center(known)
        if center in {0.0, 1.0}:
            return cls(center, 1.0, len(known))
        z = [(did / n - center) / sqrt(center * (1 - center) / n) for did, n in known]
        return cls(center, mean_moving_range(z) / SPREAD_OF_TWO, len(known))

    def points(self, periods: Sequence[Period]) -> list[Point]:
        """Return the shares with their limits; empty periods are left out."""
        return [self._point(did, n) for did, n in periods if n]

    def _point(self, did: int, n: int) -> Point:
        check_counts(did, n)
        half = 3 * self.sigma_z * sqrt(self.center * (1 - self.center) / n)
        low, high = max(self.center - half, 0.0), min(self.center + half, 1.0)
        return Point(did / n, low, self.center, high, n)


def _known(baseline: Sequence[Period]) -> list[Period]:
    known = [(did, n) for did, n in baseline if n]
    for did, n in known:
        check_counts(did, n)
    check_baseline(known)
    return known


def _center(known: Sequence[Period]) -> float:
    return sum(did for did, _ in known) / sum(n for _, n in known)
