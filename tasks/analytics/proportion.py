"""Shares of a whole with their intervals: how sure "7 of 80" is.

Source: Wilson (1927), the score interval; Clopper and Pearson (1934), the exact limit. Not for
shares of money or of time, whose parts are not single observations that are in or out.
"""

from math import exp, lgamma, log, log1p, sqrt

from tasks.analytics.estimate import LEVEL, Estimate, check_level, normal_quantile

HALVINGS = 60  # of the interval from 0 to 1: beyond the precision of a float


def proportion(count: int, n: int, level: float = LEVEL) -> Estimate | None:
    """Return the share count / n with its Wilson interval; None when there is nothing to share.

    Raise ValueError when count is negative or more than n.
    """
    check_counts(count, n)
    if not n:
        return None
    z = normal_quantile(level)
    p = count / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # at the ends the limits are 0 and 1, but for rounding
    low = 0.0 if count == 0 else max(middle - half, 0.0)
    high = 1.0 if count == n else min(middle + half, 1.0)
    return Estimate(p, low, high, n, level)


def lower_limit(count: int, n: int, level: float = LEVEL) -> float:
    """Return the exact one-sided lower limit of a share (Clopper and Pearson).

    With this confidence the true share is at least so much. It is exact for rare events too, where
    intervals by the normal distribution claim too much. Raise ValueError for impossible counts.
    """
    check_counts(count, n)
    check_level(level)
    if count == 0:
        return 0.0
    low, high = 0.0, count / n
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _at_least(count, n, middle) < 1 - level:
            low = middle
        else:
            high = middle
    return low


def check_counts(count: int, n: int) -> None:
    """Raise ValueError unless 0 ≤ count ≤ n."""
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is no share")


def _at_least(count: int, n: int, p: float) -> float:
    """Return the probability of `count` or more of n, for 0 < p < 1."""
    whole = lgamma(n + 1)
    fewer = sum(
        exp(whole - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p))
        for k in range(count)
    )
    return 1 - fewer
