"""The difference of two means: hours, marks or amounts, each customer once.

Sources: Welch (1947) for one look at the end; for looks in between the interval is the normal
mixture of `sequential`, with the variance taken from the data (Waudby-Smith et al. 2021), which
holds from some twenty customers in each arm. Times and amounts are skewed: the mean is what a pilot
compares because it adds up to what is saved; beside it show medians.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist, fmean, variance
from typing import Literal

from scipy.special import stdtrit

from tasks.analytics.estimate import LEVEL, Estimate
from tasks.analytics.pilot.power import ERROR, POWER

Good = Literal["high", "low"]


@dataclass(frozen=True, slots=True)
class Sample:
    """Values of one arm: how many, their mean and their variance (n - 1)."""

    n: int = 0
    mean: float = 0.0
    variance: float = 0.0

    @classmethod
    def of(cls, values: Sequence[float]) -> "Sample":
        """Return what is to be kept of values."""
        if not values:
            return cls()
        return cls(len(values), fmean(values), variance(values) if len(values) > 1 else 0.0)


@dataclass(frozen=True, slots=True)
class TwoMeans:
    """Both arms. Differences are gains: positive is better, whichever side is good."""

    candidate: Sample
    current: Sample
    good: Good = "high"

    @property
    def n_candidate(self) -> int:
        """Return the customers of the candidate."""
        return self.candidate.n

    @property
    def n_current(self) -> int:
        """Return the customers of the current way."""
        return self.current.n

    @property
    def n(self) -> int:
        """Return the customers of both arms."""
        return self.candidate.n + self.current.n

    @property
    def difference(self) -> float:
        """Return the gain of the candidate in the unit of the values; 0 while an arm is empty."""
        if not (self.candidate.n and self.current.n):
            return 0.0
        apart = self.candidate.mean - self.current.mean
        return apart if self.good == "high" else -apart

    @property
    def error(self) -> float:
        """Return the standard error of the difference; 0 with fewer than 2 in an arm."""
        if min(self.candidate.n, self.current.n) < 2:
            return 0.0
        new, old = self.candidate, self.current
        return sqrt(new.variance / new.n + old.variance / old.n)


def gain(arms: TwoMeans, level: float = LEVEL) -> Estimate | None:
    """Return the gain with Welch's interval, for one look; None with fewer than 2 in an arm."""
    new, old = arms.candidate, arms.current
    if min(new.n, old.n) < 2:
        return None
    value, error = arms.difference, arms.error
    if error == 0:
        return Estimate(value, value, value, arms.n, level)
    parts = (new.variance / new.n) ** 2 / (new.n - 1) + (old.variance / old.n) ** 2 / (old.n - 1)
    half = float(stdtrit(error**4 / parts, (1 + level) / 2)) * error
    return Estimate(value, value - half, value + half, arms.n, level)


def sample_size(deviation: float, gained: float, *, power: float = POWER) -> int:
    """Return how many customers each arm needs to show a gain, at 5 % error (two-sided).

    2 · (z₁ + z₂)² · σ² / δ², with the standard deviation σ of one customer. Raise ValueError for a
    gain or a deviation that is not above 0.
    """
    if deviation <= 0 or gained <= 0:
        raise ValueError("deviation and gain are above 0")
    normal = NormalDist()
    reach = normal.inv_cdf(1 - ERROR / 2) + normal.inv_cdf(power)
    return ceil(2 * (reach * deviation / gained) ** 2)
