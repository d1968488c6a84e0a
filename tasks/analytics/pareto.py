"""A1, value: how the money is spread over the customers, and the tier of each."""

from collections.abc import Hashable, Mapping, Sequence
from itertools import accumulate
from math import ceil
from typing import TypeVar

Customer = TypeVar("Customer", bound=Hashable)

# a customer belongs to the first tier in which the cumulative share before him lies
TIERS = (("A", 50), ("B", 80), ("C", 95), ("D", 100))
LOSS = "D-"


def tiers(values: Mapping[Customer, int]) -> dict[Customer, str]:
    """Put each customer into tier A, B, C or D at 50, 80, 95 and 100 % of all positive value.

    Who brings nothing is D, who costs more than he brings is D-. Ties go by the customer's key,
    so the answer is always the same.
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


def top_share(values: Sequence[int], part: float) -> float:
    """Answer the share of all value that the best `part` of the customers bring (R-10)."""
    total = sum(values)
    if not total:
        return 0.0
    ranked = sorted(values, reverse=True)
    return sum(ranked[: ceil(part * len(ranked))]) / total


def fewest_for(values: Sequence[int], share: float = 0.8) -> int:
    """Answer the least number of customers who together bring this share of all value."""
    needed = share * sum(values)
    running = accumulate(sorted(values, reverse=True), initial=0)
    return next(count for count, value in enumerate(running) if value >= needed)


def gini(values: Sequence[int]) -> float:
    """Answer how unequal the values are: 0 when all are the same, near 1 when one has all."""
    n, total = len(values), sum(values)
    if not total:
        return 0.0
    weighted = sum(rank * value for rank, value in enumerate(sorted(values), start=1))
    return 2 * weighted / (n * total) - (n + 1) / n


def _tier(before: int, total: int) -> str:
    return next(name for name, percent in TIERS if before * 100 < percent * total)
