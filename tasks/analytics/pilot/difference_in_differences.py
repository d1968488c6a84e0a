"""What changed where the new way was tried, beyond what changed elsewhere at the same time.

Source: Card and Krueger (1994). For groups that were there before (a branch, a team): it assumes
that both would have moved alike. Look at `trend_before` first; a trend of its own before the
change makes the figure worthless. Not needed, and weaker, where arms were drawn at random.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from scipy.special import stdtrit

from tasks.analytics.arrays import floats
from tasks.analytics.estimate import LEVEL, Estimate, normal_quantile
from tasks.analytics.mean import difference_of_means
from tasks.analytics.proportion import check_counts

Counts = tuple[int, int]  # successes, of how many


def of_shares(
    tried: tuple[Counts, Counts], elsewhere: tuple[Counts, Counts], level: float = LEVEL
) -> Estimate | None:
    """Return (after - before) where it was tried minus (after - before) elsewhere, of shares.

    Each group is (before, after). The cases of the four cells are different ones. None while a
    cell is empty.
    """
    cells = (*tried, *elsewhere)
    for successes, n in cells:
        check_counts(successes, n)
    if not all(n for _, n in cells):
        return None
    p = [successes / n for successes, n in cells]
    value = (p[1] - p[0]) - (p[3] - p[2])
    error = sqrt(sum(q * (1 - q) / n for q, (_, n) in zip(p, cells, strict=True)))
    half = normal_quantile(level) * error
    return Estimate(value, value - half, value + half, sum(n for _, n in cells), level)


def of_changes(
    tried: Sequence[tuple[float, float]],
    elsewhere: Sequence[tuple[float, float]],
    level: float = LEVEL,
) -> Estimate | None:
    """Return the same of the means of customers measured (before, after), in their unit.

    The interval rests on each customer's own change (Welch). None with fewer than 2 in a group.
    """
    changes = [[after - before for before, after in group] for group in (tried, elsewhere)]
    return difference_of_means(changes[0], changes[1], level)


def trend_before(
    tried: Sequence[float], elsewhere: Sequence[float], level: float = LEVEL
) -> Estimate | None:
    """Return by how much per period the groups drifted apart before the change.

    The slope of (tried - elsewhere) over equally long periods; an interval that leaves out 0 means
    that the groups do not move alike. None with fewer than 4 periods; raise ValueError for series
    of different lengths.
    """
    if len(tried) != len(elsewhere):
        raise ValueError("the series before the change have different lengths")
    apart = floats(tried) - floats(elsewhere)
    n = len(apart)
    if n < 4:
        return None
    period = np.arange(n) - (n - 1) / 2
    spread = float(period @ period)
    slope = float(period @ apart) / spread
    rest = apart - apart.mean() - slope * period
    half = float(stdtrit(n - 2, (1 + level) / 2)) * sqrt(float(rest @ rest) / (n - 2) / spread)
    return Estimate(slope, slope - half, slope + half, n, level)
