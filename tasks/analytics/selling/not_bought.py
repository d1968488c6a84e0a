"""A24, what is not bought: category by segment, against what was to be expected.

Expected is the share of the segment that bought in the same season before, or else the share of
the other segments now. Reasons come from one list of codes. Not for blaming a seller: the gap says
where to ask, not why.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.analytics.estimate import Estimate
from tasks.analytics.pilot.two_proportions import TwoArms, difference

FEWEST_CUSTOMERS = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """A segment and a category: customers and buyers in the period, and in the season before."""

    segment: str
    category: str
    customers: int
    bought: int
    customers_before: int = 0
    bought_before: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """Expected and actual share of buyers, the difference with interval, and what was missing."""

    segment: str
    category: str
    customers: int
    expected: float
    actual: float
    difference: Estimate
    method: Literal["season_before", "other_segments"]

    @property
    def missing_buyers(self) -> float:
        """Return how many buyers fewer there were than expected."""
        return max(self.expected - self.actual, 0.0) * self.customers


def not_bought(cells: Sequence[Cell]) -> list[Missing]:
    """Return where surely fewer bought than expected, the greatest gap first.

    Cells with fewer than 30 customers are left out. Raise ValueError for more buyers than
    customers.
    """
    found = []
    for cell in cells:
        compared = _compared(cell, cells)
        if compared is not None and compared.difference.high < 0:
            found.append(compared)
    return sorted(found, key=lambda m: (m.difference.value, m.segment, m.category))


def reasons(codes: Iterable[str]) -> list[tuple[str, int]]:
    """Return the reasons for not buying with their counts, the most frequent first."""
    return sorted(Counter(codes).items(), key=lambda reason: (-reason[1], reason[0]))


def _compared(cell: Cell, cells: Sequence[Cell]) -> Missing | None:
    method: Literal["season_before", "other_segments"] = "season_before"
    customers, bought = cell.customers_before, cell.bought_before
    if customers < FEWEST_CUSTOMERS:
        method = "other_segments"
        others = [c for c in cells if c.category == cell.category and c.segment != cell.segment]
        customers, bought = sum(c.customers for c in others), sum(c.bought for c in others)
    if min(customers, cell.customers) < FEWEST_CUSTOMERS:
        return None
    found = difference(TwoArms(cell.customers, cell.bought, customers, bought))
    if found is None:
        return None
    actual, expected = cell.bought / cell.customers, bought / customers
    return Missing(cell.segment, cell.category, cell.customers, expected, actual, found, method)
