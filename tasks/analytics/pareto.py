"""A1, value: how the money is spread over the customers, and the tier of each.

Source: Pareto, Lorenz. Values are minor units of one currency, or counts of problems. Always show
the actual share; it is never 80 % exactly. A tier decides on care and speed, not on whether
somebody is heard: complaints of all tiers are answered.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import TypeVar

Customer = TypeVar("Customer", bound=Hashable)

# a customer belongs to the first tier in which the cumulative share before him lies
TIERS = (("A", 50), ("B", 80), ("C", 95), ("D", 100))
LOSS = "D-"
PER_OWNER = 40  # customers of tier A whom one owner can serve
MOST_IN_A = 0.05


@dataclass(frozen=True, slots=True)
class Concentration:
    """Share of the best fifth, least number who bring 80 %, Gini, and how many were counted."""

    top_fifth: float
    fewest_for_80: int
    gini: float
    n: int


def concentration(values: Sequence[int]) -> Concentration:
    """Return how concentrated revenue, margin or problems are (three rankings, one call each)."""
    return Concentration(top_share(values, 0.2), fewest_for(values), gini(values), len(values))


def tiers(values: Mapping[Customer, int]) -> dict[Customer, str]:
    """Return the tier of each customer: A, B, C or D at 50, 80, 95 and 100 % of all positive value.

    The value is the margin, plus the indirect value of who does not pay himself. Who brings nothing
    is D, who costs more than he brings is D-. Ties go by the customer's key, so the answer is
    always the same.
    """
    ranked = sorted(values, key=lambda c: (-values[c], str(c)))
    total = sum(v for v in values.values() if v > 0)
    before = 0
    result: dict[Customer, str] = {}
    for customer in ranked:
        value = values[customer]
        result[customer] = LOSS if value < 0 else _tier(before, total) if value else "D"
        before += max(value, 0)
    return result


def cut_to_capacity(
    found: Mapping[Customer, str], values: Mapping[Customer, int], owners: int
) -> dict[Customer, str]:
    """Return the tiers with A cut at what owners can serve (40 each) and at 5 % of the customers.

    The least valuable beyond that become B. Raise ValueError for a negative number of owners.
    """
    room = room_in_a(len(found), owners)
    best = sorted((c for c in found if found[c] == "A"), key=lambda c: (-values[c], str(c)))
    return dict(found) | dict.fromkeys(best[room:], "B")


def room_in_a(customers: int, owners: int) -> int:
    """Return how many customers tier A may have; raise ValueError for a negative number."""
    if owners < 0:
        raise ValueError(f"there cannot be {owners} owners")
    return min(owners * PER_OWNER, max(int(customers * MOST_IN_A), 1))


def top_share(values: Sequence[int], part: float) -> float:
    """Return the share of all value that the best `part` (0 to 1) of the customers bring."""
    if not 0 <= part <= 1:
        raise ValueError(f"{part} is no part of the customers")
    total = sum(values)
    if not total:
        return 0.0
    ranked = sorted(values, reverse=True)
    return sum(ranked[: ceil(part * len(ranked))]) / total


def fewest_for(values: Sequence[int], share: float = 0.8) -> int:
    """Return the least number of customers who together bring this share of all value."""
    needed = share * sum(values)
    running = accumulate(sorted(values, reverse=True), initial=0)
    return next(count for count, value in enumerate(running) if value >= needed)


def gini(values: Sequence[int]) -> float:
    """Return how unequal the values are: 0 when all are the same, near 1 when one has all."""
    n, total = len(values), sum(values)
    if not total:
        return 0.0
    weighted = sum(rank * value for rank, value in enumerate(sorted(values), start=1))
    return 2 * weighted / (n * total) - (n + 1) / n


def _tier(before: int, total: int) -> str:
    return next(name for name, percent in TIERS if before * 100 < percent * total)
