"""The dates of a case in the working time of those who handle it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.calendars.business_time import WorkingWeek
from tasks.calendars.due import due, working_week
from tasks.cases.records import Case
from tasks.declare.instants import iso
from tasks.policy.records import values
from tasks.problems.facts import case_of
from tasks.problems.register import TEAM

DAY = timedelta(days=1)
USUAL = "3 bd"  # a case without a clock, taken over from before


@service_task(name="problems.start_clock", retries=5)
def start_clock(
    session: Session,
    now: datetime,
    case_id: int,
    severity: str,
    clock: dict[str, Any],
    *,
    severity_reason: str = "",
    category: str | None = None,
    alarm: str | None = None,
    emotion: str | None = None,
    about_person: str | None = None,
    restricted: bool = False,
) -> dict[str, Any]:
    """Keep severity and dates with the case.

    Reads ``case_id``, ``severity`` with ``severity_reason`` (table D-18), ``clock`` (table D-19:
    ``first_answer``, ``update_every``, ``solve_within``) and how a person has sorted the complaint.
    Answers ``first_answer_due``, ``update_due`` and ``solve_due``. What the law gives is earlier
    where it is earlier, less two working days; a date that stands already only comes nearer.
    """
    case = case_of(session, case_id)
    case.severity, case.severity_reason = severity, severity_reason
    case.category = category or case.category
    case.alarm = alarm or case.alarm
    case.emotion = emotion or case.emotion
    case.about_person = about_person or case.about_person
    case.restricted = restricted or case.restricted
    case.law_due = _by_law(session, case)
    case.first_answer_due = _nearer(
        case.first_answer_due, due(session, TEAM, case.opened_at, clock["first_answer"])
    )
    solved = due(session, TEAM, case.opened_at, clock["solve_within"])
    week = working_week(session, TEAM)
    case.solve_due = _nearer(case.solve_due, min(solved, _days_before(week, case.law_due)))
    case.update_every = clock["update_every"]
    case.update_due = _nearer(case.update_due, due(session, TEAM, now, case.update_every))
    case.updated_at = now
    return {
        "first_answer_due": iso(case.first_answer_due),
        "update_due": iso(case.update_due),
        "solve_due": iso(case.solve_due),
    }


@service_task(name="problems.next_update", retries=5)
def next_update(session: Session, now: datetime, case_id: int) -> dict[str, Any]:
    """Work out when the customer hears of the case next, as its clock says.

    Reads ``case_id``. Answers ``update_due``.
    """
    case = case_of(session, case_id)
    case.update_due = due(session, TEAM, now, case.update_every or USUAL)
    return {"update_due": iso(case.update_due)}


def _by_law(session: Session, case: Case) -> datetime:
    """Return the last day the law gives where the sender lives, as far as their language says."""
    days = values(session, "law_complaint_days")
    return case.opened_at + timedelta(days=days.get(case.language, days["other"]))


def _days_before(week: WorkingWeek, last: datetime, days: int = 2) -> datetime:
    """Return the instant so many working days before."""
    at = last
    while days:
        at -= DAY
        days -= week.works_on(at.astimezone(week.zone).date())
    return at


def _nearer(known: datetime | None, found: datetime) -> datetime:
    return found if known is None else min(known, found)
