"""Favours asked of advocates: a reference, a case study, an early test; at most two a year."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.declare.people import People
from tasks.getting_to_know.whom import active_owner, find, since_year
from tasks.leads.records import AdvocateRequest
from tasks.policy.records import value

WORDS = {
    "reference": sentence("A reference"),
    "case_study": sentence("A case study"),
    "early_test": sentence("An early test"),
    "yes": sentence("Yes"),
    "no": sentence("No"),
    "later": sentence("Later"),
}


@service_task(name="getting_to_know.may_ask_favour", retries=5)
def may_ask_favour(
    session: Session, now: datetime, services: People, customer_id: int
) -> dict[str, Any]:
    """Find out whether an advocate may be asked for a favour; records nothing.

    Returns ``customer_name``, ``owner``, ``favours_left`` (of the policy value
    advocate.per_year in the last 365 days) and ``asked_before`` (kind, when, outcome).
    """
    customer = find(session, customer_id)
    before = session.scalars(
        select(AdvocateRequest)
        .where(AdvocateRequest.customer_id == customer_id)
        .order_by(AdvocateRequest.id.desc())
    ).all()
    return {
        "customer_name": customer.name,
        "owner": active_owner(session, services, customer),
        "favours_left": favours_left(session, now, customer_id),
        "asked_before": [
            {
                "kind": WORDS.get(each.kind, each.kind),
                "on": each.at.date().isoformat(),
                "outcome": WORDS.get(each.outcome, each.outcome),
            }
            for each in before
        ],
    }


@service_task(name="getting_to_know.note_favour", retries=5)
def note_favour(
    session: Session, now: datetime, job_key: str, customer_id: int, kind: str, outcome: str
) -> dict[str, Any]:
    """Note which favour was asked and what came of it.

    Reads ``kind`` (reference, case_study, early_test) and ``outcome`` (yes, no, later). Raises
    Conflict for more than the policy value advocate.per_year. Returns ``favours_left``.
    """
    by = f"job:{job_key}"
    known = select(AdvocateRequest.id).where(AdvocateRequest.created_by == by)
    if session.scalar(known) is None:
        if not favours_left(session, now, customer_id):
            raise Conflict(f"Customer {customer_id} was asked often enough this year.")
        session.add(
            AdvocateRequest(
                customer_id=customer_id,
                kind=kind,
                at=now,
                outcome=outcome,
                created_at=now,
                created_by=by,
            )
        )
        session.flush()
    return {"favours_left": favours_left(session, now, customer_id)}


def favours_left(session: Session, now: datetime, customer_id: int | None) -> int:
    """Return how many favours a customer may still be asked for within a year."""
    asked = session.scalar(
        select(func.count()).where(
            AdvocateRequest.customer_id == customer_id, AdvocateRequest.at > since_year(now)
        )
    )
    return max(0, int(value(session, "advocate.per_year")) - (asked or 0))
