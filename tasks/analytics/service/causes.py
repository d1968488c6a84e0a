"""A8, which causes cost most: count · (compensation + handling + lost lifetime value).

Source: Juran. Minor units of one currency. The cost is ours, not the customer's fault; a rare cause
with great harm is looked at whatever it costs.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from tasks.analytics.estimate import Estimate
from tasks.analytics.proportion import proportion

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CaseCost:
    """What one case cost; lost value is p(leave) · CLV of its customer."""

    cause: str | None
    compensation: int = 0
    handling: int = 0
    lost_value: int = 0

    @property
    def total(self) -> int:
        """Return the whole cost; raise ValueError for a negative part."""
        if min(self.compensation, self.handling, self.lost_value) < 0:
            raise ValueError("a case cannot cost less than nothing")
        return self.compensation + self.handling + self.lost_value


@dataclass(frozen=True, slots=True)
class CauseCost:
    """Cases and cost of a cause, and the share of all cost up to and including it."""

    cause: str
    cases: int
    cost: int
    cumulative: float


def cause_pareto(cases: Iterable[CaseCost]) -> list[CauseCost]:
    """Return the causes, the most costly first; cases without one stand under `unknown`."""
    groups: dict[str, list[int]] = defaultdict(list)
    for case in cases:
        groups[case.cause or UNKNOWN].append(case.total)
    ranked = sorted(groups.items(), key=lambda group: (-sum(group[1]), group[0]))
    total = sum(sum(costs) for costs in groups.values())
    running = accumulate(sum(costs) for _, costs in ranked)
    return [
        CauseCost(cause, len(costs), sum(costs), so_far / total if total else 0.0)
        for (cause, costs), so_far in zip(ranked, running, strict=True)
    ]


def cost_of_poor_quality(cases: Sequence[CaseCost], prevention: int, appraisal: int) -> int:
    """Return failure + prevention + appraisal cost of a period."""
    if min(prevention, appraisal) < 0:
        raise ValueError("preventing and checking cannot cost less than nothing")
    return sum(case.total for case in cases) + prevention + appraisal


def failure_demand(by_failure: int, contacts: int) -> Estimate | None:
    """Return the share of contacts that came because something was not done, or not done right.

    Source: Seddon. Raise ValueError for more failures than contacts.
    """
    return proportion(by_failure, contacts)
