"""The management page: REAP row, voice rate, causes by cost, standards, gate, campaigns."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.proportion import proportion
from tasks.analytics.reap import reap
from tasks.analytics.service.causes import CaseCost, cause_pareto
from tasks.analytics.service.complaints import per_1000_customers, voice_rate
from tasks.campaigns.records import Campaign
from tasks.cases.causes import Cause
from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.customers.records import Customer
from tasks.figures.plain import told
from tasks.improvements.records import Improvement
from tasks.policy.records import values
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.scores.records import CurrentScore
from tasks.standards.records import Measurement, ServiceStandard
from tasks.surveys.records import Survey, SurveyAnswer

QUARTER = timedelta(days=91)
MONTH = timedelta(days=30)
YEAR = timedelta(days=365)
UNHAPPY = {"nps": 6, "csat": 2}  # marks up to which somebody is unhappy
MOST = 12
CHUNK = 20_000


def management(session: Session, now: datetime) -> dict[str, Any]:
    """Return the figures of the management page."""
    return {
        "reap": _reap(session, now),
        "voice": _voice(session, now),
        "causes": _causes(session, now),
        "standards": list(_standards(session)),
        "gate": _gate(session, now),
        "campaigns": list(_campaigns(session)),
        "improvements": list(_improvements(session)),
    }


def _reap(session: Session, now: datetime) -> dict[str, Any]:
    """Return the row of the last quarter of a year against the one before."""
    begin = now - QUARTER
    active_before = _buyers(session, begin - QUARTER, begin)
    known = _buyers(session, datetime.min.replace(tzinfo=now.tzinfo), begin)
    categories: dict[Hashable, set[str]] = defaultdict(set)
    order, line = Transaction, TransactionLine
    bought = (
        select(order.customer_id, Product.category)
        .outerjoin(line, line.transaction_id == order.id)
        .outerjoin(Product, Product.id == line.product_id)
        .where(order.at > begin, order.at <= now, order.returned_at.is_(None))
        .distinct()
    )
    for customer, category in session.execute(bought.execution_options(yield_per=CHUNK)):
        categories[customer].add(str(category))
    period = order.at > begin, order.at <= now, order.returned_at.is_(None)
    margin = session.scalar(select(func.coalesce(func.sum(order.margin), 0)).where(*period)) or 0
    contacts = Contact.decided_at > begin, Contact.decision == "send"
    cost = session.scalar(select(func.coalesce(func.sum(Contact.cost), 0)).where(*contacts)) or 0
    given = session.scalar(
        select(func.coalesce(func.sum(Case.given), 0)).where(Case.opened_at > begin)
    )
    row = reap(active_before, categories, int(margin), int(cost) + int(given or 0), known)
    return {
        "retention": told(row.retention),
        "efficiency": row.efficiency,
        "acquired": row.acquired,
        "penetration": told(row.penetration),
        "from": begin.date().isoformat(),
        "to": now.date().isoformat(),
    }


def _buyers(session: Session, begin: datetime, end: datetime) -> set[int]:
    order = Transaction
    query = select(order.customer_id).where(
        order.at > begin, order.at <= end, order.returned_at.is_(None)
    )
    return set(session.scalars(query.distinct()))


def _voice(session: Session, now: datetime) -> dict[str, Any]:
    """Return which share of the unhappy by survey complained, and complaints per customer.

    ``since`` is the day of the first complaint heard here: more complaints are expected after it.
    """
    since = now - YEAR
    answer = SurveyAnswer
    unhappy: set[int] = set()
    for kind, most in UNHAPPY.items():
        found = (
            select(answer.customer_id)
            .join(Survey, Survey.id == answer.survey_id)
            .where(Survey.kind == kind, answer.at > since, answer.value <= most)
            .where(answer.customer_id.is_not(None))
        )
        unhappy |= set(session.scalars(found.distinct()))
    case = Case
    mine = case.kind == "complaint", case.opened_at > since
    complained = set(session.scalars(select(case.customer_id).where(*mine).distinct()))
    cases = session.scalar(select(func.count()).select_from(case).where(*mine)) or 0
    customers = session.scalar(
        select(func.count()).select_from(Customer).where(Customer.erased_at.is_(None))
    )
    first = session.scalar(select(func.min(case.opened_at)).where(case.kind == "complaint"))
    return {
        "since": first.date().isoformat() if first else None,
        "rate": told(voice_rate(len(unhappy & complained), len(unhappy))),
        "unhappy": len(unhappy),
        "complaints": cases,
        "per_1000": told(per_1000_customers(cases, customers or 0)),
    }


def _causes(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Return the causes of the last 12 months by cost: compensation, handling, lost value."""
    handling = int(values(session, "cost").get("complaint", 0))
    case, score = Case, CurrentScore
    query = (
        select(Cause.name, case.given, score.clv_12m, score.silent)
        .select_from(case)
        .outerjoin(Cause, Cause.id == case.cause_id)
        .outerjoin(score, score.customer_id == case.customer_id)
        .where(case.kind == "complaint", case.opened_at > now - YEAR)
    )
    costs = [
        CaseCost(cause, given or 0, handling, int(clv or 0) if silent else 0)
        for cause, given, clv, silent in session.execute(query)
    ]
    return [
        {"cause": one.cause, "cases": one.cases, "cost": one.cost, "cumulative": one.cumulative}
        for one in cause_pareto(costs)[:MOST]
    ]


