"""The risk that a customer leaves: what is at stake, what was decided, and what was said."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.cases.records import Case
from tasks.contracts.records import Contract
from tasks.customers.lifecycle import GONE, end_risk, move
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.interactions.records import Interaction
from tasks.policy.amounts import to_major
from tasks.policy.records import value
from tasks.problems.customer import find, tier_of
from tasks.problems.new_signs import new_signs
from tasks.problems.signs import signs_of
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.risks.records import RiskAssessment

YEAR = timedelta(days=365)
HIGH = 60  # points for which the policy says how many leave
NOTHING_NEW = sentence("No new signs for 30 days.")
Found = list[dict[str, Any]]


@service_task(name="problems.gather_signs", retries=3)
def gather_signs(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Gather what points to a customer leaving; changes nothing.

    Returns ``customer_name``, ``owner`` and ``signs``, what the tables D-16 and D-17 ask, of the
    last 90 days. Refusing data, opting out and objecting are no signs. Raises NotFound.
    """
    customer = find(session, customer_id)
    signs = signs_of(session, customer_id, now)
    return {"customer_name": customer.name, "owner": customer.owner, "signs": signs}


@service_task(name="problems.weigh_risk", retries=5)
def weigh_risk(
    session: Session, now: datetime, job_key: str, customer_id: int, points: int, found: Found
) -> dict[str, Any]:
    """Work out the expected loss, and keep the points with their reasons.

    Reads ``points`` and ``found`` (points, reason). How likely the customer leaves comes from what
    became of at least 200 earlier customers with points; before that the share of the policy value
    risk.assumed_share at 60 points is assumed. At stake is the margin of the last twelve months and
    the yearly value of running contracts. Returns ``risk``: ``id``, ``tier``, ``many_problems``,
    ``expected_loss``, ``cost_of_care`` (in ``currency``), ``assumed`` and ``worth_care``.
    """
    author = f"job:{job_key}"
    kept = session.scalar(select(RiskAssessment).where(RiskAssessment.created_by == author))
    if kept is None:
        share, assumed = leaving_share(session, points)
        stake = at_stake(session, customer_id, now)
        kept = RiskAssessment(customer_id=customer_id, at=now, points=points, found=found)
        kept.p_leave, kept.assumed, kept.at_stake = share, assumed, stake
        kept.expected_loss = round(share * stake)
        kept.created_at, kept.created_by = now, author
        session.add(kept)
        session.flush()
    cost = int(value(session, "risk.cost_of_care"))
    return {
        "risk": {
            "id": kept.id,
            "tier": tier_of(session, customer_id),
            "many_problems": _many_problems(session, customer_id, now),
            "expected_loss": to_major(session, kept.expected_loss),
            "cost_of_care": to_major(session, cost),
            "currency": value(session, "company.currency"),
            "assumed": kept.assumed,
            "worth_care": kept.expected_loss > cost,
        }
    }


@service_task(name="problems.note_risk", retries=5)
def note_risk(
    session: Session,
    now: datetime,
    customer_id: int,
    risk: dict[str, Any],
    answer: str,
    reason: str,
) -> dict[str, Any]:
    """Note what is done about a risk; whoever is at risk is shown so.

    Reads ``risk`` (id), ``answer`` (care, head, recovery_call, owner_call, watch, none) and
    ``reason``. Returns nothing.
    """
    kept = session.get_one(RiskAssessment, risk["id"])
    kept.answer, kept.answer_reason, kept.updated_at = answer, reason, now
    customer = find(session, customer_id)
    if answer == "none":
        _over(session, customer, now, reason)
    elif customer.lifecycle_stage not in GONE:
        move(session, customer, "at_risk", now, "risk_triggers", reason)
    return {}


