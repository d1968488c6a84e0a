"""The strategy of each segment: what it earns and could earn, the plan, and what it changes."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, distinct, func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.migration import migration
from tasks.analytics.selling.not_bought import FEWEST_CUSTOMERS, Cell, Missing, not_bought
from tasks.campaigns.records import Campaign
from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.customers.records import Customer
from tasks.policy.amounts import to_major, to_minor
from tasks.policy.records import PolicyValue, value, values
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.scores.records import CustomerScore
from tasks.segments.plans import SegmentPlan, current_plan
from tasks.segments.records import Segment, SegmentMember

YEAR = timedelta(days=365)
QUARTER = timedelta(days=91)
PER_YEAR = 4  # quarters
RANK = {"A": 0, "B": 1, "C": 2, "D": 3, "D-": 4}
MOST_SHOWN = 3


@service_task(name="development.segment_portfolio", retries=3)
def segment_portfolio(session: Session, now: datetime) -> dict[str, Any]:
    """Look at every segment as at a portfolio; records nothing.

    Returns ``portfolio``, for each segment with members: segment, title, ``figures`` (customers,
    margin of 12 months after the cost to serve, per customer, cost to serve, what is not bought
    though it was to be expected, how many customers rose, fell or stayed by tier since the last
    plan) and ``facts`` for the table D-13: loss, value and potential (high, low, unknown),
    costly, repriced (the last plan was to re-price), before (its objective), due (its review is).
    """
    segments = session.scalars(
        select(Segment).where(Segment.id.in_(select(SegmentMember.segment_id))).order_by(Segment.id)
    ).all()
    overall = _margin(session, select(Customer.id).where(Customer.erased_at.is_(None)), now)
    customers = session.scalar(
        select(func.count()).select_from(Customer).where(Customer.erased_at.is_(None))
    )
    mean = overall / customers if customers else 0.0
    missing = not_bought([cell for each in segments for cell in _cells(session, each, now)])
    return {"portfolio": [_standing(session, each, missing, mean, now) for each in segments]}


@service_task(name="development.keep_segment_plan", retries=5)
def keep_segment_plan(
    session: Session,
    now: datetime,
    job_key: str,
    segment: str,
    objective: str,
    proposition: str,
    service_level: str,
    kpi: str,
    target: str,
    review_on: str,
    reason: str | None = None,
    treatments: list[dict[str, Any]] | None = None,
    contacts_30d: int | None = None,
    budget: float | None = None,
    figures: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Put an approved plan into effect.

    Reads the fields of the form. How often the segment hears from us becomes the policy value
    ``cap_30d.<segment>``, which the contact gate keeps to at once. Returns ``running``, the
    campaigns for this segment that are planned or running and may have to change.
    """
    found = session.scalars(select(Segment).where(Segment.name == segment)).one()
    known = session.scalar(select(SegmentPlan.id).where(SegmentPlan.job_key == job_key))
    if known is None:
        session.add(
            SegmentPlan(
                segment_id=found.id,
                objective=objective,
                reason=reason or "",
                proposition=proposition,
                treatments=[row["treatment"] for row in treatments or ()],
                service_level=service_level,
                contacts_30d=contacts_30d,
                budget=to_minor(session, budget) or 0,
                kpi=kpi,
                target=target,
                review_on=date.fromisoformat(review_on),
                figures=figures or {},
                job_key=job_key,
                created_at=now,
            )
        )
    if contacts_30d is not None:
        _keep_cap(session, now, found, contacts_30d)
    running = session.scalars(
        select(Campaign.name)
        .where(Campaign.segment == segment, Campaign.status.in_(("planned", "running", "paused")))
        .order_by(Campaign.name)
    )
    return {"running": list(running)}


def _standing(
    session: Session, segment: Segment, missing: Sequence[Missing], mean: float, now: datetime
) -> dict[str, Any]:
    members = select(SegmentMember.customer_id).where(SegmentMember.segment_id == segment.id)
    count = session.scalar(select(func.count()).select_from(members.subquery())) or 0
    revenue = _sum(session, Transaction.amount, members, now)
    cost = _cost_to_serve(session, members, now)
    margin = _margin(session, members, now) - cost
    gaps = [each for each in missing if each.segment == segment.name]
    missed = sum(each.missing_buyers * _per_buyer(session, each.category, now) for each in gaps)
    policy = values(session, "segment")
    plan = current_plan(session, segment.id)
    known = count >= FEWEST_CUSTOMERS
    high = margin / count >= float(policy["high_value"]) * mean if count else False
    could = missed * PER_YEAR >= float(policy["high_potential"]) * max(margin, 1)
    return {
        "segment": segment.name,
        "title": segment.title,
        "figures": {
            "customers": count,
            "margin": to_major(session, margin),
            "per_customer": round(to_major(session, round(margin / count)), 2) if count else 0,
            "cost_to_serve": to_major(session, cost),
            "could_earn": to_major(session, round(missed * PER_YEAR)),
            "not_bought": [
                {
                    "category": each.category,
                    "expected": round(each.expected * 100, 1),
                    "actual": round(each.actual * 100, 1),
                }
                for each in gaps[:MOST_SHOWN]
            ],
            "moved": _moved(session, segment, plan, now),
            "currency": value(session, "company.currency"),
        },
        "facts": {
            "loss": margin < 0,
            "value": ("high" if high else "low") if known else "unknown",
            "potential": ("high" if could and missed > 0 else "low") if known else "unknown",
            "costly": cost > float(policy["high_cost"]) * revenue,
            "repriced": plan is not None and plan.objective == "reprice",
            "before": plan.objective if plan else None,
            "due": plan is None or plan.review_on <= now.date(),
        },
    }


