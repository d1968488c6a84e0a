"""From risk points to a probability of leaving, once enough outcomes are known.

The points of the decision table are starting values. After 200 outcomes at 90 days a logistic
curve through them gives a probability; before that none is shown. Priority is expected loss =
p · CLV. Not for refusing anything to anybody, and never printed for the customer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.analytics.arrays import Floats
from tasks.analytics.risk.logistic import FEWEST_OUTCOMES, FEWEST_PER_FIGURE, Logistic


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The curve p = 1 / (1 + e^-(a + b · points)), and the outcomes it rests on."""

    model: Logistic

    @property
    def n(self) -> int:
        """Return the number of outcomes."""
        return self.model.n

    def probability(self, points: Sequence[float]) -> Floats:
        """Return the probability of leaving within the period of the outcomes."""
        return self.model.probability(np.asarray(points, dtype=np.float64)[:, None])


def calibrate(points: Sequence[float], left: Sequence[bool]) -> Calibrated | None:
    """Return the curve through points and outcomes.

    None with fewer than 200 outcomes, or fewer than 10 who left or stayed. Raise ValueError when
    the numbers differ, or more points go with fewer losses: then the table is wrong, not the curve.
    """
    if len(points) != len(left):
        raise ValueError("there must be an outcome for each customer with points")
    rarer = min(sum(left), len(left) - sum(left))
    if len(left) < FEWEST_OUTCOMES or rarer < FEWEST_PER_FIGURE:
        return None
    model = Logistic.fitted(np.asarray(points, dtype=np.float64)[:, None], left)
    if model.coefficients[0] <= 0:
        raise ValueError("customers with more points left less often: look at the points")
    return Calibrated(model)


def expected_loss(probability: float, lifetime_value: float) -> float:
    """Return p · CLV in the unit of the value; nothing is lost with a value below 0."""
    if not 0 <= probability <= 1:
        raise ValueError(f"{probability} is no probability")
    return probability * max(lifetime_value, 0.0)
