"""Means, medians and other quantiles with their intervals.

Source: Student (1908) for a mean, Welch (1947) for a difference of means, order statistics
(binomial) for a quantile. Not for shares (see `proportion`), and a mean not for times to solve:
they are skewed, so show P50 and P90.
"""

from collections.abc import Sequence
from math import ceil, floor, inf, sqrt

import numpy as np
from scipy.special import bdtr, stdtrit

from tasks.analytics.arrays import Floats, floats
from tasks.analytics.estimate import LEVEL, Estimate, check_level


def mean(values: Sequence[float] | Floats, level: float = LEVEL) -> Estimate | None:
    """Return the mean ± t · s / √n in the unit of the values; None without values.

    A single value has an unbounded interval.
    """
    check_level(level)
    known = floats(values)
    n = len(known)
    if not n:
        return None
    value = float(known.mean())
    if n == 1:
        return Estimate(value, -inf, inf, 1, level)
    half = float(stdtrit(n - 1, (1 + level) / 2)) * float(known.std(ddof=1)) / sqrt(n)
    return Estimate(value, value - half, value + half, n, level)


def difference_of_means(
    first: Sequence[float] | Floats, second: Sequence[float] | Floats, level: float = LEVEL
) -> Estimate | None:
    """Return mean(first) - mean(second) with Welch's interval; None with fewer than 2 in either."""
    check_level(level)
    a, b = floats(first), floats(second)
    if min(len(a), len(b)) < 2:
        return None
    value = float(a.mean() - b.mean())
    v_a, v_b = float(a.var(ddof=1)) / len(a), float(b.var(ddof=1)) / len(b)
    error = sqrt(v_a + v_b)
    if error == 0:
        return Estimate(value, value, value, len(a) + len(b), level)
    freedom = (v_a + v_b) ** 2 / (v_a**2 / (len(a) - 1) + v_b**2 / (len(b) - 1))
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    return Estimate(value, value - half, value + half, len(a) + len(b), level)


def quantile(
    values: Sequence[float] | Floats, share: float, level: float = LEVEL
) -> Estimate | None:
    """Return the quantile (0.5: the median, P50) with the interval of its order statistics.

    The interval holds for any distribution. With few values it is unbounded on the side where the
    data do not reach far enough. None without values; raise ValueError unless 0 < share < 1.
    """
    check_level(level)
    if not 0 < share < 1:
        raise ValueError(f"a quantile lies between 0 and 1, not at {share}")
    known = np.sort(floats(values))
    n = len(known)
    if not n:
        return None
    below = bdtr(np.arange(n + 1), n, share)  # that at most so many lie below the true quantile
    miss = (1 - level) / 2
    first = int(np.searchsorted(below, miss, side="right"))
    last = int(np.searchsorted(below, 1 - miss, side="left")) + 1
    low = float(known[first - 1]) if first >= 1 else -inf
    high = float(known[last - 1]) if last <= n else inf
    return Estimate(_interpolated(known, share), low, high, n, level)


def _interpolated(ordered: Floats, share: float) -> float:
    at = share * (len(ordered) - 1)
    lower, upper = ordered[floor(at)], ordered[ceil(at)]
    return float(lower + (upper - lower) * (at - floor(at)))
