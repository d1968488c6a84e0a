"""A25, sales and what they cost: pipeline, win rate, cycle, cost of winning and of keeping.

Money is minor units of one currency. CAC and retention cost stand side by side; that keeping is
cheaper is measured, not assumed. Win rates of one seller are hidden below ten decisions.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import quantile
from tasks.analytics.proportion import proportion

FEWEST_DECISIONS = 10


@dataclass(frozen=True, slots=True)
class Opportunity:
    """An opportunity: open with its stage and chance, or won or lost after so many days."""

    stage: str
    state: Literal["open", "won", "lost"]
    amount: int
    chance: float = 0.0
    days: float = 0.0
    group: str = ""

    def __post_init__(self) -> None:
        """Check the parts."""
        if self.amount < 0 or self.days < 0 or not 0 <= self.chance <= 1:
            raise ValueError("an opportunity has an amount, days and a chance between 0 and 1")


@dataclass(frozen=True, slots=True)
class Stage:
    """What is open in a stage: count, amount, and amount weighted by the chances."""

    name: str
    count: int
    amount: int
    weighted: int


@dataclass(frozen=True, slots=True)
class Won:
    """Share of the decided that was won (None: hidden), days to win, and revenue."""

    decided: int
    win_rate: Estimate | None
    days_p50: Estimate | None
    days_p90: Estimate | None
    revenue: int


@dataclass(frozen=True, slots=True)
class Costs:
    """Cost of one new customer and of one kept customer; None where there was none."""

    acquisition: float | None
    retention: float | None


def pipeline(opportunities: Iterable[Opportunity]) -> list[Stage]:
    """Return what is open in each stage, in the order of their names."""
    stages: dict[str, list[Opportunity]] = defaultdict(list)
    for opportunity in opportunities:
        if opportunity.state == "open":
            stages[opportunity.stage].append(opportunity)
    return [
        Stage(
            name, len(own), sum(o.amount for o in own), round(sum(o.amount * o.chance for o in own))
        )
        for name, own in sorted(stages.items())
    ]


def won(opportunities: Sequence[Opportunity]) -> Won:
    """Return what was won of what was decided."""
    decided = [o for o in opportunities if o.state != "open"]
    wins = [o for o in decided if o.state == "won"]
    rate = proportion(len(wins), len(decided))
    return Won(
        decided=len(decided),
        win_rate=rate and rate.shown_from(FEWEST_DECISIONS),
        days_p50=quantile([o.days for o in wins], 0.5),
        days_p90=quantile([o.days for o in wins], 0.9),
        revenue=sum(o.amount for o in wins),
    )


def won_by_group(opportunities: Iterable[Opportunity]) -> dict[str, Won]:
    """Return the same for each product, channel or seller (the `group`)."""
    groups: dict[str, list[Opportunity]] = defaultdict(list)
    for opportunity in opportunities:
        groups[opportunity.group].append(opportunity)
    return {name: won(own) for name, own in sorted(groups.items())}


def costs(acquisition_cost: int, new_customers: int, care_cost: int, kept_customers: int) -> Costs:
    """Return both costs per customer: winning ÷ new, care with loyalty and win-back ÷ kept.

    Raise ValueError for a negative figure.
    """
    if min(acquisition_cost, new_customers, care_cost, kept_customers) < 0:
        raise ValueError("costs and customers cannot be negative")
    return Costs(
        acquisition=acquisition_cost / new_customers if new_customers else None,
        retention=care_cost / kept_customers if kept_customers else None,
    )
