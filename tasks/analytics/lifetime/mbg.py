"""MBG/NBD: as BG/NBD, but a customer may also stop right after the first purchase.

Source: Batislam, Denizel and Filiztekin (2007). The model for values and totals of the nightly
scoring. P(alive) is no probability of buying in the next weeks and must not be printed as one; for
alerts use the silence beyond the customer's own rhythm (`hiatus`), which is as good and explains
itself (Wübben and von Wangenheim 2008).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import betaln, digamma, expit, gammaln, hyp2f1

from tasks.analytics.arrays import Days, Floats
from tasks.analytics.lifetime.history import Histories
from tasks.analytics.lifetime.model import Fitted, Four, check_positive, fit, off_poles

MOST = (50.0, 1e5, 20.0, 1e4)


@dataclass(frozen=True, slots=True)
class MbgNbd:
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
        found = fit(log_likelihood, histories, (1.0, 6.0, 1.0, 2.0), MOST, slope)
        return cls(*found.parameters), found

    def p_alive(self, seen: Histories) -> Floats:
        """Return the probability that a customer still buys at the end of observation."""
        silence = np.log((self.alpha + seen.age_weeks) / (self.alpha + seen.last_weeks))
        stops = np.log(self.a) - np.log(self.b + seen.x)
        return np.asarray(expit(-stops - (self.r + seen.x) * silence))

    def expected(self, weeks: float) -> float:
        """Return E[X(t)]: the repeat purchase days of a new customer in so many weeks."""
        a = off_poles(self.a, self.r)
        z = weeks / (self.alpha + weeks)
        left = (1 - z) ** (a - 1) * hyp2f1(a + self.b - self.r, a - 1, a + self.b, z)
        return float(self.b / (a - 1) * (1 - left))

    def expected_if_alive(self, x: Floats, age_weeks: Floats, weeks: float) -> Floats:
        """Return the expectation before P(alive): it depends on x and T only."""
        a = off_poles(self.a, self.r)
        z = weeks / (self.alpha + age_weeks + weeks)
        # by Euler's transformation, as the usual form overflows for frequent buyers
        series = hyp2f1(a + self.b - self.r, a - 1, a + self.b + x, z)
        return np.asarray((a + self.b + x) / (a - 1) * (1 - (1 - z) ** (a - 1) * series))

    def expected_more(self, seen: Histories, weeks: float) -> Floats:
        """Return E[Y(t) | x, t_x, T]: purchase days of each customer in the weeks to come."""
        if_alive = self.expected_if_alive(seen.repeats, seen.age_weeks, weeks)
        return np.asarray(if_alive * self.p_alive(seen))


def log_likelihood(parameters: Four, seen: Histories) -> Floats:
    """Return ln L of each history."""
    r, alpha, a, b = parameters
    x, of_history = _counts(seen)
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    alive, gone = _branches(parameters, x, of_history, seen)
    return np.asarray(common[of_history] + np.logaddexp(alive, gone))


def slope(parameters: Four, seen: Histories) -> Floats:
    """Return the derivative of each ln L by r, α, a and b: four rows."""
    r, alpha, a, b = parameters
    x, of_history = _counts(seen)
    until_end, until_last = alpha + seen.age_weeks, alpha + seen.last_weeks
    alive, gone = _branches(parameters, x, of_history, seen)
    lives = expit(alive - gone)
    stopped = 1 - lives
    both = digamma(a + b + x + 1)
    by_r = (digamma(r + x) - digamma(r) + np.log(alpha))[of_history]
    by_a = (digamma(a + b) - both)[of_history] + stopped / a  # ψ(a + 1) - ψ(a) = 1 / a
    by_b = (digamma(b + x) - digamma(b) + digamma(a + b) - both)[of_history]
    return np.stack(
        [
            by_r - lives * np.log(until_end) - stopped * np.log(until_last),
            r / alpha - (r + seen.x) * (lives / until_end + stopped / until_last),
            by_a,
            by_b + lives / (b + seen.x),
        ]
    )


def _counts(seen: Histories) -> tuple[Floats, Days]:
    """Return the counts 0 … max(x), on which the costly functions depend, and each one's place."""
    return np.arange(int(seen.x.max()) + 1, dtype=np.float64), seen.x


def _branches(
    parameters: Four, x: Floats, of_history: Days, seen: Histories
) -> tuple[Floats, Floats]:
    """Return the logarithms of the two stories of a silence: still alive, or stopped."""
    r, alpha, a, b = parameters
    alive = betaln(a, b + x + 1)[of_history] - (r + seen.x) * np.log(alpha + seen.age_weeks)
    gone = betaln(a + 1, b + x)[of_history] - (r + seen.x) * np.log(alpha + seen.last_weeks)
    return np.asarray(alive), np.asarray(gone)
