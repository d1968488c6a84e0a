"""The first 90 days under watch: what a new customer meets with, points, and what was put right."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.cases.records import Case
from tasks.customers.lifecycle import move
from tasks.declare.instants import iso
from tasks.interactions.records import Interaction
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.usage.records import Usage
from tasks.welcomes.records import EarlyEncounter
from tasks.welcoming.identify_new import find

SAME_MATTER = timedelta(days=14)
PRAISE = ("praise",)
DAY_90 = sentence("The first 90 days are over.")


@service_task(name="welcoming.begin_watch", retries=5)
def begin_watch(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Begin to watch over a new customer; records nothing.

    Returns ``customer_name`` and ``watch``: the instants ``day_14`` and ``day_90``.
    """
    customer = find(session, customer_id)
    days = {f"day_{n}": iso(now + timedelta(days=n)) for n in (14, 90)}
    return {"customer_name": customer.name, "watch": days}


@service_task(name="welcoming.first_use", retries=3)
def first_use(session: Session, customer_id: int) -> dict[str, Any]:
    """Look for a first use: a delivery that was not returned, or usage told by the product.

    Returns ``first_use``.
    """
    delivered = select(Transaction.id).where(
        Transaction.customer_id == customer_id,
        Transaction.delivered_at.is_not(None),
        Transaction.returned_at.is_(None),
    )
    used = select(Usage.id).where(Usage.customer_id == customer_id, Usage.value > 0)
    found = any(session.execute(query.limit(1)).first() for query in (delivered, used))
    return {"first_use": found}


@service_task(name="welcoming.read_encounter", retries=3)
def read_encounter(
    session: Session, now: datetime, customer_id: int, event: dict[str, Any]
) -> dict[str, Any]:
    """Read what happened in terms of the table D-06; records nothing.

    Reads ``event`` (type, occurred_at, payload). Returns ``seen`` (type, days_late, same_matter,
    ease, unanswered_bd, praise), ``points_before`` and ``open_talk``, whether somebody is already
    putting something right for this customer.
    """
    payload = event.get("payload") or {}
    answers = payload.get("answers") or {}
    seen = {
        "type": event["type"],
        "days_late": _days_late(session, payload) if event["type"] == "order.delivered" else 0,
        "same_matter": _same_matter(session, now, customer_id),
        "ease": answers.get("ces"),
        "unanswered_bd": 0,
        "praise": payload.get("class") in PRAISE,
    }
    return {
        "seen": seen,
        "points_before": _points(session, customer_id),
        "open_talk": _open_talk(session, customer_id),
    }


@service_task(name="welcoming.add_points", retries=5)
def add_points(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    points: int,
    event: dict[str, Any],
) -> dict[str, Any]:
    """Add the points of an encounter, once.

    Reads ``points`` and ``event``. Returns ``total``, all points of the first 90 days.
    """
    known = select(EarlyEncounter.id).where(EarlyEncounter.job_key == job_key)
    if session.execute(known).first() is None:
        session.add(
            EarlyEncounter(
                customer_id=customer_id,
                type=event["type"],
                points=points,
                at=now,
                job_key=job_key,
                created_at=now,
            )
        )
        session.flush()
    return {"total": _points(session, customer_id)}


@service_task(name="welcoming.keep_intervention", retries=5)
def keep_intervention(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    what_happened: str,
    put_right: str,
    customer_reaction: str,
    expected: str | None = None,
    promise_due: str | None = None,
    cause: str | None = None,
) -> dict[str, Any]:
    """Keep how an early failure was put right, and the promise that was made.

    Reads the fields of the form. Returns ``put_right_at``.
    """
    open_ones = select(EarlyEncounter).where(
        EarlyEncounter.customer_id == customer_id,
        EarlyEncounter.points > 0,
        EarlyEncounter.put_right_at.is_(None),
    )
    for each in session.scalars(open_ones):
        each.put_right, each.put_right_at = put_right, now
    known = select(Promise.id).where(Promise.job_key == job_key)
    if promise_due and session.execute(known).first() is None:
        session.add(
            Promise(
                customer_id=customer_id,
                text=put_right,
                due=date.fromisoformat(promise_due),
                job_key=job_key,
                created_at=now,
            )
        )
    return {"put_right_at": iso(now)}


@service_task(name="welcoming.hand_over_note", retries=5)
def hand_over_note(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Write the note for whoever knows the customer from now on; who was new is known.

    Returns ``note``: how many encounters, points, promises open, and what was put right.
    """
    customer = find(session, customer_id)
    if customer.lifecycle_stage == "new":
        move(session, customer, "known", now, "early_monitor", DAY_90)
    met = session.scalars(
        select(EarlyEncounter).where(EarlyEncounter.customer_id == customer_id)
    ).all()
    promises = select(func.count()).where(
        Promise.customer_id == customer_id, Promise.kept_at.is_(None)
    )
    return {
        "note": {
            "encounters": len(met),
            "points": sum(each.points for each in met),
            "put_right": [each.put_right for each in met if each.put_right],
            "open_promises": session.scalar(promises) or 0,
            "written_at": iso(now),
        }
    }


def _points(session: Session, customer_id: int) -> int:
    total = select(func.sum(EarlyEncounter.points)).where(EarlyEncounter.customer_id == customer_id)
    return int(session.scalar(total) or 0)


def _open_talk(session: Session, customer_id: int) -> bool:
    """Whether a case about a trouble is open: others join that conversation."""
    found = select(Case.id).where(
        Case.customer_id == customer_id, Case.kind == "complaint", Case.state == "open"
    )
    return session.execute(found.limit(1)).first() is not None


def _days_late(session: Session, payload: Mapping[str, Any]) -> int:
    order = session.scalar(
        select(Transaction).where(Transaction.order_no == payload.get("order_id"))
    )
    if order is None or order.promised_at is None or order.delivered_at is None:
        return 0
    return max(0, (order.delivered_at.date() - order.promised_at.date()).days)


def _same_matter(session: Session, now: datetime, customer_id: int) -> int:
    """Count what the customer wrote lately: the second time is once too often."""
    wrote = select(func.count()).where(
        Interaction.customer_id == customer_id,
        Interaction.direction == "in",
        Interaction.at > now - SAME_MATTER,
    )
    return session.scalar(wrote) or 0
