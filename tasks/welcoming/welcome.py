"""The welcome: one plan for the first 90 days, what was said on the phone, and how it ended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.consents.records import Preference
from tasks.declare.instants import iso
from tasks.interactions.records import Interaction
from tasks.promises.keeping import keep_promises
from tasks.purchases.records import Transaction
from tasks.welcomes.records import WelcomePlan
from tasks.welcoming.identify_new import find

FIRST_USE_AFTER = "P7D"


@service_task(name="welcoming.plan_welcome", retries=5)
def plan_welcome(
    session: Session, now: datetime, customer_id: int, level: int, identity: str = "new"
) -> dict[str, Any]:
    """Plan the first 90 days of a customer: one plan, at most five contacts.

    Reads ``level`` (1 call and visit, 2 call, 3 in writing) and ``identity``. Returns
    ``customer_name`` and ``plan``: the instants ``day_14``, ``day_30`` and ``day_90``, and
    ``first_use_after``, how long after a delivery we ask. Repeating it changes nothing.
    """
    customer = find(session, customer_id)
    running = session.scalar(
        select(WelcomePlan).where(
            WelcomePlan.customer_id == customer_id, WelcomePlan.state == "running"
        )
    )
    if running is None:
        running = WelcomePlan(
            customer_id=customer_id,
            level=level,
            identity=identity,
            began_on=now.date(),
            created_at=now,
        )
        session.add(running)
        session.flush()
    days = {f"day_{n}": iso(running.created_at + timedelta(days=n)) for n in (14, 30, 90)}
    return {"customer_name": customer.name, "plan": days | {"first_use_after": FIRST_USE_AFTER}}


@service_task(name="welcoming.keep_welcome_call", retries=5)
def keep_welcome_call(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    reached: str,
    owner: str | None = None,
    questions: str | None = None,
    preferred_channel: str | None = None,
    promises_made: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Keep what was said in the welcome call.

    Reads ``reached`` (yes, no, asked_not_to), ``owner``, ``questions``, ``preferred_channel`` and
    ``promises_made`` (text, due). A wish not to be called is kept as a preference for writing.
    Returns ``promises``, how many were recorded.
    """
    if reached == "yes":
        keep_talk(session, now, job_key, customer_id, questions or "", owner)
    if preferred_channel or reached == "asked_not_to":
        _prefer(session, now, customer_id, preferred_channel or "email")
    return {"promises": keep_promises(session, now, job_key, customer_id, promises_made, owner)}


@service_task(name="welcoming.close_welcome", retries=5)
def close_welcome(session: Session, now: datetime, customer_id: int, how: str) -> dict[str, Any]:
    """Note that the welcome is over.

    Reads ``how`` (done, interrupted). Returns ``second_purchase``: whether the customer has
    bought a second time, which is the real start.
    """
    plan = session.scalar(
        select(WelcomePlan).where(
            WelcomePlan.customer_id == customer_id, WelcomePlan.state == "running"
        )
    )
    if plan is not None:
        plan.state, plan.updated_at = how, now
    orders = session.scalars(
        select(Transaction.id).where(
            Transaction.customer_id == customer_id, Transaction.returned_at.is_(None)
        )
    ).all()
    return {"second_purchase": len(orders) > 1}


def keep_talk(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    text: str,
    agent: str | None,
) -> None:
    """Keep a call as an interaction, once per job."""
    known = select(Interaction.id).where(
        Interaction.source == "process", Interaction.external_id == job_key
    )
    if session.execute(known).first() is None:
        session.add(
            Interaction(
                customer_id=customer_id,
                source="process",
                external_id=job_key,
                direction="out",
                channel="phone",
                at=now,
                text=text,
                agent=agent,
                created_at=now,
                created_by=agent or "",
            )
        )


def _prefer(session: Session, now: datetime, customer_id: int, channel: str) -> None:
    wish = session.scalar(select(Preference).where(Preference.customer_id == customer_id))
    if wish is None:
        wish = Preference(customer_id=customer_id, created_at=now)
        session.add(wish)
    wish.preferred_channel, wish.updated_at = channel, now
