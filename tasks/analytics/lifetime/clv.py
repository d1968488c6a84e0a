"""A4, customer lifetime value: the margin still to come, discounted.

Source: Fader, Hardie and Lee (2005), Fader and Hardie (2013); contracts are in `contracts`. In
minor units of one currency. It is an expectation to rank customers and to compare with the cost of
keeping them; it is no forecast for one person and no ground to refuse service.
"""

from dataclasses import dataclass

import numpy as np

from tasks.analytics.arrays import Floats
from tasks.analytics.lifetime.bg import BgNbd
from tasks.analytics.lifetime.history import Histories
from tasks.analytics.lifetime.mbg import MbgNbd

WEEKS_PER_MONTH = 365.25 / 12 / 7


@dataclass(frozen=True, slots=True)
class Terms:
    """Horizon in months, share of the revenue that is margin, interest a year."""

    months: int = 12
    margin_share: float = 1.0
    discount_year: float = 0.1

    def __post_init__(self) -> None:
        """Check the terms."""
        if self.months < 1:
            raise ValueError("the horizon is at least one month")
        if self.discount_year <= -1:
            raise ValueError("an interest of -100 % a year leaves nothing")

    @property
    def discount_month(self) -> float:
        """Return the interest of a month."""
        return float((1 + self.discount_year) ** (1 / 12) - 1)


def lifetime_value(
    model: BgNbd | MbgNbd, seen: Histories, spend_per_day: Floats, terms: Terms
) -> Floats:
    """Return Σ_m (E[Y(m)] - E[Y(m-1)]) · E(M) · margin share / (1 + d)^m of each customer.

    `spend_per_day` is what each will spend per purchase day (Gamma-Gamma).
    """
    return discounted_purchases(model, seen, terms) * spend_per_day * terms.margin_share


def discounted_purchases(model: BgNbd | MbgNbd, seen: Histories, terms: Terms) -> Floats:
    """Return the purchase days to come of each customer, later ones counting less.

    The hypergeometric series are evaluated once for each pair of x and T: t_x enters by P(alive)
    alone.
    """
    packed = seen.x.astype(np.int64) << 32 | seen.age
    pairs, of_customer = np.unique(packed, return_inverse=True)
    x, age = (pairs >> 32).astype(np.float64), (pairs & 0xFFFFFFFF) / 7.0
    total = np.zeros(len(pairs))
    before = np.zeros(len(pairs))
    for month in range(1, terms.months + 1):
        until = model.expected_if_alive(x, age, month * WEEKS_PER_MONTH)
        total += (until - before) / (1 + terms.discount_month) ** month
        before = until
    return np.asarray(total[of_customer] * model.p_alive(seen))
