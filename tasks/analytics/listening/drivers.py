"""A7, drivers of satisfaction or loyalty: standardised weights of a linear regression.

Source: ordinary least squares on standardised scores; variance inflation factors (VIF). A weight
says what goes together among those who answered. It is no proof that changing one changes the
other, and with VIF above 5 the weights of the related scores must not be told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from tasks.analytics.arrays import Floats, floats
from tasks.analytics.estimate import LEVEL, Estimate, check_level

FEWEST_ANSWERS = 50
FEWEST_PER_DRIVER = 10
HIGH_VIF = 5.0


@dataclass(frozen=True, slots=True)
class Driver:
    """Standardised weight with interval, and how far the others explain this score (VIF)."""

    name: str
    weight: Estimate
    vif: float

    @property
    def entangled(self) -> bool:
        """Return whether the weight cannot be told from those of other scores."""
        return self.vif > HIGH_VIF


@dataclass(frozen=True, slots=True)
class Drivers:
    """Drivers by weight, the greatest first; share of the variance explained; answers."""

    ranked: tuple[Driver, ...]
    r_squared: float
    n: int


def drivers(
    names: Sequence[str], scores: npt.ArrayLike, outcome: npt.ArrayLike, level: float = LEVEL
) -> Drivers:
    """Return what goes with the outcome; a row of scores per answer.

    Raise ValueError with fewer than 50 answers or 10 per score, or when a score is constant or
    says the same as others.
    """
    check_level(level)
    x, y = _standardised(floats(scores)), _standardised(floats(outcome)[:, None])[:, 0]
    n, k = x.shape
    if k != len(names) or n != len(y):
        raise ValueError("scores, names and outcomes do not belong together")
    if n < max(FEWEST_ANSWERS, FEWEST_PER_DRIVER * k):
        raise ValueError(f"{n} answers are too few for {k} scores")
    correlation = x.T @ x / n
    if np.linalg.cond(correlation) > 1e10:
        raise ValueError("the scores say the same twice")
    inverse = np.linalg.inv(correlation)
    weights = inverse @ (x.T @ y / n)
    rest = float(np.mean((y - x @ weights) ** 2))
    errors = np.sqrt(np.diag(inverse) * rest / (n - k - 1))
    half = float(stdtrit(n - k - 1, (1 + level) / 2)) * errors
    found = [
        Driver(name, Estimate(float(w), float(w - h), float(w + h), n, level), float(vif))
        for name, w, h, vif in zip(names, weights, half, np.diag(inverse), strict=True)
    ]
    ranked = sorted(found, key=lambda driver: -abs(driver.weight.value))
    return Drivers(tuple(ranked), 1 - rest, n)


def _standardised(values: Floats) -> Floats:
    if values.ndim != 2 or not len(values) or (values.std(axis=0) == 0).any():
        raise ValueError("a score is the same in every answer")
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0))