def _standards(session: Session) -> Iterator[dict[str, Any]]:
    """Yield the active standards with their newest measurement."""
    for standard in session.scalars(
        select(ServiceStandard).where(ServiceStandard.status == "active").limit(50)
    ):
        last = session.scalar(
            select(Measurement)
            .where(Measurement.standard_id == standard.id)
            .order_by(Measurement.period.desc())
            .limit(1)
        )
        yield {
            "id": standard.id,
            "name": standard.name,
            "target": standard.target,
            "unit": str(standard.measure.get("unit", "")),
            "value": last.value if last else None,
            "n": last.n if last else 0,
            "period": last.period.isoformat() if last else None,
        }


def _gate(session: Session, now: datetime) -> dict[str, Any]:
    """Return what the gate decided in 30 days, and what was saved by it."""
    contact = Contact
    rows = session.execute(
        select(contact.decision, func.count())
        .where(contact.decided_at > now - MONTH)
        .group_by(contact.decision)
    )
    decided = {decision: count for decision, count in rows}  # noqa: C416 - rows are no tuples
    rules = session.execute(
        select(contact.rule, func.count())
        .where(contact.decided_at > now - MONTH, contact.decision.in_(("block", "skip")))
        .group_by(contact.rule)
        .order_by(func.count().desc())
        .limit(MOST)
    )
    total = sum(decided.values())
    saved = decided.get("block", 0) + decided.get("skip", 0)
    return {
        "decided": decided,
        "saved": told(proportion(saved, total)),
        "rules": [{"rule": rule, "contacts": count} for rule, count in rules],
    }


def _campaigns(session: Session) -> Iterator[dict[str, Any]]:
    """Yield the measured campaigns with their effect beyond the control group."""
    measured = select(Campaign).where(Campaign.status == "measured")
    for one in session.scalars(measured.order_by(Campaign.id.desc()).limit(MOST)):
        result = one.result.get("effect", {})
        yield {
            "id": one.id,
            "name": one.name,
            "uplift": result.get("uplift_percent"),
            "low": result.get("uplift_low_percent"),
            "high": result.get("uplift_high_percent"),
            "n": result.get("n_treated", 0) + result.get("n_control", 0),
            "margin_beyond": result.get("margin_beyond"),
            "margin_low": result.get("margin_low"),
            "margin_high": result.get("margin_high"),
            "currency": one.currency,
        }


def _improvements(session: Session) -> Iterator[dict[str, Any]]:
    query = select(Improvement).order_by(Improvement.opened_at.desc()).limit(MOST)
    for one in session.scalars(query):
        yield {
            "id": one.id, "name": one.name, "turn": one.turn_no, "phase": one.phase,
            "verdict": one.verdict,
        }  # fmt: skip
