"""What both sides of a pilot came to: each customer once, by the first case of hers that counts.

A standard of cases in time or of negative moments gives a share of good cases; one of times or of
marks (effort, satisfaction) gives a mean.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import stdev
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import store
from engine.errors import Invalid
from tasks.analytics.pilot.two_means import Sample, TwoMeans
from tasks.analytics.pilot.two_proportions import TwoArms
from tasks.moments.records import MomentOfTruth
from tasks.standards.history import Clock, arrivals_of, passages
from tasks.standards.measure import Measure
from tasks.standards.records import ServiceStandard

SHARES = frozenset({"in_time", "negative_moments"})  # where each case is good or not
SIDES = ("candidate", "current")
Arms = TwoArms | TwoMeans
_instance = store.instance.c


@dataclass(frozen=True, slots=True)
class Drawn:
    """An instance of a trial: whose, and on which side."""

    unit: str
    side: str


def measure_of(standard: ServiceStandard) -> Measure:
    """Return what is measured; raise Invalid where the standard does not say it."""
    measure = Measure.of(standard.measure)
    if measure is None:
        told = "a pilot is measured by a standard that says what is measured"
        raise Invalid(f"“{standard.name}”: {told}")
    return measure


def in_shares(standard: ServiceStandard) -> bool:
    """Return whether effects are shares of cases, not hours or marks."""
    return measure_of(standard).kind in SHARES


def count(
    session: Session,
    deployment_key: int,
    standard: ServiceStandard,
    since: datetime,
    now: datetime,
) -> Arms:
    """Return both sides, of the customers with a case that is decided by now."""
    measure = measure_of(standard)
    sides = by_side(drawn(session, deployment_key), _values(session, standard, since, now))
    if measure.kind in SHARES:
        new, old = sides["candidate"], sides["current"]
        return TwoArms(len(new), round(sum(new)), len(old), round(sum(old)))
    new_one, old_one = Sample.of(sides["candidate"]), Sample.of(sides["current"])
    return TwoMeans(new_one, old_one, measure.good)


def deviation(
    session: Session, standard: ServiceStandard, since: datetime, now: datetime
) -> float | None:
    """Return the standard deviation of single cases; None while fewer than two are known."""
    values = [value for _, value in _values(session, standard, since, now)]
    return stdev(values) if len(values) > 1 else None


def by_side(cases: dict[int, Drawn], values: Iterable[tuple[int, float]]) -> dict[str, list[float]]:
    """Return the values of both sides, of the first instance of each customer that has one."""
    first: dict[str, tuple[int, str, float]] = {}
    for key, value in values:
        found = cases.get(key)
        if found is not None and (found.unit not in first or key < first[found.unit][0]):
            first[found.unit] = key, found.side, value
    return {side: [value for _, s, value in first.values() if s == side] for side in SIDES}


def drawn(session: Session, deployment_key: int) -> dict[int, Drawn]:
    """Return the instances of a trial; those that were called are their caller's customer's."""
    columns = (
        _instance.key,
        _instance.root_instance_key,
        _instance.trial_side,
        _instance.customer,
        _instance.business_key,
        _instance.correlation_key,
    )
    rows = session.execute(select(*columns).where(_instance.trial_key == deployment_key)).all()
    units = {row.key: _unit(row) for row in rows}
    return {
        row.key: Drawn(units.get(row.root_instance_key) or _unit(row), row.trial_side)
        for row in rows
    }


def _unit(row: Any) -> str:
    return str(row.customer or row.business_key or row.correlation_key or row.key)


def _values(
    session: Session, standard: ServiceStandard, since: datetime, now: datetime
) -> Iterator[tuple[int, float]]:
    """Yield instances with their value: 1 for a good case and 0 for another, hours, or a mark."""
    measure = measure_of(standard)
    clock = Clock(session, measure, standard.owner)
    if measure.kind == "in_time":
        for found in passages(session, measure, clock, since, now):
            yield found.instance_key, float(found.in_time)
    elif measure.kind == "median_time":
        for key, began, arrived in arrivals_of(session, measure, since, now):
            yield key, clock.hours(began, arrived)
    else:
        yield from _moments(session, standard, measure, since, now)


def _moments(
    session: Session, standard: ServiceStandard, measure: Measure, since: datetime, now: datetime
) -> Iterator[tuple[int, float]]:
    """Yield the instances with a moment there: 1 without a negative one, or their mean mark."""
    moment = MomentOfTruth
    query = select(moment.instance_key, moment.polarity, moment.perceived).where(
        moment.touchpoint_id == standard.touchpoint_id,
        moment.at >= since,
        moment.at < now,
        moment.instance_key.is_not(None),
    )
    marks: dict[int, list[float]] = {}
    bad: dict[int, bool] = {}
    for row in session.execute(query).all():
        key = int(row.instance_key)
        bad[key] = bad.get(key, False) or row.polarity == "negative"
        if row.perceived is not None:
            marks.setdefault(key, []).append(row.perceived)
    if measure.kind == "mean_mark":
        yield from ((key, sum(given) / len(given)) for key, given in marks.items())
    else:
        yield from ((key, float(not negative)) for key, negative in bad.items())
