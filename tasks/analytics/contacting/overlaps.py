"""A9, which campaigns meet at the same customers at the same time.

Two campaigns overlap at a customer whom both will contact while both run. Counts of customers; for
planning, not for measuring an effect.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Planned:
    """A campaign, when it runs, and whom it will contact."""

    campaign: int
    starts: datetime
    ends: datetime
    customers: Collection[Hashable]

    def __post_init__(self) -> None:
        """Check the period."""
        if self.ends < self.starts:
            raise ValueError("a campaign cannot end before it starts")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two campaigns and the customers whom both will contact."""

    first: int
    second: int
    customers: int


def overlaps(campaigns: Sequence[Planned]) -> list[Overlap]:
    """Return the pairs that share customers while both run, the greatest overlap first."""
    found = []
    for one, other in combinations(campaigns, 2):
        if one.starts <= other.ends and other.starts <= one.ends:
            shared = len(set(one.customers) & set(other.customers))
            if shared:
                found.append(Overlap(one.campaign, other.campaign, shared))
    return sorted(found, key=lambda pair: (-pair.customers, pair.first, pair.second))


def at_once(campaigns: Sequence[Planned]) -> dict[int, int]:
    """Return how many customers are in at most 1, 2, … campaigns at one time."""
    events: dict[Hashable, list[tuple[datetime, int]]] = {}
    for planned in campaigns:
        for customer in planned.customers:
            # a campaign that starts at an instant meets one that ends there
            events.setdefault(customer, []).extend([(planned.starts, -1), (planned.ends, 1)])
    return dict(sorted(Counter(_most(own) for own in events.values()).items()))


def _most(events: list[tuple[datetime, int]]) -> int:
    running = most = 0
    for _, change in sorted(events):
        running -= change
        most = max(most, running)
    return most
