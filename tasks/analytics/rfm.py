"""A2, RFM: how recently, how often and for how much each customer bought, 1 (worst) to 5 (best).

Source: Hughes. Ranks among the buyers of the day: a score moves when others buy. It chooses
audiences; it is no value (see `lifetime`) and no reason to serve somebody worse.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Customer = TypeVar("Customer", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Buying:
    """What one customer bought: days since the last order, number of orders, money in all."""

    recency_days: float
    orders: int
    spent: int


@dataclass(frozen=True, slots=True)
class Rfm:
    """The three scores of a customer."""

    r: int
    f: int
    m: int


def rfm(customers: Mapping[Customer, Buying]) -> dict[Customer, Rfm]:
    """Return the scores of every customer among all: 1 + ⌊5 · (number strictly worse) / n⌋.

    Customers who are equal get the same score, so a score may stay empty: where half of all
    customers bought once, nobody has f = 2.
    """
    recency = sorted(c.recency_days for c in customers.values())
    orders = sorted(c.orders for c in customers.values())
    spent = sorted(c.spent for c in customers.values())
    n = len(customers)
    return {
        customer: Rfm(
            r=_score(n - bisect_right(recency, c.recency_days), n),  # longer ago is worse
            f=_score(bisect_left(orders, c.orders), n),
            m=_score(bisect_left(spent, c.spent), n),
        )
        for customer, c in customers.items()
    }


def _score(strictly_worse: int, n: int) -> int:
    return 1 + 5 * strictly_worse // n
