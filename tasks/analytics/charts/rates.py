"""u-chart: events per opportunity (complaints per 1,000 orders), where one may have several.

Source: Shewhart: ū ± 3 √(ū / n_i); Laney (2002) where they vary more or less than chance:
± 3 σ_z √(ū / n_i). Look at `dispersion` first: real counts hardly ever vary as little as chance.
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

Period = tuple[int, float]  # events, opportunities


@dataclass(frozen=True, slots=True)
class RateChart:
    """Frozen mean rate, the factor for over-dispersion (1: as chance), points of the baseline."""

    center: float
    sigma_z: float
    n: int

    @classmethod
    def frozen(cls, baseline: Sequence[Period]) -> Self:
        """Return the limits of a u-chart; periods without opportunity do not count.

        Raise ValueError with fewer than 12 periods or negative counts.
        """
        known = _known(baseline)
        return cls(_center(known), 1.0, len(known))

    @classmethod
    def frozen_laney(cls, baseline: Sequence[Period]) -> Self:
        """Return the limits of a u'-chart, as wide as the rates really vary."""
        known = _known(baseline)
        center = _center(known)
        if center == 0:
            return cls(center, 1.0, len(known))
        z = [(events / n - center) / sqrt(center / n) for events, n in known]
        return cls(center, mean_moving_range(z) / SPREAD_OF_TWO, len(known))

    def points(self, periods: Sequence[Period]) -> list[Point]:
        """Return the rates with their limits; periods without opportunity are left out."""
        return [self._point(events, n) for events, n in periods if n]

    def _point(self, events: int, n: float) -> Point:
        _check(events, n)
        half = 3 * self.sigma_z * sqrt(self.center / n)
        low, high = max(self.center - half, 0.0), self.center + half
        return Point(events / n, low, self.center, high, round(n))


def _known(baseline: Sequence[Period]) -> list[Period]:
    for events, n in baseline:
        _check(events, n)
    known = [(events, n) for events, n in baseline if n]
    check_baseline(known)
    return known


def _check(events: int, n: float) -> None:
    if events < 0 or n < 0 or (events and not n):
        raise ValueError(f"{events} events in {n} opportunities cannot be")


def _center(known: Sequence[Period]) -> float:
    return sum(events for events, _ in known) / sum(n for _, n in known)
