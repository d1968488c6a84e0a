"""What a complaint is about, whether it is open already, and whether it is a repeat."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.cases.causes import Cause, note_recurrence
from tasks.cases.records import Case
from tasks.policy.records import value, values
from tasks.problems.facts import case_of, collect, repeated
from tasks.problems.wording import CauseWords, Reading, read


@service_task(name="problems.classify", retries=5)
def classify(
    session: Session, now: datetime, case_id: int, alarm: str | None = None
) -> dict[str, Any]:
    """Work out what a complaint is about, and compare it with what is known.

    Reads ``case_id``; ``alarm`` if a person has said what is at stake. Answers ``category``,
    ``cause_id`` (the likely one), ``alarm``, ``clear`` (false where a person should read it),
    ``same_case`` (the open case about the same trouble), ``repeat`` (the likely cause has hit this
    customer before) and ``facts`` for the tables.
    """
    case = case_of(session, case_id)
    reading = _read(session, case.text)
    said = case.category
    case.category = said or reading.category
    if said in (None, reading.category):
        case.cause_id = case.cause_id or reading.cause_id
    if alarm is None:
        case.alarm = reading.alarm
    same = None if case.joined_id else similar_open(session, case)
    before = repeated(session, case, now)
    case.repeat_of_id = before.id if before else None
    note_recurrence(session, case, now)
    sure = reading.share >= value(session, "complaint.sure_share")
    return {
        "category": case.category,
        "cause_id": case.cause_id,
        "alarm": case.alarm,
        "clear": said is not None or (sure and case.alarm == "none"),
        "same_case": same.id if same else None,
        "repeat": before is not None,
        "facts": collect(session, case, now) | {"keywords": list(reading.keywords)},
    }


def similar_open(session: Session, case: Case) -> Case | None:
    """Return the oldest open complaint of the same sender about the same order or matter."""
    sender = _sender(case)
    if sender is None:
        return None
    matter = [Case.order_no == case.order_no] if case.order_no else []
    if case.cause_id is not None:
        matter.append(Case.cause_id == case.cause_id)
    if not matter:
        return None
    return session.scalar(
        select(Case)
        .where(sender, or_(*matter), Case.id != case.id)
        .where(Case.kind == "complaint", Case.state == "open", Case.joined_id.is_(None))
        .where(or_(Case.category == case.category, Case.category.is_(None)))
        .order_by(Case.id)
        .limit(1)
    )


def _sender(case: Case) -> ColumnElement[bool] | None:
    if case.customer_id is not None:
        return Case.customer_id == case.customer_id
    if case.contact_address is not None:
        return Case.contact_address == case.contact_address
    return None


def _read(session: Session, text: str) -> Reading:
    causes = session.scalars(select(Cause).order_by(Cause.id))
    words = [CauseWords(each.id, each.category, tuple(each.words)) for each in causes]
    return read(text, words, values(session, "complaint_alarm"))
