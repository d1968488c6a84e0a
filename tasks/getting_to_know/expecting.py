"""What customers expect: whether it was asked and still holds, and what changed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.expectations.records import DIMENSIONS, Expectation
from tasks.getting_to_know.whom import tier
from tasks.policy.records import values


def expectations_known(session: Session, now: datetime, customer_id: int) -> bool:
    """Return whether the customer was asked what he expects, and it still holds; R-01, R-02."""
    found = select(Expectation.id).where(
        Expectation.customer_id == customer_id,
        Expectation.source == "asked",
        Expectation.valid_until.is_(None) | (Expectation.valid_until >= now.date()),
    )
    return session.scalar(found.limit(1)) is not None


def expect_until(session: Session, now: datetime, customer_id: int) -> date:
    """Return until when an expectation that was asked now holds; by tier."""
    limits = values(session, "health")
    days = limits["expect_days_a" if tier(session, customer_id) == "A" else "expect_days"]
    return now.date() + timedelta(days=int(days))


def keep_expectations(
    session: Session,
    now: datetime,
    customer_id: int,
    talk: Mapping[str, Any],
    owner: str | None,
) -> None:
    """Let what was asked again hold anew, or put what changed in its place."""
    until = expect_until(session, now, customer_id)
    asked = session.scalars(
        select(Expectation).where(
            Expectation.customer_id == customer_id, Expectation.source == "asked"
        )
    ).all()
    changed: Sequence[Mapping[str, Any]] = talk.get("expectations") or ()
    if not talk.get("expectations_changed"):
        for each in asked:
            each.valid_until, each.asked_at, each.updated_at = until, now, now
        return
    for each in asked:
        each.valid_until, each.updated_at = now.date() - timedelta(days=1), now
    for row in changed:
        dimension = row.get("dimension")
        session.add(
            Expectation(
                customer_id=customer_id,
                dimension=dimension if dimension in DIMENSIONS else "other",
                text=row["expected"],
                importance=row.get("importance"),
                source="asked",
                asked_at=now,
                valid_until=until,
                created_at=now,
                created_by=owner or "",
            )
        )
    session.flush()
