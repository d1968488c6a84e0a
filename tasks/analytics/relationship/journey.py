"""A14, the ways customers really go over the touchpoints, beside the way that was drawn.

Source: Shostack's blueprint; process mining. Negative moments weigh three times as much as positive
ones. Steps that fewer than ten customers took are not shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import quantile
from tasks.analytics.proportion import proportion

NEGATIVE_WEIGHT = 3
FEWEST_CUSTOMERS = 10


@dataclass(frozen=True, slots=True)
class Visit:
    """A customer at a touchpoint; `weight` is that of the moment: above 0 good, below 0 bad."""

    touchpoint: str
    at: datetime
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """How many came by, the share for whom it was the last, and the balance of moments."""

    name: str
    customers: int
    last: Estimate
    balance: int


@dataclass(frozen=True, slots=True)
class Passage:
    """How many went from one touchpoint straight to another, and how many days that took."""

    begin: str
    end: str
    customers: int
    days: Estimate
    drawn: bool


@dataclass(frozen=True, slots=True)
class Journey:
    """Touchpoints, passages (most walked first), share of real steps drawn, drawn but unwalked."""

    touchpoints: tuple[Touchpoint, ...]
    passages: tuple[Passage, ...]
    as_drawn: Estimate | None
    unwalked: tuple[tuple[str, str], ...]


def journey(
    customers: Iterable[Sequence[Visit]],
    drawn: Iterable[tuple[str, str]] = (),
    fewest: int = FEWEST_CUSTOMERS,
) -> Journey:
    """Return the real journey of customers' visits; `drawn` are the passages of the blueprint."""
    ways = [sorted(visits, key=lambda visit: visit.at) for visits in customers]
    planned = set(drawn)
    steps: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for customer, way in enumerate(ways):
        for before, after in pairwise(way):
            took = (after.at - before.at) / timedelta(days=1)
            steps[before.touchpoint, after.touchpoint].append((customer, took))
    walked = sum(len(taken) for taken in steps.values())
    as_drawn = sum(len(taken) for step, taken in steps.items() if step in planned)
    return Journey(
        touchpoints=tuple(_touchpoints(ways, fewest)),
        passages=tuple(_passages(steps, planned, fewest)),
        as_drawn=proportion(as_drawn, walked) if planned else None,
        unwalked=tuple(sorted(planned - steps.keys())),
    )


def _touchpoints(ways: Sequence[Sequence[Visit]], fewest: int) -> Iterable[Touchpoint]:
    visitors: dict[str, set[int]] = defaultdict(set)
    balance: dict[str, int] = defaultdict(int)
    for customer, way in enumerate(ways):
        for visit in way:
            visitors[visit.touchpoint].add(customer)
            factor = NEGATIVE_WEIGHT if visit.weight < 0 else 1
            balance[visit.touchpoint] += factor * visit.weight
    for name in sorted(visitors):
        came = visitors[name]
        last = proportion(sum(ways[c][-1].touchpoint == name for c in came), len(came))
        if last is not None and len(came) >= fewest:
            yield Touchpoint(name, len(came), last, balance[name])


def _passages(
    steps: dict[tuple[str, str], list[tuple[int, float]]],
    planned: set[tuple[str, str]],
    fewest: int,
) -> list[Passage]:
    found = []
    for (begin, end), taken in steps.items():
        customers = len({customer for customer, _ in taken})
        days = quantile([took for _, took in taken], 0.5)
        if days is not None and customers >= fewest:
            found.append(Passage(begin, end, customers, days, (begin, end) in planned))
    return sorted(found, key=lambda passage: (-passage.customers, passage.begin, passage.end))
