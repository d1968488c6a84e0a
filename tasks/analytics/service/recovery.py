"""A19, does a good recovery keep customers? Measured, not assumed.

Source: de Matos et al. (2007), Maxham and Netemeyer (2002): satisfaction may rise above its former
level after one failure, hardly after two. Customers were not drawn at random: matched comparison
makes them alike in what is known only. Not a reason to let failures happen.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import mean
from tasks.analytics.pilot.two_proportions import TwoArms, difference
from tasks.analytics.proportion import proportion

Group = Literal["recovered", "unrecovered", "never_failed"]
FEWEST_PAIRS = 10


@dataclass(frozen=True, slots=True)
class Followed:
    """A customer followed for 180 days; `stratum` is what he is matched by (tier, tenure)."""

    group: Group
    stratum: Hashable
    bought_again: bool
    failures: int = 1


@dataclass(frozen=True, slots=True)
class Recovery:
    """Repurchase of each group as it is, and the two comparisons of customers alike."""

    shares: Mapping[Group, Estimate | None]
    against_never_failed: Estimate | None
    against_unrecovered: Estimate | None


def nps_change(pairs: Sequence[tuple[int, int]]) -> Estimate | None:
    """Return the mean change of a customer's 0 to 10 from before to after; None below 10 pairs."""
    found = mean([float(after - before) for before, after in pairs])
    return found and found.shown_from(FEWEST_PAIRS)


def recovery(followed: Iterable[Followed], *, failures: int | None = None) -> Recovery:
    """Return how many bought again within 180 days, and how the recovered compare with others.

    They are compared stratum by stratum, weighted by the recovered customers of each; a stratum
    without the other group is left out. `failures` keeps those whose failure was their first (1) or
    second (2); who never failed always stays.
    """
    kept = [
        one
        for one in followed
        if one.group == "never_failed" or failures is None or one.failures == failures
    ]
    return Recovery(
        shares={
            group: _share(kept, group) for group in ("recovered", "unrecovered", "never_failed")
        },
        against_never_failed=_against(kept, "never_failed"),
        against_unrecovered=_against(kept, "unrecovered"),
    )


def _share(kept: Sequence[Followed], group: Group) -> Estimate | None:
    own = [one.bought_again for one in kept if one.group == group]
    return proportion(sum(own), len(own))


def _against(kept: Sequence[Followed], other: Group) -> Estimate | None:
    """Return the difference of repurchase, weighted by the recovered customers of each stratum."""
    cells: dict[tuple[Hashable, Group], list[bool]] = defaultdict(list)
    for one in kept:
        cells[one.stratum, one.group].append(one.bought_again)
    differences = []
    for stratum, own in [(s, cell) for (s, group), cell in cells.items() if group == "recovered"]:
        theirs = cells.get((stratum, other), [])
        found = difference(TwoArms(len(own), sum(own), len(theirs), sum(theirs)))
        if found is not None:
            differences.append((len(own), found))
    return _weighted(differences)


def _weighted(differences: Sequence[tuple[int, Estimate]]) -> Estimate | None:
    total = sum(weight for weight, _ in differences)
    if not total:
        return None
    value = sum(weight * found.value for weight, found in differences) / total
    low = sum((weight * (found.value - found.low)) ** 2 for weight, found in differences) ** 0.5
    high = sum((weight * (found.high - found.value)) ** 2 for weight, found in differences) ** 0.5
    n = sum(found.n for _, found in differences)
    return Estimate(value, value - low / total, value + high / total, n)
