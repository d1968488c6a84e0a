"""Measurements that collect themselves: each week that is over, from the history."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from statistics import fmean, median
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.moments.records import MomentOfTruth
from tasks.moments.writing import Happening, write
from tasks.standards.history import Clock, Passage, arrivals, passages
from tasks.standards.measure import Measure
from tasks.standards.records import Measurement, ServiceStandard
from tasks.touchpoints.records import Touchpoint

WEEK = timedelta(weeks=1)
FIRST_LOOK = 52  # weeks a new standard looks back
MUCH = 0.2  # a case later than this share of its time is a negative moment of its own

Value = tuple[int, float]  # size of the sample, value


def collect(session: Session, standard: ServiceStandard, owner: str, now: datetime) -> int:
    """Measure the weeks that are over and not measured yet; return how many had a value.

    A week is measured once. What was due in it is known when it is over, so it never changes.
    """
    measure = Measure.of(standard.measure)
    if measure is None:
        return 0
    clock = Clock(session, measure, owner)
    zone = clock.week.zone if clock.week else ZoneInfo("UTC")
    this_week = _monday(now.astimezone(zone).date())
    begin = _next_week(session, standard, this_week)
    if begin >= this_week:
        return 0
    since, until = _start(begin, zone), _start(this_week, zone)
    values = _values(session, standard, measure, clock, since, until, zone)
    for period, (n, value) in sorted(values.items()):
        session.add(
            Measurement(standard_id=standard.id, period=period, n=n, value=value, created_at=now)
        )
    standard.measured_until = this_week
    session.flush()
    return len(values)


def measurements(session: Session, standard_id: int) -> list[Measurement]:
    """Return what was measured, oldest first."""
    found = select(Measurement).where(Measurement.standard_id == standard_id)
    return list(session.scalars(found.order_by(Measurement.period)))


def _values(
    session: Session,
    standard: ServiceStandard,
    measure: Measure,
    clock: Clock,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
) -> dict[date, Value]:
    if measure.kind == "in_time":
        found = list(passages(session, measure, clock, since, until))
        if standard.status == "active":
            _note_late(session, standard, clock, found)
        return _weekly(((p.due_at, float(p.in_time)) for p in found), zone, fmean)
    if measure.kind == "median_time":
        rows = arrivals(session, measure, since, until)
        spent = ((arrived, clock.hours(began, arrived)) for began, arrived in rows)
        return _weekly(spent, zone, median)
    return _weekly(_moments(session, standard, measure, since, until), zone, fmean)


def _moments(
    session: Session, standard: ServiceStandard, measure: Measure, since: datetime, until: datetime
) -> Iterator[tuple[datetime, float]]:
    at = MomentOfTruth.at
    query = select(at, MomentOfTruth.polarity, MomentOfTruth.perceived).where(
        MomentOfTruth.touchpoint_id == standard.touchpoint_id, at >= since, at < until
    )
    for row in session.execute(query):
        if measure.kind == "negative_moments":
            yield row.at, float(row.polarity == "negative")
        elif row.perceived is not None:
            yield row.at, row.perceived


def _weekly(
    values: Iterable[tuple[datetime, float]],
    zone: ZoneInfo,
    middle: Callable[[list[float]], float],
) -> dict[date, Value]:
    weeks: dict[date, list[float]] = defaultdict(list)
    for at, value in values:
        weeks[_monday(at.astimezone(zone).date())].append(value)
    return {week: (len(each), middle(each)) for week, each in weeks.items()}


def _note_late(
    session: Session, standard: ServiceStandard, clock: Clock, found: Sequence[Passage]
) -> None:
    """Write down each case that missed an agreed standard by a lot, once, as a moment."""
    place = session.get(Touchpoint, standard.touchpoint_id) if standard.touchpoint_id else None
    if place is None:
        return
    late = [(case, missed) for case in found if (missed := _missed_by(clock, case)) > MUCH]
    write(
        session.connection(),
        [
            Happening(
                touchpoint=place.name,
                happened="standard_missed",
                at=case.due_at,
                origin=f"standard:{standard.id}:{case.instance_key}",
                customer=case.customer,
                missed_by=missed,
                instance_key=str(case.instance_key),
            )
            for case, missed in late
        ],
    )


def _missed_by(clock: Clock, case: Passage) -> float:
    """Return by which share of its time a case was late; one that never arrived, by all of it."""
    if case.in_time:
        return 0.0
    if case.arrived_at is None:
        return 1.0
    given = clock.hours(case.began_at, case.due_at)
    return clock.hours(case.due_at, case.arrived_at) / given if given else 1.0


def _next_week(session: Session, standard: ServiceStandard, this_week: date) -> date:
    if standard.measured_until is not None:
        return standard.measured_until
    latest = session.scalar(
        select(func.max(Measurement.period)).where(Measurement.standard_id == standard.id)
    )
    return this_week - FIRST_LOOK * WEEK if latest is None else latest + WEEK


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
