"""Gamma-Gamma: what a customer will spend per purchase day, drawn towards the mean of all.

Source: Fader and Hardie (2013). Money goes in and comes out in the same unit. It needs purchase
days and mean spend that hardly depend on each other: look at `dependence` first, and do not use
the model beyond ± 0.3. One-time buyers get the mean of all.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from tasks.analytics.arrays import Days, Floats, floats
from tasks.analytics.lifetime.model import FEWEST_REPEATERS, check_positive

LARGEST = float(np.log(1e5))  # of the logarithms of the parameters


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """The model with its parameters; γ in the unit of the money."""

    p: float
    q: float
    gamma: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        check_positive(p=self.p, q=self.q, gamma=self.gamma)

    @classmethod
    def fitted(cls, x: Days, mean_spend: Floats) -> tuple[Self, float]:
        """Return the most likely model and its ln L, from repeat days and mean spend per day.

        Customers without repeat purchase or without spend do not count. Raise ValueError with fewer
        than 30 others.
        """
        repeats, spend = _repeaters(x, mean_spend)
        if len(repeats) < FEWEST_REPEATERS:
            raise ValueError(f"{len(repeats)} repeat buyers are too few to fit")
        unit = float(spend.mean())  # the search is the same in cents and in millions

        def loss(logs: Floats) -> tuple[float, Floats]:
            value, slope = _mean_log_likelihood(np.exp(logs), repeats, spend / unit)
            return -value, -slope * np.exp(logs)

        start = np.log([4.0, 4.0, 1.0])
        options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500}
        bounds = [(-LARGEST, LARGEST)] * 3
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        if not (np.isfinite(found.fun) and np.abs(found.x).max() < LARGEST - 1e-6):
            raise ValueError("the spending does not determine the parameters of the model")
        p, q, gamma = (float(value) for value in np.exp(found.x))
        log_likelihood = -float(found.fun) * len(repeats) - len(repeats) * np.log(unit)
        return cls(p, q, gamma * unit), float(log_likelihood)

    def expected(self, x: Days, mean_spend: Floats) -> Floats:
        """Return E(M | z̄, x), the spend per purchase day to expect of each customer.

        (q - 1) / (px + q - 1) · γp / (q - 1) + px / (px + q - 1) · z̄. Raise ValueError when q ≤ 1:
        the mean of all is then unbounded.
        """
        if self.q <= 1:
            raise ValueError("with q ≤ 1 the model has no mean")
        own = self.p * x / (self.p * x + self.q - 1)
        of_all = self.gamma * self.p / (self.q - 1)
        return np.asarray((1 - own) * of_all + own * np.where(x > 0, mean_spend, 0.0))


def dependence(x: Days, mean_spend: Floats) -> float | None:
    """Return the correlation of repeat days and mean spend; None when one of them is constant."""
    repeats, spend = _repeaters(x, mean_spend)
    if len(repeats) < 2 or repeats.std() == 0 or spend.std() == 0:
        return None
    return float(np.corrcoef(repeats, spend)[0, 1])


def _repeaters(x: Days, mean_spend: Floats) -> tuple[Floats, Floats]:
    spend = floats(mean_spend)
    if len(x) != len(spend):
        raise ValueError("repeat days and mean spend have different lengths")
    known = (x > 0) & (spend > 0)
    return x[known].astype(np.float64), spend[known]


def _mean_log_likelihood(parameters: Floats, x: Floats, spend: Floats) -> tuple[float, Floats]:
    """Return the mean of ln L and its derivative by p, q and γ."""
    p, q, gamma = (float(value) for value in parameters)
    counts = np.arange(1.0, x.max() + 1)  # the costly functions depend on the count alone
    share = np.bincount(x.astype(np.int64), minlength=len(counts) + 1)[1:] / len(x)
    total = p * counts
    together = np.log(gamma + x * spend)
    per_count = gammaln(total + q) - gammaln(total) - gammaln(q) + q * np.log(gamma)
    per_count += total * np.log(counts)
    value = share @ per_count + np.mean((p * x - 1) * np.log(spend) - (p * x + q) * together)
    by_p = share @ (counts * (digamma(total + q) - digamma(total) + np.log(counts)))
    by_q = share @ digamma(total + q) - digamma(q) + np.log(gamma)
    slope = [
        by_p + np.mean(x * (np.log(spend) - together)),
        by_q - np.mean(together),
        q / gamma - np.mean((p * x + q) / (gamma + x * spend)),
    ]
    return float(value), np.array(slope)
