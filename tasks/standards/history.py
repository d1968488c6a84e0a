"""The cases of a standard in the history of processes: begun, due, done, how late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import store
from engine.errors import NotFound
from engine.schedule import timers
from engine.schedule.business import BusinessTime
from tasks.calendars.business_time import WorkingWeek
from tasks.calendars.due import working_week
from tasks.standards.measure import Measure

MARGIN = timedelta(days=7)  # a working time is never longer than that beyond twice its days
HOUR = timedelta(hours=1)
LONGEST = timedelta(days=400)  # older beginnings are not looked for


@dataclass(frozen=True, slots=True)
class Passage:
    """An instance on its way between two elements; `ended_at` is none while it has not arrived."""

    instance_key: int
    customer: str | None
    began_at: datetime
    due_at: datetime
    arrived_at: datetime | None

    @property
    def in_time(self) -> bool:
        """Return whether it arrived when it should have."""
        return self.arrived_at is not None and self.arrived_at <= self.due_at


class Clock:
    """Business time or an ISO duration, by the calendar of a standard."""

    def __init__(self, session: Session, measure: Measure, owner: str) -> None:
        """Take the calendar that the standard names, else that of the owner; without: all hours."""
        self._text = measure.within
        self._business = BusinessTime.parse(measure.within)
        self.week = _week(session, measure.calendar or owner)

    def due(self, begun: datetime) -> datetime:
        """Return when a case that began then is due."""
        if self._business is None:
            return timers.after(begun, self._text)
        if self.week is None:
            hours = 24 if self._business.unit == "bd" else 1
            return begun + self._business.amount * hours * HOUR
        return self.week.after(begun, self._business)

    def hours(self, begun: datetime, arrived: datetime) -> float:
        """Return the working hours between two instants, all hours without a calendar."""
        spent = arrived - begun if self.week is None else self.week.work_between(begun, arrived)
        return spent / HOUR

    def earliest(self, moment: datetime) -> datetime:
        """Return an instant before which nothing begins that is due after a moment."""
        if self._business is None:
            return moment - (timers.after(moment, self._text) - moment) - MARGIN
        days = self._business.amount / (1 if self._business.unit == "bd" else 4)
        return moment - 2 * timedelta(days=days) - 2 * MARGIN


def passages(
    session: Session, measure: Measure, clock: Clock, since: datetime, until: datetime
) -> Iterator[Passage]:
    """Yield the cases that were due within a period, one for each instance.

    An instance that ended another way before it was due was never late: it does not count.
    """
    for row in session.execute(_rows(measure, clock.earliest(since), until)):
        due = clock.due(row.began)
        over = row.arrived is None and row.over is not None and row.over <= due
        if since <= due < until and not over:
            yield Passage(row.key, row.customer, row.began, due, row.arrived)


def arrivals(
    session: Session, measure: Measure, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield beginning and arrival of the instances that arrived within a period."""
    for _, began, arrived in arrivals_of(session, measure, since, until):
        yield began, arrived


def arrivals_of(
    session: Session, measure: Measure, since: datetime, until: datetime
) -> Iterator[tuple[int, datetime, datetime]]:
    """Yield the same with the key of the instance first."""
    for row in session.execute(_rows(measure, since - LONGEST, until)):
        if row.arrived is not None and since <= row.arrived < until:
            yield row.key, row.began, row.arrived


def _rows(measure: Measure, since: datetime | None, until: datetime) -> Select[Any]:
    began, arrived = store.element_instance.alias("began"), store.element_instance.alias("arrived")
    definitions = select(store.definition.c.key).where(
        store.definition.c.process_id == measure.process
    )
    first = (
        select(began.c.instance_key.label("key"), func.min(began.c.started_at).label("began"))
        .where(
            began.c.definition_key.in_(definitions),
            began.c.element_id == measure.begins,
            began.c.started_at < until,
        )
        .group_by(began.c.instance_key)
        .subquery()
    )
    done = (
        select(func.min(arrived.c.ended_at))
        .where(
            arrived.c.instance_key == first.c.key,
            arrived.c.element_id == measure.ends,
            arrived.c.state == "COMPLETED",
            arrived.c.ended_at >= first.c.began,
        )
        .correlate(first)
        .scalar_subquery()
    )
    query = (
        select(
            first.c.key,
            first.c.began,
            done.label("arrived"),
            store.instance.c.customer,
            store.instance.c.ended_at.label("over"),
        )
        .join(store.instance, store.instance.c.key == first.c.key)
        .execution_options(yield_per=1_000)
    )
    return query if since is None else query.where(first.c.began >= since)


def _week(session: Session, calendar: str) -> WorkingWeek | None:
    try:
        return working_week(session, calendar) if calendar else None
    except NotFound:
        return None
