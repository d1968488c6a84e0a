"""Pareto/NBD: customers stop at any time, at rates that differ by a gamma distribution (s, β).

Source: Schmittlein, Morrison and Colombo (1987); formulas by Fader and Hardie (2005). Kept as a
second opinion to check the other models by; nothing is decided on it.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import expit, gammaln, hyp2f1

from tasks.analytics.arrays import Floats
from tasks.analytics.lifetime.history import Histories
from tasks.analytics.lifetime.model import Fitted, Four, check_positive, fit

MOST = (50.0, 1e5, 50.0, 1e5)


@dataclass(frozen=True, slots=True)
class ParetoNbd:
    """The model with its parameters: rates gamma (r, α in weeks), drop-out gamma (s, β)."""

    r: float
    alpha: float
    s: float
    beta: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        check_positive(r=self.r, alpha=self.alpha, s=self.s, beta=self.beta)

    @classmethod
    def fitted(cls, histories: Histories) -> tuple[Self, Fitted]:
        """Return the most likely model and how likely it is; raise ValueError with too few."""
        found = fit(log_likelihood, histories, (1.0, 10.0, 1.0, 10.0), MOST)
        return cls(*found.parameters), found

    def p_alive(self, seen: Histories) -> Floats:
        """Return the probability that a customer still buys at the end of observation."""
        x, age = seen.repeats, seen.age_weeks
        gone = (
            np.log(self.s / (self.r + self.s + x))
            + (self.r + x) * np.log(self.alpha + age)
            + self.s * np.log(self.beta + age)
            + _log_stopped(self.r, self.alpha, self.s, self.beta, seen)
        )
        return np.asarray(expit(-gone))

    def expected_more(self, seen: Histories, weeks: float) -> Floats:
        """Return E[Y(t) | x, t_x, T]: purchase days of each customer in the weeks to come."""
        s = self.s if abs(self.s - 1) > 1e-6 else 1 + 1e-6
        age = seen.age_weeks
        rate = (self.r + seen.x) * (self.beta + age) / ((self.alpha + age) * (s - 1))
        lived = 1 - ((self.beta + age) / (self.beta + age + weeks)) ** (s - 1)
        return np.asarray(rate * lived * self.p_alive(seen))


def log_likelihood(parameters: Four, seen: Histories) -> Floats:
    """Return ln L of each history."""
    r, alpha, s, beta = parameters
    x, age = seen.repeats, seen.age_weeks
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    alive = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    gone = np.log(s) - np.log(r + s + x) + _log_stopped(r, alpha, s, beta, seen)
    return np.asarray(common + np.logaddexp(alive, gone))


def _log_stopped(r: float, alpha: float, s: float, beta: float, seen: Histories) -> Floats:
    """Return ln A0, the weight of having stopped between the last purchase and the end."""
    x = seen.repeats
    largest, second = (alpha, s + 1) if alpha >= beta else (beta, r + x)
    apart = abs(alpha - beta)
    power = r + s + x

    def part(weeks: Floats) -> Floats:
        # by Euler's transformation, as the usual form overflows for frequent buyers
        z = apart / (largest + weeks)
        series = np.log(hyp2f1(1.0, power + 1 - second, power + 1, z)) + (1 - second) * np.log1p(-z)
        return np.asarray(series - power * np.log(largest + weeks))

    since_last, at_end = part(seen.last_weeks), part(seen.age_weeks)
    shrunk = np.minimum(np.exp(at_end - since_last), 1.0)
    with np.errstate(divide="ignore"):  # bought on the last day: ln 0, never stopped
        return np.asarray(since_last + np.log1p(-shrunk))
