"""The good cases of both sides of a pilot: each customer once, by the first case of hers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import store
from engine.errors import Invalid
from tasks.analytics.pilot.two_proportions import TwoArms
from tasks.moments.records import MomentOfTruth
from tasks.standards.history import Clock, passages
from tasks.standards.measure import Measure
from tasks.standards.records import ServiceStandard

MEASURED = frozenset({"in_time", "negative_moments"})  # where each case is good or not
_instance = store.instance.c


@dataclass(frozen=True, slots=True)
class Drawn:
    """An instance of a trial: whose, and on which side."""

    unit: str
    side: str


def measure_of(standard: ServiceStandard) -> Measure:
    """Return what is measured; raise Invalid where a case is not good or bad by itself."""
    measure = Measure.of(standard.measure)
    if measure is None or measure.kind not in MEASURED:
        told = "a pilot is measured by a standard of cases in time or of negative moments"
        raise Invalid(f"“{standard.name}”: {told}")
    return measure


def count(
    session: Session,
    deployment_key: int,
    standard: ServiceStandard,
    since: datetime,
    now: datetime,
) -> TwoArms:
    """Return how many customers of each side had a case that is decided, and a good one."""
    measure = measure_of(standard)
    drawn = _drawn(session, deployment_key)
    cases: Iterable[tuple[int, bool]]
    if measure.kind == "in_time":
        clock = Clock(session, measure, standard.owner)
        cases = (
            (found.instance_key, found.in_time)
            for found in passages(session, measure, clock, since, now)
        )
    else:
        cases = _moments(session, standard, since, now)
    first: dict[str, tuple[int, str, bool]] = {}
    for key, good in cases:
        found = drawn.get(key)
        if found is not None and (found.unit not in first or key < first[found.unit][0]):
            first[found.unit] = key, found.side, good
    sides = {side: [good for _, s, good in first.values() if s == side] for side in _SIDES}
    new, old = sides["candidate"], sides["current"]
    return TwoArms(len(new), sum(new), len(old), sum(old))


_SIDES = ("candidate", "current")


def _drawn(session: Session, deployment_key: int) -> dict[int, Drawn]:
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


def _moments(
    session: Session, standard: ServiceStandard, since: datetime, now: datetime
) -> Iterator[tuple[int, bool]]:
    """Yield the instances with a moment at the touchpoint, good without a negative one."""
    moment = MomentOfTruth
    query = select(moment.instance_key, moment.polarity).where(
        moment.touchpoint_id == standard.touchpoint_id,
        moment.at >= since,
        moment.at < now,
        moment.instance_key.is_not(None),
    )
    bad: dict[int, bool] = {}
    for row in session.execute(query).all():
        key = int(row.instance_key)
        bad[key] = bad.get(key, False) or row.polarity == "negative"
    yield from ((key, not negative) for key, negative in bad.items())