@service_task(name="problems.keep_risk_call", retries=5)
def keep_risk_call(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    risk: dict[str, Any],
    reached: str,
    what: str | None = None,
    put_right: str | None = None,
    promise_due: str | None = None,
    leaving: str | None = None,
    need: str | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep what a customer at risk said in a call, and what was promised.

    Reads ``risk`` (id) and the fields of the form. A date makes ``put_right`` a promise. Returns
    ``kept_at``.
    """
    kept = session.get_one(RiskAssessment, risk["id"])
    kept.leaving, kept.said, kept.need, kept.updated_at = leaving, what or "", need or "", now
    if reached == "yes":
        _keep_talk(session, now, job_key, customer_id, what or "", owner)
    known = select(Promise.id).where(Promise.job_key == job_key)
    if put_right and promise_due and session.scalar(known) is None:
        promise = Promise(customer_id=customer_id, made_by=owner or "", text=put_right)
        promise.due, promise.job_key = date.fromisoformat(promise_due), job_key
        promise.created_at = now
        session.add(promise)
    return {"kept_at": iso(now)}


@service_task(name="problems.look_again", retries=5)
def look_again(
    session: Session, now: datetime, customer_id: int, risk: dict[str, Any]
) -> dict[str, Any]:
    """Look whether there are new signs since a risk was weighed; without any it is over.

    Reads ``risk`` (id). Returns ``anything_new``. Who was at risk and is so no more is in the stage
    of before again.
    """
    kept = session.get_one(RiskAssessment, risk["id"])
    anything = customer_id in new_signs(session, kept.at, now, customer_id)
    if not anything:
        _over(session, find(session, customer_id), now, NOTHING_NEW)
    return {"anything_new": anything}


def leaving_share(session: Session, points: int) -> tuple[float, bool]:
    """Return the share of customers with so many points who leave, and whether it is assumed."""
    # numpy costs 30 MB and 0.4 s, which whoever serves pages does not need
    from tasks.analytics.risk.points import calibrate

    rows = session.execute(
        select(RiskAssessment.points, RiskAssessment.outcome_90).where(
            RiskAssessment.outcome_90.is_not(None)
        )
    ).all()
    try:
        curve = calibrate([row[0] for row in rows], [row[1] == "left" for row in rows])
    except ValueError:
        curve = None  # more points with fewer losses: the owner sees it in the figures
    if curve is not None:
        return float(curve.probability([points])[0]), False
    share = float(value(session, "risk.assumed_share")) * points / HIGH
    return min(0.95, share), True


def at_stake(session: Session, customer_id: int, now: datetime) -> int:
    """Return what a year with the customer is worth, in minor units, at least 0."""
    margin = session.scalar(
        select(func.sum(Transaction.margin)).where(
            Transaction.customer_id == customer_id,
            Transaction.at > now - YEAR,
            Transaction.returned_at.is_(None),
        )
    )
    contracts = session.scalar(
        select(func.sum(Contract.value)).where(
            Contract.customer_id == customer_id,
            Contract.ended_at.is_(None),
            Contract.ends_on.is_(None) | (Contract.ends_on >= now.date()),
        )
    )
    return max(0, int(margin or 0) + int(contracts or 0))


def _over(session: Session, customer: Customer, now: datetime, why: str) -> None:
    """End the risk, unless intensive care goes on: that says itself when it is over."""
    until = customer.intensive_care_until
    if until is None or until <= now:
        end_risk(session, customer, now, "risk_triggers", why)


def _many_problems(session: Session, customer_id: int, now: datetime) -> bool:
    complaints = select(func.count()).where(
        Case.customer_id == customer_id, Case.kind == "complaint", Case.opened_at >= now - YEAR
    )
    return (session.scalar(complaints) or 0) >= int(value(session, "complaint.many_problems"))


def _keep_talk(
    session: Session, now: datetime, job_key: str, customer_id: int, text: str, agent: str | None
) -> None:
    known = select(Interaction.id).where(
        Interaction.source == "process", Interaction.external_id == job_key
    )
    if session.scalar(known) is None:
        talk = Interaction(source="process", external_id=job_key, customer_id=customer_id)
        talk.direction, talk.channel, talk.at, talk.text = "out", "phone", now, text
        talk.agent, talk.created_at, talk.created_by = agent, now, agent or ""
        session.add(talk)
