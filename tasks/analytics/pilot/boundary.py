"""How large a difference must be at each look, so that all looks together err rarely enough.

Source: Lan and DeMets (1983), spending functions like O'Brien and Fleming's (careful early) and
Pocock's (nearly even); recursion of Armitage, McPherson and Rowe (1969).
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import e, log, sqrt
from statistics import NormalDist

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from tasks.analytics.arrays import Floats

ERROR = 0.05
POINTS = 501  # of the grid on which the paths that went on are followed
UNREACHABLE = 8.0  # standard errors: where nothing worth mentioning is spent

Spending = Callable[[float, float], float]


def obrien_fleming(fraction: float, error: float) -> float:
    """Return the error spent until this fraction of the planned customers: little early."""
    z = NormalDist().inv_cdf(1 - error / 4)  # half of the error on each side
    return 4 - 4 * NormalDist().cdf(z / sqrt(fraction))


def pocock(fraction: float, error: float) -> float:
    """Return the error spent until this fraction of the planned customers: nearly evenly."""
    return error * log(1 + (e - 1) * fraction)


def boundaries(
    fractions: Sequence[float], error: float = ERROR, spending: Spending = obrien_fleming
) -> list[float]:
    """Return for each look the |z| from which the difference counts, two-sided.

    `fractions` are the shares of the planned customers seen at each look, rising up to 1. Raise
    ValueError when they do not rise or leave (0, 1].
    """
    _check(fractions, error)
    result: list[float] = []
    spent = before = 0.0
    grid, density = np.zeros(1), np.ones(1)
    for fraction in fractions:
        allowed = min(spending(fraction, error), error) - spent
        step = sqrt(fraction - before)
        limit = _limit(grid, density, step, sqrt(fraction), allowed)
        result.append(limit / sqrt(fraction))
        spent += allowed
        before = fraction
        grid, density = _went_on(grid, density, step, limit)
    return result


def _limit(grid: Floats, density: Floats, step: float, spread: float, allowed: float) -> float:
    """Return where the paths that went on leave with the probability allowed at this look."""

    def surplus(limit: float) -> float:
        outside = ndtr((grid - limit) / step) + ndtr((-limit - grid) / step)
        return float(density @ outside) - allowed

    most = UNREACHABLE * spread
    return most if surplus(most) >= 0 else float(brentq(surplus, 0.0, most, xtol=1e-9))


def _went_on(grid: Floats, density: Floats, step: float, limit: float) -> tuple[Floats, Floats]:
    """Return grid and weights of the paths inside the limits (Simpson's rule)."""
    inside = np.linspace(-limit, limit, POINTS)
    distance = (inside[:, None] - grid[None, :]) / step
    heights = np.exp(-(distance**2) / 2) @ density / (step * sqrt(2 * np.pi))
    weights = np.full(POINTS, 2.0)
    weights[1::2] = 4.0
    weights[[0, -1]] = 1.0
    return inside, heights * weights * (inside[1] - inside[0]) / 3


def _check(fractions: Sequence[float], error: float) -> None:
    if not 0 < error < 1:
        raise ValueError(f"an error lies between 0 and 1, not at {error}")
    rises = all(later > earlier for earlier, later in pairwise(fractions))
    if not (rises and all(0 < fraction <= 1 for fraction in fractions)):
        raise ValueError("the looks come at rising fractions of the plan, at most 1")
