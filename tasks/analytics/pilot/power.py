"""How many customers a pilot or a campaign needs, and what it can show with those it has.

Source: Fleiss (1981), normal approximation, two-sided. The rule of thumb 16 · p(1-p) / δ² of
`effect.needed_per_arm` is the same at 80 % power and 5 % error.
"""

from math import ceil, sqrt
from statistics import NormalDist

ERROR, POWER = 0.05, 0.8
HALVINGS = 60


def sample_size(
    current: float, candidate: float, *, power: float = POWER, error: float = ERROR
) -> int:
    """Return how many customers each arm needs to show this difference of shares.

    Raise ValueError unless both shares lie between 0 and 1 and differ.
    """
    _check(current, candidate)
    if current == candidate:
        raise ValueError("no number of customers shows a difference of nothing")
    normal = NormalDist()
    both = (current + candidate) / 2
    spread = current * (1 - current) + candidate * (1 - candidate)
    reach = normal.inv_cdf(1 - error / 2) * sqrt(2 * both * (1 - both))
    reach += normal.inv_cdf(power) * sqrt(spread)
    return ceil(round((reach / (candidate - current)) ** 2, 9))


def power_of(
    n_current: int, n_candidate: int, current: float, candidate: float, *, error: float = ERROR
) -> float:
    """Return the probability to show this difference with arms of these sizes."""
    _check(current, candidate)
    if min(n_current, n_candidate) < 1:
        return 0.0
    normal = NormalDist()
    both = (n_current * current + n_candidate * candidate) / (n_current + n_candidate)
    equal = sqrt(both * (1 - both) * (1 / n_current + 1 / n_candidate))
    apart = sqrt(current * (1 - current) / n_current + candidate * (1 - candidate) / n_candidate)
    if apart == 0:
        return 0.0
    reach = abs(candidate - current) - normal.inv_cdf(1 - error / 2) * equal
    return normal.cdf(reach / apart)


def detectable(
    n_current: int, n_candidate: int, current: float, *, power: float = POWER, error: float = ERROR
) -> float | None:
    """Return the smallest rise of the share that arms of these sizes show; None when none."""
    low, high = 0.0, 1.0 - current
    _check(current, 1.0 - 1e-9)
    if power_of(n_current, n_candidate, current, current + high - 1e-9, error=error) < power:
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if power_of(n_current, n_candidate, current, current + middle, error=error) < power:
            low = middle
        else:
            high = middle
    return high


def _check(*shares: float) -> None:
    for share in shares:
        if not 0 <= share <= 1:
            raise ValueError(f"{share} is no share")
