"""Shared views: what a customer expects, compared with what we deliver, agreed by both."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.expectations.records import DIMENSIONS, Expectation, MutualGoal
from tasks.purchases.delivery_times import usual_days

VALID_DAYS = 365


@service_task(name="welcoming.promise_feasible", retries=3)
def promise_feasible(
    session: Session,
    now: datetime,
    expectations: list[dict[str, Any]] | None = None,
    goals: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Compare what is asked for with what was delivered; records nothing.

    Reads ``goals`` (text, measure, target, due). A goal due sooner than the 80th percentile of
    our delivery times is hard to keep. Returns ``infeasible``: expected and usual in words, and
    ``usual_days``, null where fewer than ten deliveries are known.
    """
    usual = usual_days(session)
    if usual is None:
        return {"infeasible": [], "usual_days": None}
    earliest = now.date() + timedelta(days=usual)
    hard = [
        {"expected": goal["text"], "usual": f"{usual:g} days"}
        for goal in goals or ()
        if goal.get("due") and date.fromisoformat(goal["due"]) < earliest
    ]
    return {"infeasible": hard, "usual_days": usual}


@service_task(name="welcoming.propose_goals", retries=5)
def propose_goals(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    success: str,
    expectations: list[dict[str, Any]] | None = None,
    goals: list[dict[str, Any]] | None = None,
    needs: str | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Write down what was said: goals stay proposed until both sides have accepted them.

    Reads ``expectations`` (dimension, expected, measure, importance, benefit_sought), ``goals``
    (text, measure, target, due), ``success`` (what success looks like), ``needs`` (what we need
    from the customer) and ``owner``. Returns ``expectation_ids`` and ``goal_ids``. What was
    proposed in an earlier round of the same talk and is not agreed is dropped.
    """
    _drop_proposed(session, now, customer_id)
    wanted = [
        Expectation(
            customer_id=customer_id,
            dimension=row.get("dimension") if row.get("dimension") in DIMENSIONS else "other",
            text=row["expected"],
            measure=row.get("measure") or "",
            importance=row.get("importance"),
            benefit_sought=row.get("benefit_sought") or "",
            context={"success": success, "needs": needs or ""},
            source="asked",
            asked_at=now,
            valid_until=now.date() + timedelta(days=VALID_DAYS),
            created_at=now,
            created_by=owner or "",
        )
        for row in expectations or ()
    ]
    shared = [
        MutualGoal(
            customer_id=customer_id,
            text=row["text"],
            measure=row.get("measure") or "",
            target=row.get("target") or "",
            due=date.fromisoformat(row["due"]) if row.get("due") else None,
            created_at=now,
            created_by=owner or "",
        )
        for row in goals or ()
    ]
    session.add_all([*wanted, *shared])
    session.flush()
    return {
        "expectation_ids": [each.id for each in wanted],
        "goal_ids": [each.id for each in shared],
    }


@service_task(name="welcoming.accept_goals", retries=5)
def accept_goals(
    session: Session,
    now: datetime,
    goal_ids: list[int],
    expectation_ids: list[int],
    by: str | None = None,
) -> dict[str, Any]:
    """Note that both sides have accepted: the owner by asking, the customer by the link.

    Reads ``goal_ids``, ``expectation_ids`` and ``by`` (the owner). Returns ``agreed``, how many
    goals are agreed now.
    """
    goals = session.scalars(select(MutualGoal).where(MutualGoal.id.in_(goal_ids))).all()
    for goal in goals:
        goal.accepted_by_us_at = goal.accepted_by_us_at or now
        goal.accepted_by_customer_at = goal.accepted_by_customer_at or now
        goal.status, goal.updated_at = "agreed", now
    for each in session.scalars(select(Expectation).where(Expectation.id.in_(expectation_ids))):
        each.confirmed_at, each.updated_at = now, now
    return {"agreed": len(goals)}


def _drop_proposed(session: Session, now: datetime, customer_id: int) -> None:
    before = select(MutualGoal).where(
        MutualGoal.customer_id == customer_id, MutualGoal.status == "proposed"
    )
    for goal in session.scalars(before):
        goal.status, goal.updated_at = "dropped", now
    unconfirmed = select(Expectation).where(
        Expectation.customer_id == customer_id,
        Expectation.confirmed_at.is_(None),
        Expectation.source == "asked",
    )
    for each in session.scalars(unconfirmed):
        session.delete(each)
