"""What the tables D-18, D-19 and D-20 ask about the customer of a case."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.cases.causes import last_time
from tasks.cases.records import Case
from tasks.policy.amounts import to_major
from tasks.policy.records import value, values
from tasks.problems.customer import tier_of

YEAR = timedelta(days=365)


def case_of(session: Session, case_id: int) -> Case:
    """Return a case; raise NotFound."""
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound(f"There is no case {case_id}.")
    return case


def collect(session: Session, case: Case, now: datetime) -> dict[str, Any]:
    """Return tiers, the last time of the same cause, and the limits, in the company's currency."""
    limits = values(session, "complaint")
    before = repeated(session, case, now)
    return _customer(session, case, now) | {
        "previous_severity": before.severity if before else None,
        "previous_number": before.number if before else None,
        "high_loss": to_major(session, limits["high_loss"]),
        "first_talk_limit": to_major(session, limits["first_talk_limit"]),
        "abuse_claims": limits["abuse_claims"],
    }


def repeated(session: Session, case: Case, now: datetime) -> Case | None:
    """Return the newest case in which the same cause hit the same customer before."""
    if case.customer_id is None or case.cause_id is None:
        return None
    days = value(session, "complaint.repeat_days")
    return last_time(session, case.customer_id, case.cause_id, case.id, now, days)


def _customer(session: Session, case: Case, now: datetime) -> dict[str, Any]:
    if case.customer_id is None:
        none = {"claims_12m": 0, "goodwill_12m": 0, "waiting": False}
        return {"tier": None, "problem_tier": None} | none
    others = (
        select(
            func.count().filter(Case.given > 0),
            func.coalesce(func.sum(Case.goodwill), 0),
            func.count().filter(Case.state == "open"),
            func.count(),
        )
        .where(Case.customer_id == case.customer_id, Case.id != case.id)
        .where(Case.kind == "complaint", Case.opened_at >= now - YEAR)
    )
    claims, goodwill, waiting, problems = session.execute(others).one()
    many = value(session, "complaint.many_problems")
    return {
        "tier": tier_of(session, case.customer_id),
        "problem_tier": "A" if problems + 1 >= many else "C",
        "claims_12m": claims,
        "goodwill_12m": to_major(session, goodwill),
        "waiting": waiting > 0,
    }
