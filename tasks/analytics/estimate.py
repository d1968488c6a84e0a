"""A figure as people may see it: value, confidence interval and number of observations."""

from dataclasses import dataclass
from math import isfinite, isnan
from statistics import NormalDist

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimated value with its confidence interval and the number of observations.

    Value, low and high share one unit; `level` is the confidence of the interval. Raise ValueError
    when the limits are in the wrong order or n is negative.
    """

    value: float
    low: float
    high: float
    n: int
    level: float = LEVEL

    def __post_init__(self) -> None:
        """Check the parts against each other."""
        if self.n < 0:
            raise ValueError(f"an estimate cannot rest on {self.n} observations")
        if isnan(self.value) or not self.low <= self.high:
            raise ValueError(f"no interval from {self.low} to {self.high} around {self.value}")
        check_level(self.level)

    def shown_from(self, least: int) -> "Estimate | None":
        """Return the estimate, or None when fewer than `least` observations stand behind it."""
        return self if self.n >= least else None

    def leaves_out(self, value: float) -> bool:
        """Return whether the interval does not contain this value."""
        return not self.low <= value <= self.high

    def plain(self) -> dict[str, float | int | None]:
        """Return the parts for JSON; an unbounded limit is None."""
        return {
            "value": self.value,
            "low": self.low if isfinite(self.low) else None,
            "high": self.high if isfinite(self.high) else None,
            "n": self.n,
            "level": self.level,
        }

    def scaled(self, factor: float) -> "Estimate":
        """Return the estimate in another unit (factor 100: percent from a share)."""
        if factor <= 0:
            raise ValueError(f"a unit cannot change by the factor {factor}")
        low, high = self.low * factor, self.high * factor
        return Estimate(self.value * factor, low, high, self.n, self.level)


def check_level(level: float) -> None:
    """Raise ValueError unless the level of confidence lies between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"a level of confidence lies between 0 and 1, not at {level}")


def normal_quantile(level: float) -> float:
    """Return how many standard errors a two-sided interval of this level reaches (1.96 at 95 %)."""
    check_level(level)
    return NormalDist().inv_cdf((1 + level) / 2)
