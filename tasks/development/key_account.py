"""Key accounts: the plan, the pack of facts before each review, and what the review brought."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.declare.instants import iso
from tasks.development.key_account_facts import (
    PLAN,
    bought,
    complaints,
    ending,
    goals_of,
    moments,
    opportunities,
    whitespace,
)
from tasks.development.tailored_offer import customer_of
from tasks.expectations.records import MutualGoal
from tasks.interactions.records import Interaction
from tasks.key_accounts.contacts import (
    contacts,
    keep_contacts,
    missing_roles,
    single_thread,
)
from tasks.key_accounts.records import AccountPlan, AccountReview, KeyStatus
from tasks.partners.records import Partner
from tasks.policy.amounts import to_major, to_minor
from tasks.policy.records import value
from tasks.promises.keeping import keep_promises
from tasks.promises.records import Promise
from tasks.quotes.records import Opportunity
from tasks.scores.records import latest_relation

YEAR = timedelta(days=365)
MOST_SHOWN = 5  # of a list in the pack


@service_task(name="development.account_facts", retries=3)
def account_facts(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Gather what is known of a key account before its plan is written; records nothing.

    Returns ``customer_name``, ``owner``, ``account`` (single_thread: one contact is all there is;
    missing_roles, whitespace: products customers like this one have, currency), the last plan as
    ``goals``, ``stakeholders``, ``needs``, ``opportunities``, ``risks``, ``share_of_wallet``,
    ``investment``, and ``partners`` to choose from.
    """
    customer = customer_of(session, customer_id)
    known = contacts(session, customer_id)
    plan = _plan(session, customer_id)
    partners = session.scalars(select(Partner).order_by(Partner.name)).all()
    return {
        "customer_name": customer.name,
        "owner": customer.owner,
        "account": _account(session, customer_id, known),
        "goals": goals_of(session, customer_id) or None,
        "stakeholders": [each for each in known if each["role"]] or None,
        "needs": plan.needs if plan else None,
        "opportunities": opportunities(session, customer_id) or None,
        "risks": plan.risks if plan else None,
        "share_of_wallet": round(plan.share_of_wallet * 100, 1)
        if plan and plan.share_of_wallet is not None
        else None,
        "investment": to_major(session, plan.investment) if plan else None,
        "partners": [{"value": each.id, "label": each.name} for each in partners],
    }


