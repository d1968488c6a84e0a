"""XmR chart: single values, such as a weekly mean, money or a median time.

Source: Shewhart; Wheeler: x̄ ± 2.66 · mean moving range; range limit 3.268 · mean moving range. Also
the chart for counts that vary more than chance allows (see `dispersion`). Not for values with a
rhythm of the week or year before it is taken out (`season`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import fmean
from typing import Self

from tasks.analytics.charts.points import Point, check_baseline, mean_moving_range

WIDTH = 2.66  # 3 / 1.128
RANGE_LIMIT = 3.268


@dataclass(frozen=True, slots=True)
class Xmr:
    """Frozen limits in the unit of the values, and the number of points they rest on.

    `least` and `most` are what a value can be at all (0 for times), so that limits stay inside.
    """

    center: float
    moving_range: float
    n: int
    least: float = -inf
    most: float = inf

    @classmethod
    def frozen(cls, baseline: Sequence[float], least: float = -inf, most: float = inf) -> Self:
        """Return the limits of a baseline; raise ValueError with fewer than 12 points."""
        check_baseline(baseline)
        return cls(fmean(baseline), mean_moving_range(baseline), len(baseline), least, most)

    @property
    def range_limit(self) -> float:
        """Return the distance of neighbours that is a signal by itself."""
        return RANGE_LIMIT * self.moving_range

    def points(self, values: Sequence[float]) -> list[Point]:
        """Return the values with their limits."""
        half = WIDTH * self.moving_range
        low, high = max(self.center - half, self.least), min(self.center + half, self.most)
        return [Point(value, low, self.center, high) for value in values]
