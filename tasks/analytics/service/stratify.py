"""Where a negative moment happens more often than elsewhere: by hour, branch, supplier, product.

Each value of an attribute is compared with all others together. With many values some differ by
chance: the intervals are widened for that (Bonferroni). It says where to ask for causes, not what
they are. Not by employee.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.analytics.estimate import LEVEL, Estimate
from tasks.analytics.pilot.two_proportions import TwoArms, difference
from tasks.analytics.proportion import proportion

FEWEST_MOMENTS = 10


@dataclass(frozen=True, slots=True)
class Stratum:
    """The share of negative moments at a value, and how much more than elsewhere."""

    value: str
    negative: Estimate
    more: Estimate

    @property
    def stands_out(self) -> bool:
        """Return whether it is surely more often negative than the others."""
        return self.more.low > 0


def stratify(moments: Iterable[tuple[str, bool]]) -> list[Stratum]:
    """Return the values of an attribute from (value, was negative), the worst first.

    Values with fewer than 10 moments are not shown, but count among the others.
    """
    n: Counter[str] = Counter()
    negative: Counter[str] = Counter()
    for value, was_negative in moments:
        n[value] += 1
        negative[value] += was_negative
    shown = [value for value in n if n[value] >= FEWEST_MOMENTS]
    level = 1 - (1 - LEVEL) / max(len(shown), 1)
    all_n, all_negative = n.total(), negative.total()
    found = []
    for value in shown:
        share = proportion(negative[value], n[value])
        others = TwoArms(
            n[value], negative[value], all_n - n[value], all_negative - negative[value]
        )
        more = difference(others, level)
        if share is not None and more is not None:
            found.append(Stratum(value, share, more))
    return sorted(found, key=lambda stratum: (-stratum.more.value, stratum.value))
