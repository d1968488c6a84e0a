"""What the purchase models have in common: four parameters found by maximum likelihood.

Weeks are the unit of time. A purchase rate λ differs between customers by a gamma distribution
(r, α); the models differ in how customers stop buying.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import minimize

from tasks.analytics.arrays import Floats
from tasks.analytics.lifetime.history import Histories, distinct

FEWEST_BUYERS = 100  # below, four parameters say more than the data
FEWEST_REPEATERS = 30
SMALLEST = 1e-4

Four = tuple[float, float, float, float]
Likelihood = Callable[[Four, Histories], Floats]
Slope = Callable[[Four, Histories], Floats]  # one row per parameter


@dataclass(frozen=True, slots=True)
class Fitted:
    """Parameters of greatest likelihood, its logarithm, and the number of customers.

    `at_limit`: a parameter went to the end of its range. The customers then differ less than the
    model allows for (all buy at one rate, or nobody leaves); what it expects holds all the same.
    """

    parameters: Four
    log_likelihood: float
    n: int
    at_limit: bool = False


def fit(
    likelihood: Likelihood,
    histories: Histories,
    start: Four,
    most: Four,
    slope: Slope | None = None,
) -> Fitted:
    """Return the parameters under which the histories are most likely.

    The likelihood is evaluated once per different history. `start` is where the search begins and
    `most` how far it goes: beyond, customers hardly differ and the series lose digits. `slope` is
    the derivative by each parameter; without it it is taken numerically, ten times slower. Raise
    ValueError with fewer than 100 customers or 30 repeat buyers, or when there is no maximum.
    """
    repeaters = int((histories.x > 0).sum())
    if len(histories) < FEWEST_BUYERS or repeaters < FEWEST_REPEATERS:
        raise ValueError(f"{len(histories)} customers, {repeaters} repeat buyers: too few to fit")
    kinds = distinct(histories)
    weight = kinds.count / len(histories)

    def loss(logs: Floats) -> float:
        return -float(weight @ likelihood(_four(logs), kinds.histories))

    def steepness(logs: Floats, by: Slope) -> Floats:
        return -np.exp(logs) * (by(_four(logs), kinds.histories) @ weight)

    bounds = [(np.log(SMALLEST), np.log(largest)) for largest in most]
    found = minimize(
        loss,
        np.log(start),
        jac=partial(steepness, by=slope) if slope else "3-point",
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
    )
    if not np.isfinite(found.fun):
        raise ValueError("the purchases do not determine the parameters of the model")
    low, high = np.array(bounds).T
    at_limit = bool(((found.x <= low + 1e-3) | (found.x >= high - 1e-3)).any())
    log_likelihood = -float(found.fun) * len(histories)
    return Fitted(_four(found.x), log_likelihood, len(histories), at_limit)


def check_positive(**parameters: float) -> None:
    """Raise ValueError unless all parameters are positive numbers."""
    for name, value in parameters.items():
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"the parameter {name} must be positive, not {value}")


def off_poles(a: float, r: float) -> float:
    """Return a, moved off 1 (a removable singularity) and off r + n, where the series fails."""
    if abs(a - 1) < 1e-6:
        return 1 + 1e-6
    return a + 1e-9 if abs(a - r - round(a - r)) < 1e-12 else a


def _four(logs: Floats) -> Four:
    a, b, c, d = (float(value) for value in np.exp(logs))
    return a, b, c, d
