"""Key customers: candidates with what speaks for them, the committee's decision, its expiry."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.analytics.lifetime.contracts import contract_value
from tasks.cases.records import Case
from tasks.contracts.records import Contract
from tasks.customers.lifecycle import OURS, develop
from tasks.customers.records import Customer
from tasks.declare.people import People
from tasks.getting_to_know.whom import find, tier
from tasks.insights.records import Insight
from tasks.invoices.records import Invoice
from tasks.key_accounts.records import KeyStatus
from tasks.leads.records import AdvocateRequest
from tasks.policy.records import value, values
from tasks.profiles.records import ProfileFact
from tasks.purchases.records import Transaction

YEAR = timedelta(days=365)
KEY = sentence("Became a key customer.")
RENEW_BEFORE = timedelta(days=100)  # a status that ends sooner is decided about anew
RESTS = timedelta(days=80)  # after a decision nobody asks again, unless somebody proposes it
UNPAID = timedelta(days=90)
STRATEGIC, MAGNET = "strategic", "carries_fixed_cost"  # facts about a customer
DISCOUNT = 0.1  # interest of a year


@service_task(name="getting_to_know.find_key_candidates", retries=5)
def find_key_candidates(
    session: Session,
    now: datetime,
    customer_id: int | None = None,
    why: str | None = None,
    new_tier: str | None = None,
) -> dict[str, Any]:
    """Gather what speaks for and against each company as a key customer; records nothing.

    Reads ``customer_id`` and ``why`` where somebody proposes one, and ``new_tier`` where the tier
    changed (nobody is looked at unless it is A); else all active companies, but
    those decided about in the last 80 days whose status does not end within 100. Returns
    ``companies``, facts of the table D-10: value_rank, revenue_rank and problem_rank (the share of
    companies above), margin_12m and worth (to come, see docs/figures.md, minor units), share of our
    revenue, references, default (bills unpaid for 90 days or written off).
    """
    if new_tier not in (None, "A"):
        return {"companies": []}
    ids = [customer_id] if customer_id is not None else _to_look_at(session, now)
    money = _money(session, now)
    worth = {each: money[each][1] + _to_come(session, now, each) for each in money}
    problems = _problems(session, now)
    values_in_order = sorted(worth.values())
    revenues = sorted(revenue for revenue, _ in money.values())
    troubles = sorted(problems.values())
    total = sum(revenues)
    companies = []
    for number in ids:
        customer = find(session, number)
        revenue, margin = money.get(number, (0, 0))
        companies.append(
            {
                "customer_id": number,
                "name": customer.name,
                "kind": customer.kind,
                "tier": tier(session, number),
                "why": why or "",
                "default": _in_default(session, now, number),
                "worth": worth.get(number, 0),
                "margin_12m": margin,
                "revenue_12m": revenue,
                "value_rank": _above(values_in_order, worth.get(number, 0)),
                "revenue_rank": _above(revenues, revenue),
                "problem_rank": _above(troubles, problems.get(number, 0)),
                "problems": problems.get(number, 0),
                "share": round(100 * revenue / total, 1) if total else 0,
                "references": _references(session, now, number),
                "strategic": _fact(session, number, STRATEGIC),
                "carries_fixed_cost": _fact(session, number, MAGNET) is not None,
                "is_key": _status(session, number) == "key",
                "top_value": value(session, "key.top_value"),
                "top_revenue": value(session, "key.top_revenue"),
            }
        )
    return {"companies": companies}


@service_task(name="getting_to_know.keep_candidates", retries=5)
def keep_candidates(
    session: Session,
    now: datetime,
    job_key: str,
    services: People,
    verdicts: list[dict[str, Any]],
) -> dict[str, Any]:
    """Choose whom the committee looks at, and pass on whose terms are to be reviewed.

    Reads ``verdicts`` (facts, verdict: candidate, terms or no, reason). Returns ``candidates``
    (facts, reason): those who are key already, then the most valuable, at most twice the free
    places (policy value ownership.most_keys for each account manager) beyond them.
    """
    managers = services.members(session, ("account_manager",))
    places = int(values(session, "ownership")["most_keys"]) * len(managers)
    keys = session.scalar(
        select(func.count(func.distinct(KeyStatus.customer_id))).where(
            KeyStatus.status == "key", KeyStatus.expires_on > now.date()
        )
    )
    free = max(0, places - (keys or 0))
    for each in verdicts:
        if each["verdict"] == "terms":
            _tell_sales(session, now, job_key, each)
    wanted = [each for each in verdicts if each["verdict"] == "candidate"]
    ordered = sorted(wanted, key=lambda each: -each["facts"]["worth"])
    renewed = [each for each in ordered if each["facts"]["is_key"]]
    fresh = [each for each in ordered if not each["facts"]["is_key"]]
    return {"candidates": [*renewed, *fresh[: 2 * free]]}


@service_task(name="getting_to_know.prepare_committee", retries=5)
def prepare_committee(session: Session, services: People, customer_id: int) -> dict[str, Any]:
    """Prepare the decision of the committee; records nothing.

    Returns ``customer_name``, ``seats`` (the groups that vote) and ``managers`` (label, value).
    """
    customer = find(session, customer_id)
    managers = services.members(session, ("account_manager",))
    return {
        "customer_name": customer.name,
        "seats": ["sales_head", "care_head", "finance"],
        "managers": [{"label": each.name, "value": each.username} for each in managers],
    }


@service_task(name="getting_to_know.keep_key_status", retries=5)
def keep_key_status(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    decision: str,
    votes: list[dict[str, Any]],
) -> dict[str, Any]:
    """Keep the committee's decision; a status lapses after 12 months unless it is renewed (R-12).

    Reads ``decision`` (key, watch, not) and ``votes`` (seat, decision, reason, owner, sponsor,
    review_on). Returns ``was_key`` (before), ``expires_on`` and ``owner`` (proposed).
    """
    was_key = _status(session, customer_id, before=f"job:{job_key}") == "key"
    latest = (now + YEAR).date()
    asked_for = [date.fromisoformat(v["review_on"]) for v in votes if v.get("review_on")]
    expires = min([*asked_for, latest])
    by = f"job:{job_key}"
    if session.scalar(select(KeyStatus.id).where(KeyStatus.created_by == by)) is None:
        status = KeyStatus(customer_id=customer_id, status=decision, expires_on=expires)
        status.reason = "\n".join(str(v["reason"]) for v in votes if v.get("reason"))
        status.decided_by, status.decided_at = [str(v["seat"]) for v in votes], now
        status.created_at, status.created_by = now, by
        session.add(status)
    owner = _said(votes, "owner")
    sponsor = _said(votes, "sponsor")
    if decision == "key":
        customer = find(session, customer_id)
        customer.sponsor, customer.updated_at = sponsor or customer.sponsor, now
        develop(session, customer, now, "key_decision", KEY)
    session.flush()
    return {"was_key": was_key, "expires_on": expires.isoformat(), "owner": owner}


def _to_look_at(session: Session, now: datetime) -> list[int]:
    decided = select(KeyStatus.customer_id).where(
        KeyStatus.decided_at > now - RESTS, KeyStatus.expires_on > (now + RENEW_BEFORE).date()
    )
    query = select(Customer.id).where(
        Customer.kind == "company",
        Customer.lifecycle_stage.in_(OURS),
        Customer.merged_into_id.is_(None),
        Customer.erased_at.is_(None),
        Customer.id.not_in(decided),
    )
    return list(session.scalars(query.order_by(Customer.id)))


def _money(session: Session, now: datetime) -> dict[int, tuple[int, int]]:
    """Return revenue and margin of 12 months of each company, in minor units."""
    rows = session.execute(
        select(
            Customer.id,
            func.coalesce(func.sum(Transaction.amount), 0),
            func.coalesce(func.sum(Transaction.margin), 0),
        )
        .outerjoin(
            Transaction,
            (Transaction.customer_id == Customer.id)
            & (Transaction.at > now - YEAR)
            & Transaction.returned_at.is_(None),
        )
        .where(Customer.kind == "company", Customer.merged_into_id.is_(None))
        .group_by(Customer.id)
    )
    return {number: (int(revenue or 0), int(margin or 0)) for number, revenue, margin in rows}


def _to_come(session: Session, now: datetime, customer_id: int) -> int:
    """Return what running contracts are worth from their next renewal on, at margins as usual."""
    running = select(func.sum(Contract.value)).where(
        Contract.customer_id == customer_id,
        Contract.ended_at.is_(None),
        Contract.ends_on.is_(None) | (Contract.ends_on >= now.date()),
    )
    worth = session.scalar(running) or 0
    kept = float(value(session, "key.renewed"))
    return round(contract_value(float(worth) * float(value(session, "key.margin")), kept, DISCOUNT))


def _problems(session: Session, now: datetime) -> dict[int, int]:
    rows = session.execute(
        select(Case.customer_id, func.count())
        .join(Customer, Customer.id == Case.customer_id)
        .where(Case.kind == "complaint", Case.opened_at > now - YEAR, Customer.kind == "company")
        .group_by(Case.customer_id)
    )
    return {number: count for number, count in rows if number is not None}


def _above(ordered: list[int], own: int) -> float:
    """Return the share of companies with more."""
    return round((len(ordered) - bisect_right(ordered, own)) / len(ordered), 4) if ordered else 0.0


def _in_default(session: Session, now: datetime, customer_id: int) -> bool:
    unpaid = select(Invoice.id).where(
        Invoice.customer_id == customer_id,
        Invoice.written_off_at.is_not(None)
        | (Invoice.paid_at.is_(None) & (Invoice.due_on < (now - UNPAID).date())),
    )
    return session.scalar(unpaid.limit(1)) is not None


def _references(session: Session, now: datetime, customer_id: int) -> int:
    given = select(func.count()).where(
        AdvocateRequest.customer_id == customer_id,
        AdvocateRequest.outcome == "yes",
        AdvocateRequest.at > now - YEAR,
    )
    return session.scalar(given) or 0


def _fact(session: Session, customer_id: int, field: str) -> str | None:
    return session.scalar(
        select(ProfileFact.value)
        .where(
            ProfileFact.customer_id == customer_id,
            ProfileFact.field == field,
            ~ProfileFact.refused,
        )
        .order_by(ProfileFact.id.desc())
        .limit(1)
    )


def _status(session: Session, customer_id: int, before: str = "") -> str | None:
    return session.scalar(
        select(KeyStatus.status)
        .where(KeyStatus.customer_id == customer_id, KeyStatus.created_by != before)
        .order_by(KeyStatus.id.desc())
        .limit(1)
    )


def _said(votes: Iterable[Mapping[str, Any]], name: str) -> str | None:
    return next((str(vote[name]) for vote in votes if vote.get(name)), None)


def _tell_sales(session: Session, now: datetime, job_key: str, verdict: Mapping[str, Any]) -> None:
    """Leave a remark for sales: much revenue, no margin."""
    customer_id = verdict["facts"]["customer_id"]
    by = f"job:{job_key}"
    known = select(Insight.id).where(Insight.created_by == by, Insight.customer_id == customer_id)
    if session.scalar(known) is None:
        made = Insight(kind="price", customer_id=customer_id, to_department="sales_head")
        made.from_department, made.text = "finance", str(verdict["reason"])
        made.created_at, made.created_by = now, by
        session.add(made)
