"""BG/NBD: a customer may stop after each repeat purchase, with probability p of a beta (a, b).

Source: Fader, Hardie and Lee, Marketing Science 24 (2005). A one-time buyer is always alive in this
model, so P(alive) must not select customers: see `mbg`. P(alive) is no probability of buying soon.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import betaln, expit, gammaln, hyp2f1

from tasks.analytics.arrays import Floats
from tasks.analytics.lifetime.history import Histories
from tasks.analytics.lifetime.model import Fitted, Four, check_positive, fit, off_poles

MOST = (50.0, 1e5, 20.0, 1e4)


@dataclass(frozen=True, slots=True)
class BgNbd:
    """The model with its parameters: rates gamma (r, α in weeks), drop-out beta (a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    def __post_init__(self) -> None:
        """Check the parameters."""
        check_positive(r=self.r, alpha=self.alpha, a=self.a, b=self.b)

    @classmethod
    def fitted(cls, histories: Histories) -> tuple[Self, Fitted]:
        """Return the most likely model and how likely it is; raise ValueError with too few."""
        found = fit(log_likelihood, histories, (1.0, 4.0, 1.0, 2.0), MOST)
        return cls(*found.parameters), found

    def p_alive(self, seen: Histories) -> Floats:
        """Return the probability that a customer still buys at the end of observation."""
        silence = np.log((self.alpha + seen.age_weeks) / (self.alpha + seen.last_weeks))
        stops = np.log(self.a) - np.log(self.b + np.maximum(seen.x, 1) - 1)
        return np.where(seen.x > 0, expit(-stops - (self.r + seen.x) * silence), 1.0)

    def expected(self, weeks: float) -> float:
        """Return E[X(t)]: the repeat purchase days of a new customer in so many weeks."""
        a = off_poles(self.a, self.r)
        z = weeks / (self.alpha + weeks)
        left = (1 - z) ** (a - 1) * hyp2f1(a + self.b - 1 - self.r, a - 1, a + self.b - 1, z)
        return float((a + self.b - 1) / (a - 1) * (1 - left))

    def expected_if_alive(self, x: Floats, age_weeks: Floats, weeks: float) -> Floats:
        """Return the expectation before P(alive): it depends on x and T only."""
        a = off_poles(self.a, self.r)
        z = weeks / (self.alpha + age_weeks + weeks)
        # by Euler's transformation, as the usual form overflows for frequent buyers
        series = hyp2f1(a + self.b - 1 - self.r, a - 1, a + self.b + x - 1, z)
        return np.asarray((a + self.b + x - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * series))

    def expected_more(self, seen: Histories, weeks: float) -> Floats:
        """Return E[Y(t) | x, t_x, T]: purchase days of each customer in the weeks to come."""
        if_alive = self.expected_if_alive(seen.repeats, seen.age_weeks, weeks)
        return np.asarray(if_alive * self.p_alive(seen))


def log_likelihood(parameters: Four, seen: Histories) -> Floats:
    """Return ln L of each history."""
    r, alpha, a, b = parameters
    x = seen.repeats
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    alive = betaln(a, b + x) - (r + x) * np.log(alpha + seen.age_weeks)
    gone = betaln(a + 1, b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + seen.last_weeks)
    return np.asarray(common + np.where(x > 0, np.logaddexp(alive, gone), alive))
