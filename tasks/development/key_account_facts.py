"""What is read of a key account: what it bought, what went wrong and what ends soon."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.selling.next_offer import naive_bayes
from tasks.cases.causes import Cause
from tasks.cases.records import Case
from tasks.contracts.records import Contract
from tasks.expectations.records import MutualGoal
from tasks.moments.records import MomentOfTruth
from tasks.policy.amounts import to_major
from tasks.policy.records import value
from tasks.products.records import Product
from tasks.purchases.records import Transaction
from tasks.purchases.together import baskets, owned_by
from tasks.quotes.records import Opportunity

PLAN = "account plan"  # what an opportunity of it began by
YEAR = timedelta(days=365)
MOST_SHOWN = 5  # of a list in the pack


def whitespace(session: Session, customer_id: int) -> list[dict[str, Any]]:
    """Return what customers like this one have and this one has not: the likeliest first."""
    has = owned_by(session, customer_id)
    counts = baskets(session, has)
    if not counts.n:
        return []
    names = {each.id: each.name for each in session.scalars(select(Product))}
    chances = naive_bayes(counts, has)
    best = sorted(chances, key=lambda each: (-chances[each], each))[:MOST_SHOWN]
    return [
        {"name": names[each], "percent": round(chances[each] * 100, 1)}
        for each in best
        if each in names
    ]


def bought(session: Session, customer_id: int, now: datetime) -> dict[str, Any]:
    """Return orders, revenue and margin of a year, and their growth in percent."""
    orders, amount, margin = _sums(session, customer_id, now - YEAR, now)
    _, before, _ = _sums(session, customer_id, now - 2 * YEAR, now - YEAR)
    return {
        "orders": orders,
        "amount": to_major(session, amount),
        "margin": to_major(session, margin),
        "growth": round(100 * (amount - before) / before, 1) if before > 0 else None,
    }


def _sums(session: Session, customer_id: int, since: datetime, until: datetime) -> tuple[int, ...]:
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Transaction.amount), 0),
            func.coalesce(func.sum(func.coalesce(Transaction.margin, 0)), 0),
        ).where(
            Transaction.customer_id == customer_id,
            Transaction.at > since,
            Transaction.at <= until,
            Transaction.returned_at.is_(None),
        )
    ).one()
    return tuple(int(each) for each in row)


def moments(session: Session, customer_id: int, now: datetime, polarity: str) -> int:
    """Count moments of a polarity since the last review."""
    since = now - timedelta(days=int(value(session, "account.review_days")))
    found = select(func.count()).where(
        MomentOfTruth.customer_id == customer_id,
        MomentOfTruth.polarity == polarity,
        MomentOfTruth.at > since,
    )
    return session.scalar(found) or 0


def complaints(session: Session, customer_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return the complaints since the last review, newest first, with their causes."""
    found = session.execute(
        select(Case.number, Case.state, Cause.name)
        .outerjoin(Cause, Cause.id == Case.cause_id)
        .where(
            Case.customer_id == customer_id,
            Case.kind == "complaint",
            Case.opened_at > now - YEAR,
            Case.restricted.is_(False),
        )
        .order_by(Case.id.desc())
        .limit(MOST_SHOWN)
    )
    return [{"number": number, "state": state, "cause": cause} for number, state, cause in found]


def ending(session: Session, customer_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return the contracts that end within the policy value renewal.key_days."""
    until = (now + timedelta(days=int(value(session, "renewal.key_days")))).date()
    found = session.scalars(
        select(Contract)
        .where(
            Contract.customer_id == customer_id,
            Contract.ends_on.between(now.date(), until),
            Contract.ended_at.is_(None),
        )
        .order_by(Contract.ends_on)
        .limit(MOST_SHOWN)
    )
    return [
        {"number": each.number, "ends_on": each.ends_on and each.ends_on.isoformat()}
        for each in found
    ]


def opportunities(session: Session, customer_id: int) -> list[dict[str, Any]]:
    """Return the open opportunities that came of the account plan."""
    found = session.scalars(
        select(Opportunity)
        .where(
            Opportunity.customer_id == customer_id,
            Opportunity.began_by == PLAN,
            Opportunity.closed_at.is_(None),
        )
        .order_by(Opportunity.id)
    )
    return [
        {
            "what": each.category,
            "amount": None if each.amount is None else to_major(session, each.amount),
            "closes_on": each.closes_on and each.closes_on.isoformat(),
        }
        for each in found
    ]


def goals_of(session: Session, customer_id: int) -> list[dict[str, Any]]:
    """Return the mutual goals with the customer that are still open."""
    found = session.scalars(
        select(MutualGoal)
        .where(MutualGoal.customer_id == customer_id, MutualGoal.status.in_(("proposed", "agreed")))
        .order_by(MutualGoal.id)
    )
    return [
        {
            "text": each.text,
            "measure": each.measure,
            "target": each.target,
            "due": each.due and each.due.isoformat(),
        }
        for each in found
    ]
