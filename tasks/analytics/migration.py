"""Who moved between tiers or segments from one date to the other.

Customers who are in one of the two only (new, erased) are counted apart. Movement is no effect of a
plan: tiers move by chance too, and who stood at the top tends to come down.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from tasks.analytics.estimate import Estimate
from tasks.analytics.proportion import proportion

FEWEST_CUSTOMERS = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """How many went from one class to another, as a share of those who were in the first."""

    begin: str
    end: str
    customers: int
    share: Estimate | None


@dataclass(frozen=True, slots=True)
class Migration:
    """All movements (who stayed is one), customers that came and customers that went."""

    moved: tuple[Moved, ...]
    came: int
    went: int

    def share(self, begin: str, end: str) -> Estimate | None:
        """Return the share of a class that moved to another; None below 10 customers."""
        found = [one.share for one in self.moved if (one.begin, one.end) == (begin, end)]
        return found[0] if found else None


def migration(before: Mapping[Hashable, str], after: Mapping[Hashable, str]) -> Migration:
    """Return the movements between the classes of each customer before and after."""
    counted = Counter((before[c], after[c]) for c in before.keys() & after.keys())
    begun: Counter[str] = Counter()
    for (begin, _), customers in counted.items():
        begun[begin] += customers
    moved = [
        Moved(begin, end, customers, _shown(customers, begun[begin]))
        for (begin, end), customers in sorted(counted.items())
    ]
    return Migration(
        tuple(moved), len(after.keys() - before.keys()), len(before.keys() - after.keys())
    )


def _shown(customers: int, n: int) -> Estimate | None:
    share = proportion(customers, n)
    return share and share.shown_from(FEWEST_CUSTOMERS)
