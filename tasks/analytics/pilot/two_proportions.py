"""The difference of two shares, with an interval that holds for small arms and rare events too.

Source: Newcombe (1998), method 10 (hybrid score interval); pooled z-test. Arms must have been drawn
at random; for arms that were there before, see `difference_in_differences`. For repeated looks use
`sequential`: this interval is for one look at the end.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from tasks.analytics.estimate import LEVEL, Estimate
from tasks.analytics.proportion import check_counts, proportion


@dataclass(frozen=True, slots=True)
class TwoArms:
    """Customers and successes of both arms; raise ValueError for impossible counts."""

    n_candidate: int
    successes_candidate: int
    n_current: int
    successes_current: int

    def __post_init__(self) -> None:
        """Check the counts."""
        check_counts(self.successes_candidate, self.n_candidate)
        check_counts(self.successes_current, self.n_current)

    @property
    def n(self) -> int:
        """Return the customers of both arms."""
        return self.n_candidate + self.n_current

    @property
    def difference(self) -> float:
        """Return share of the candidate - share of the current way; 0 while an arm is empty."""
        if not (self.n_candidate and self.n_current):
            return 0.0
        return self.successes_candidate / self.n_candidate - self.successes_current / self.n_current

    @property
    def pooled_error(self) -> float:
        """Return the standard error of the difference if both arms had the same share."""
        if not (self.n_candidate and self.n_current):
            return 0.0
        p = (self.successes_candidate + self.successes_current) / self.n
        return sqrt(p * (1 - p) * (1 / self.n_candidate + 1 / self.n_current))

    @property
    def z(self) -> float:
        """Return the difference in pooled standard errors; 0 while nothing can be told."""
        return self.difference / self.pooled_error if self.pooled_error else 0.0


def difference(arms: TwoArms, level: float = LEVEL) -> Estimate | None:
    """Return share of the candidate - share of the current way; None while an arm is empty."""
    new = proportion(arms.successes_candidate, arms.n_candidate, level)
    old = proportion(arms.successes_current, arms.n_current, level)
    if new is None or old is None:
        return None
    apart = new.value - old.value
    low = apart - sqrt((new.value - new.low) ** 2 + (old.high - old.value) ** 2)
    high = apart + sqrt((new.high - new.value) ** 2 + (old.value - old.low) ** 2)
    return Estimate(apart, low, high, arms.n, level)


def p_value(arms: TwoArms) -> float:
    """Return the two-sided p-value of "no difference" (pooled z-test), for one look only."""
    return 2 * (1 - NormalDist().cdf(abs(arms.z)))