def _margin(session: Session, members: Select[Any], now: datetime) -> int:
    return _sum(session, func.coalesce(Transaction.margin, 0), members, now)


def _sum(session: Session, column: Any, members: Select[Any], now: datetime) -> int:
    """Return the sum of the last 12 months, returns left out."""
    found = select(func.coalesce(func.sum(column), 0)).where(
        Transaction.customer_id.in_(members),
        Transaction.at > now - YEAR,
        Transaction.returned_at.is_(None),
    )
    return int(session.scalar(found) or 0)


def _cost_to_serve(session: Session, members: Select[Any], now: datetime) -> int:
    """Return what contacts and complaints of 12 months cost: contacts as booked, complaints at
    the policy value segment.complaint_cost and what was given.
    """
    contacts = select(func.coalesce(func.sum(Contact.cost), 0)).where(
        Contact.customer_id.in_(members),
        Contact.decision == "send",
        Contact.decided_at > now - YEAR,
    )
    cases = select(func.count(), func.coalesce(func.sum(Case.given), 0)).where(
        Case.customer_id.in_(members), Case.kind == "complaint", Case.opened_at > now - YEAR
    )
    count, given = session.execute(cases).one()
    each = int(value(session, "segment.complaint_cost"))
    return int(session.scalar(contacts) or 0) + int(count) * each + int(given)


def _cells(session: Session, segment: Segment, now: datetime) -> list[Cell]:
    """Return who bought what in the last quarter, and in the same quarter a year before."""
    members = select(SegmentMember.customer_id).where(SegmentMember.segment_id == segment.id)
    count = session.scalar(select(func.count()).select_from(members.subquery())) or 0
    there = session.scalar(
        select(func.count(distinct(Transaction.customer_id))).where(
            Transaction.customer_id.in_(members), Transaction.at <= now - YEAR
        )
    )
    bought = _buyers(session, members, now - QUARTER, now)
    before = _buyers(session, members, now - YEAR - QUARTER, now - YEAR)
    categories = session.scalars(select(Product.category).distinct().order_by(Product.category))
    return [
        Cell(
            segment.name, each, count, bought.get(each, 0), there or 0, before.get(each, 0)
        )
        for each in categories
    ]  # fmt: skip


def _buyers(
    session: Session, members: Select[Any], since: datetime, until: datetime
) -> dict[str, int]:
    found = (
        select(Product.category, func.count(distinct(Transaction.customer_id)))
        .join(TransactionLine, TransactionLine.product_id == Product.id)
        .join(Transaction, Transaction.id == TransactionLine.transaction_id)
        .where(
            Transaction.customer_id.in_(members),
            Transaction.at > since,
            Transaction.at <= until,
            Transaction.returned_at.is_(None),
        )
        .group_by(Product.category)
    )
    return {category: int(count) for category, count in session.execute(found)}


def _per_buyer(session: Session, category: str, now: datetime) -> float:
    """Return the mean margin of one buyer of a category in a quarter, minor units."""
    earned = func.sum(TransactionLine.net - func.coalesce(TransactionLine.cost, 0))
    found = (
        select(func.coalesce(earned, 0), func.count(distinct(Transaction.customer_id)))
        .join(Transaction, Transaction.id == TransactionLine.transaction_id)
        .join(Product, Product.id == TransactionLine.product_id)
        .where(
            Product.category == category,
            Transaction.at > now - QUARTER,
            Transaction.returned_at.is_(None),
        )
    )  # fmt: skip
    margin, buyers = session.execute(found).one()
    return float(margin) / buyers if buyers else 0.0


def _moved(
    session: Session, segment: Segment, plan: SegmentPlan | None, now: datetime
) -> dict[str, int] | None:
    """Return how many customers rose, fell and stayed by tier since the plan; None before one."""
    if plan is None:
        return None
    found = migration(
        _tiers(session, segment.id, plan.created_at), _tiers(session, segment.id, now)
    )
    counted = {"rose": 0, "fell": 0, "stayed": 0}
    for each in found.moved:
        step = RANK.get(each.end, 0) - RANK.get(each.begin, 0)
        counted["rose" if step < 0 else "fell" if step else "stayed"] += each.customers
    return counted


def _tiers(session: Session, segment_id: int, at: datetime) -> dict[Any, str]:
    """Return the tier of each member as it was known at a moment."""
    newest = (
        select(func.max(CustomerScore.id))
        .join(SegmentMember, SegmentMember.customer_id == CustomerScore.customer_id)
        .where(SegmentMember.segment_id == segment_id, CustomerScore.as_of <= at)
        .group_by(CustomerScore.customer_id)
    )
    found = select(CustomerScore.customer_id, CustomerScore.tier)
    rows = session.execute(found.where(CustomerScore.id.in_(newest))).all()
    return {row.customer_id: row.tier for row in rows}


def _keep_cap(session: Session, now: datetime, segment: Segment, most: int) -> None:
    key = f"cap_30d.{segment.name}"
    cap = session.scalar(select(PolicyValue).where(PolicyValue.key == key))
    if cap is None:
        cap = PolicyValue(
            key=key,
            default=most,
            unit="contacts",
            owner="marketing_head",
            title=f"Marketing contacts in 30 days: {segment.title}",
            description="By the plan for the segment.",
            created_at=now,
        )
        session.add(cap)
    cap.value, cap.updated_at = most, now
