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
SMALLEST, LARGEST = np.log(1e-4), np.log(1e5)

Four = tuple[float, float, float, float]
Likelihood = Callable[[Four, Histories], Floats]
Slope = Callable[[Four, Histories], Floats]  # one row per parameter


@dataclass(frozen=True, slots=True)
class Fitted:
    """Parameters of greatest likelihood, its logarithm, and the number of customers."""

    parameters: Four
    log_likelihood: float
    n: int


def fit(
    likelihood: Likelihood, histories: Histories, start: Four, slope: Slope | None = None
) -> Fitted:
    """Return the parameters under which the histories are most likely.

    The likelihood is evaluated once per different history. `slope` is its derivative by each
    parameter; without it the derivative is taken numerically, which is ten times slower. Raise
    ValueError with fewer than 100 customers or 30 repeat buyers, or when no maximum is found.
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

    found = minimize(
        loss,
        np.log(start),
        jac=partial(steepness, by=slope) if slope else "3-point",
        method="L-BFGS-B",
        bounds=[(SMALLEST, LARGEST)] * 4,
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
    )
    at_bound = (found.x <= SMALLEST + 1e-6) | (found.x >= LARGEST - 1e-6)
    if not np.isfinite(found.fun) or at_bound.any():
        raise ValueError("the purchases do not determine the parameters of the model")
    return Fitted(_four(found.x), -float(found.fun) * len(histories), len(histories))


def check_positive(**parameters: float) -> None:
    """Raise ValueError unless all parameters are positive numbers."""
    for name, value in parameters.items():
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"the parameter {name} must be positive, not {value}")


def _four(logs: Floats) -> Four:
    a, b, c, d = (float(value) for value in np.exp(logs))
    return a, b, c, d
