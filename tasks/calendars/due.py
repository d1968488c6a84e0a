"""Due instants in business time, by the calendar of a team."""

from collections import defaultdict
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.service_task import service_task
from tasks.calendars.business_time import WorkingWeek, business_time
from tasks.calendars.records import BusinessCalendar, TeamCalendar
from tasks.declare.instants import iso


@service_task(name="calendars.due_dates", retries=3)
def due_dates(session: Session, now: datetime, team: str, duration: str) -> dict[str, Any]:
    """Work out when a task of a team is due, in its business time.

    Reads ``team`` (a candidate group, or the name of a calendar) and ``duration`` ("8 bh" are
    eight working hours, "2 bd" two working days). Answers ``due_at``, and ``remind_at`` when half
    of that working time is over.
    """
    week = working_week(session, team)
    due_at = week.after(now, business_time(duration))
    return {"due_at": iso(due_at), "remind_at": iso(week.at_share(now, due_at, 0.5))}


def due(session: Session, calendar: str, start: datetime, duration: str) -> datetime:
    """Answer when `duration` ("8 bh", "2 bd") after `start` is over for a team or calendar."""
    return working_week(session, calendar).after(start, business_time(duration))


def working_week(session: Session, calendar: str) -> WorkingWeek:
    """Find the working week of a team, or of a calendar by its name; raises NotFound."""
    found = session.scalar(
        select(BusinessCalendar)
        .join(TeamCalendar, TeamCalendar.calendar_id == BusinessCalendar.id)
        .where(TeamCalendar.team == calendar)
    ) or session.scalar(select(BusinessCalendar).where(BusinessCalendar.name == calendar))
    if found is None:
        raise NotFound(f"Neither a team nor a business calendar is called “{calendar}”.")
    hours: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for interval in found.intervals:
        hours[interval.weekday].append((interval.opens, interval.closes))
    holidays: frozenset[date] = frozenset(holiday.day for holiday in found.holidays)
    return WorkingWeek(ZoneInfo(found.timezone), hours, holidays)
