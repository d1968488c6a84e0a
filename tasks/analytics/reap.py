"""The REAP row: retention, efficiency, acquisition and penetration of a period.

Source: Woodcock, Stone and Starkey. It follows a period of the same length. Efficiency is the cost
of serving and selling for each unit of margin; below 1 more is earned than spent.
"""

from collections.abc import Hashable, Mapping, Set
from dataclasses import dataclass

from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import mean
from tasks.analytics.proportion import proportion


@dataclass(frozen=True, slots=True)
class Reap:
    """The four figures; None where nothing can be told."""

    retention: Estimate | None
    efficiency: float | None
    acquired: int
    penetration: Estimate | None


def reap(
    active_before: Set[Hashable],
    categories: Mapping[Hashable, Set[str]],
    margin: int,
    cost: int,
    known_before: Set[Hashable] | None = None,
) -> Reap:
    """Return the row of a period.

    `categories` has the active customers of the period with the categories each bought;
    `known_before` are all who ever bought before it (by default the active ones), so that who
    comes back is not called new. Money is minor units. Raise ValueError for a negative cost.
    """
    if cost < 0:
        raise ValueError("serving and selling cannot cost less than nothing")
    active = categories.keys()
    known = active_before if known_before is None else known_before | active_before
    return Reap(
        retention=proportion(len(active_before & active), len(active_before)),
        efficiency=cost / margin if margin > 0 else None,
        acquired=len(active - known),
        penetration=mean([float(len(bought)) for bought in categories.values()]),
    )