@service_task(name="development.keep_account_plan", retries=5)
def keep_account_plan(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    goals: list[dict[str, Any]],
    stakeholders: list[dict[str, Any]],
    investment: float,
    needs: str | None = None,
    opportunities: list[dict[str, Any]] | None = None,
    risks: str | None = None,
    share_of_wallet: float | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep the approved plan as a new version, with everything that hangs on it.

    Reads the fields of the form. Goals stay *proposed* until the customer agrees too;
    opportunities have stage, amount and the day they close; contacts are kept by role. Returns
    ``plan_number``, ``account`` (see development.account_facts) and ``review_at``, a quarter from
    now.
    """
    number = _number_of(session, customer_id, job_key)
    by = owner or ""
    plan = session.scalar(
        select(AccountPlan).where(
            AccountPlan.customer_id == customer_id, AccountPlan.number == number
        )
    )
    if plan is None:
        plan = AccountPlan(
            customer_id=customer_id, number=number, created_at=now, created_by=f"job:{job_key}"
        )
        session.add(plan)
    plan.goals, plan.stakeholders, plan.risks = goals, stakeholders, risks or ""
    plan.needs = needs or ""
    plan.opportunities = "\n".join(row["what"] for row in opportunities or ())
    plan.share_of_wallet = None if share_of_wallet is None else share_of_wallet / 100
    plan.investment = to_minor(session, investment) or 0
    review_at = now + timedelta(days=int(value(session, "account.review_days")))
    plan.next_review, plan.updated_at = review_at.date(), now
    keep_contacts(session, now, customer_id, stakeholders, by)
    _propose_goals(session, now, customer_id, goals, by)
    _keep_opportunities(session, now, customer_id, opportunities or (), by)
    known = contacts(session, customer_id)
    return {
        "plan_number": number,
        "account": _account(session, customer_id, known),
        "review_at": iso(review_at),
    }


@service_task(name="development.review_pack", retries=3)
def review_pack(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Put the facts of the quarter on one page before the review; records nothing.

    Returns ``owner``, ``account`` (see development.account_facts) and ``pack``: orders, amount and
    margin of 12 months with growth in percent, health (0 to 100), moments (positive, negative),
    complaints with their causes, contracts that end within the policy value renewal.key_days;
    ``goal_status`` and ``promises`` as the form lists them.
    """
    customer = customer_of(session, customer_id)
    known = contacts(session, customer_id)
    health = latest_relation(session, customer_id, "health")
    goals = [
        {"goal": goal["text"], "status": "on_track"} for goal in goals_of(session, customer_id)
    ]
    return {
        "owner": customer.owner,
        "account": _account(session, customer_id, known),
        "pack": bought(session, customer_id, now)
        | {
            "health": round(health.value) if health else None,
            "positive": moments(session, customer_id, now, "positive"),
            "negative": moments(session, customer_id, now, "negative"),
            "complaints": complaints(session, customer_id, now),
            "contracts": ending(session, customer_id, now),
        },
        "goal_status": goals or None,
        "promises": [
            {"text": each.text, "due": each.due and each.due.isoformat(), "kept": "open"}
            for each in _open_promises(session, customer_id)[:MOST_SHOWN]
        ]
        or None,
    }


@service_task(name="development.keep_review", retries=5)
def keep_review(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    customer_score: int,
    decisions: str,
    goal_status: list[dict[str, Any]] | None = None,
    promises: list[dict[str, Any]] | None = None,
    new_promises: list[dict[str, Any]] | None = None,
    new_needs: str | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep a quarterly review that was held with the customer.

    Reads the fields of the form: what became of the goals (agreed, on_track, met, missed,
    dropped) and of the promises (kept, broken, open). Returns ``review_at``, a quarter from now,
    and ``still_key``: whether the committee's decision still holds (R-12).
    """
    _keep_goals(session, now, customer_id, goal_status or ())
    _settle_promises(session, now, customer_id, promises or ())
    keep_promises(session, now, job_key, customer_id, new_promises, owner)
    if session.scalar(select(AccountReview.id).where(AccountReview.job_key == job_key)) is None:
        session.add(
            AccountReview(
                customer_id=customer_id,
                at=now,
                held_by=owner or "",
                score=customer_score,
                goals=goal_status or [],
                decisions=decisions,
                needs=new_needs or "",
                job_key=job_key,
                created_at=now,
            )
        )
    days = timedelta(days=int(value(session, "account.review_days")))
    return {"review_at": iso(now + days), "still_key": _is_key(session, now, customer_id)}


@service_task(name="development.account_contacts", retries=3)
def account_contacts(session: Session, customer_id: int) -> dict[str, Any]:
    """Look who is there at a key account now; records nothing.

    Returns ``account`` (see development.account_facts).
    """
    return {"account": _account(session, customer_id, contacts(session, customer_id))}


@service_task(name="development.keep_new_contacts", retries=5)
def keep_new_contacts(
    session: Session,
    now: datetime,
    customer_id: int,
    new_contacts: list[dict[str, Any]] | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep the contacts that were won.

    Reads ``new_contacts`` (name, title, role, attitude, owner). Returns ``account``.
    """
    keep_contacts(session, now, customer_id, new_contacts or (), owner or "")
    return {"account": _account(session, customer_id, contacts(session, customer_id))}


@service_task(name="development.keep_signal", retries=5)
def keep_signal(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    what_is_it: str,
    agreed: str | None = None,
    owner: str | None = None,
) -> None:
    """Keep a talk about a warning or a renewal where everybody who serves the customer finds it.

    Reads ``what_is_it`` and ``agreed``.
    """
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
                text="\n".join(filter(None, (what_is_it, agreed))),
                agent=owner,
                created_at=now,
                created_by=owner or "",
            )
        )


