"""Every night: who gives new signs of risk, and how earlier warnings ended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.customers.lifecycle import GONE, OURS
from tasks.customers.records import Customer
from tasks.lapsed.records import LapsedRecord
from tasks.policy.records import value
from tasks.problems.new_signs import new_signs
from tasks.purchases.records import Transaction
from tasks.risks.records import RiskAssessment, RiskNight

NIGHT, MONTH, QUARTER = timedelta(days=1), timedelta(days=30), timedelta(days=90)
YEAR = timedelta(days=365)
OVERLAP = timedelta(hours=1)  # what was being written while the last night looked
AT_ONCE = 500  # customers or outcomes in one statement


@service_task(name="problems.find_risks", retries=5)
def find_risks(session: Session, now: datetime) -> dict[str, Any]:
    """Find about whom there are new signs of risk since the last night, the most valuable first.

    The first night looks back one day, so an import raises nothing. Who is no customer any more, or
    in intensive care, is left out. Returns ``raised`` (numbers of customers, at most the policy
    value risk.per_night).
    """
    last = session.scalar(select(func.max(RiskNight.looked_until)))
    since = last - OVERLAP if last is not None else now - NIGHT
    session.add(RiskNight(looked_until=now, created_at=now))
    found = _ours(session, sorted(new_signs(session, since, now)), now)
    most = int(value(session, "risk.per_night"))
    return {"raised": [number for number, _ in found][:most]}


@service_task(name="problems.note_outcomes", retries=5)
def note_outcomes(session: Session, now: datetime) -> dict[str, Any]:
    """Note of earlier assessments whether the customer stayed or left after 30 and 90 days.

    Left is who has lapsed, or is in the register as silent. Returns ``noted``, how many.
    """
    noted = 0
    for name, after in (("outcome_30", MONTH), ("outcome_90", QUARTER)):
        column = getattr(RiskAssessment, name)
        due = select(RiskAssessment).where(column.is_(None), RiskAssessment.at <= now - after)
        for each in session.scalars(due.order_by(RiskAssessment.id).limit(AT_ONCE)):
            setattr(each, name, "left" if _has_left(session, each.customer_id) else "stayed")
            each.updated_at = now
            noted += 1
    return {"noted": noted}


def _ours(session: Session, numbers: list[int], now: datetime) -> list[tuple[int, int]]:
    """Return those of them whom we serve, with the margin of a year, the most valuable first."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        margin = (
            select(Transaction.customer_id, func.sum(Transaction.margin).label("margin"))
            .where(Transaction.at > now - YEAR, Transaction.customer_id.in_(some))
            .group_by(Transaction.customer_id)
            .subquery()
        )
        rows = session.execute(
            select(Customer.id, func.coalesce(margin.c.margin, 0))
            .outerjoin(margin, margin.c.customer_id == Customer.id)
            .where(
                Customer.id.in_(some),
                Customer.lifecycle_stage.in_(OURS),
                Customer.merged_into_id.is_(None),
                Customer.erased_at.is_(None),
                Customer.intensive_care_until.is_(None) | (Customer.intensive_care_until <= now),
            )
        )
        found += [(number, int(worth)) for number, worth in rows]
    return sorted(found, key=lambda each: (-each[1], each[0]))


def _has_left(session: Session, customer_id: int) -> bool:
    customer = session.get_one(Customer, customer_id)
    silent = select(LapsedRecord.id).where(
        LapsedRecord.customer_id == customer_id, LapsedRecord.state == "dormant"
    )
    return customer.lifecycle_stage in GONE or session.scalar(silent.limit(1)) is not None