def _account(
    session: Session, customer_id: int, known: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "single_thread": single_thread(known),
        "contacts": len({each["name"] for each in known}),
        "missing_roles": missing_roles(known),
        "whitespace": whitespace(session, customer_id),
        "currency": value(session, "company.currency"),
    }


def _plan(session: Session, customer_id: int) -> AccountPlan | None:
    return session.scalar(
        select(AccountPlan)
        .where(AccountPlan.customer_id == customer_id)
        .order_by(AccountPlan.number.desc())
        .limit(1)
    )


def _number_of(session: Session, customer_id: int, job_key: str) -> int:
    """Return the number of the plan this job keeps: its own if it ran before, else the next."""
    plan = _plan(session, customer_id)
    if plan is None:
        return 1
    return plan.number if plan.created_by == f"job:{job_key}" else plan.number + 1


def _propose_goals(
    session: Session, now: datetime, customer_id: int, goals: Sequence[Mapping[str, Any]], by: str
) -> None:
    open_ones = {
        each.text: each
        for each in session.scalars(
            select(MutualGoal).where(
                MutualGoal.customer_id == customer_id,
                MutualGoal.status.in_(("proposed", "agreed")),
            )
        )
    }
    for row in goals:
        goal = open_ones.get(row["text"])
        if goal is None:
            goal = MutualGoal(
                customer_id=customer_id, text=row["text"], created_at=now, created_by=by
            )
            goal.accepted_by_us_at = now
            session.add(goal)
        goal.measure, goal.target = row.get("measure") or "", row.get("target") or ""
        goal.due = date.fromisoformat(row["due"]) if row.get("due") else None
        goal.updated_at = now


def _keep_goals(
    session: Session, now: datetime, customer_id: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    for row in rows:
        goal = session.scalar(
            select(MutualGoal).where(
                MutualGoal.customer_id == customer_id,
                MutualGoal.text == row["goal"],
                MutualGoal.status.in_(("proposed", "agreed")),
            )
        )
        if goal is None or row["status"] == "on_track":
            continue
        if row["status"] == "agreed":
            goal.accepted_by_customer_at = goal.accepted_by_customer_at or now
        goal.status, goal.updated_at = row["status"], now


def _keep_opportunities(
    session: Session, now: datetime, customer_id: int, rows: Sequence[Mapping[str, Any]], by: str
) -> None:
    for row in rows:
        known = session.scalar(
            select(Opportunity).where(
                Opportunity.customer_id == customer_id,
                Opportunity.began_by == PLAN,
                Opportunity.category == row["what"],
                Opportunity.closed_at.is_(None),
            )
        )
        if known is None:
            known = Opportunity(
                customer_id=customer_id,
                category=row["what"],
                began_by=PLAN,
                owner=by or None,
                created_at=now,
                created_by=by,
            )
            session.add(known)
        known.amount = to_minor(session, row["amount"])
        known.closes_on, known.updated_at = date.fromisoformat(row["closes_on"]), now


def _open_promises(session: Session, customer_id: int) -> list[Promise]:
    found = session.scalars(
        select(Promise)
        .where(
            Promise.customer_id == customer_id,
            Promise.kept_at.is_(None),
            Promise.broken_at.is_(None),
        )
        .order_by(Promise.due, Promise.id)
    )
    return list(found)


def _settle_promises(
    session: Session, now: datetime, customer_id: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    said = {row["text"]: row.get("kept") for row in rows}
    for promise in _open_promises(session, customer_id):
        if said.get(promise.text) == "kept":
            promise.kept_at = promise.updated_at = now
        elif said.get(promise.text) == "broken":
            promise.broken_at = promise.updated_at = now


def _is_key(session: Session, now: datetime, customer_id: int) -> bool:
    found = select(KeyStatus.id).where(
        KeyStatus.customer_id == customer_id,
        KeyStatus.status == "key",
        KeyStatus.expires_on > now.date(),
    )
    return session.execute(found.limit(1)).first() is not None
