"""Health of a relation: looked at by tier, talked over with the customer, and what follows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.relationship.health import Signs, health
from tasks.analytics.relationship.index import Index
from tasks.analytics.risk.hiatus import longest_usual_gap
from tasks.cases.records import Case
from tasks.customers.lifecycle import OURS
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.declare.people import People
from tasks.expectations.records import Expectation
from tasks.getting_to_know.asking import survey_named
from tasks.getting_to_know.expecting import expectations_known, keep_expectations
from tasks.getting_to_know.questions import keep_profile_answer
from tasks.getting_to_know.relation import (
    answered_share,
    keep_index,
    newest_mark,
    value_of,
)
from tasks.getting_to_know.whom import (
    TROUBLE,
    active_owner,
    find,
    is_key,
    open_trouble,
    tier,
)
from tasks.interactions.records import Interaction
from tasks.key_accounts.records import AccountPlan
from tasks.persons.records import Person
from tasks.policy.records import values
from tasks.promises.keeping import keep_promises
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.scores.records import CustomerScore, RelationScore
from tasks.surveys.records import SurveyAnswer

SURVEY = "health"
MARK = "how_are_we_doing"  # 1 to 10
NEVER = 9_999  # days since a talk that never took place
YEAR = timedelta(days=365)
PERSONS = 3  # people at a company whom we know make a relation that does not hang on one
ROOM_IN_WALLET = 0.5


@service_task(name="getting_to_know.look_at_health", retries=5)
def look_at_health(
    session: Session, now: datetime, services: People, customer_id: int, why: str | None = None
) -> dict[str, Any]:
    """Look how the relation with a customer is; records nothing.

    Reads ``why`` (the reason somebody asked for it, if any). Returns ``customer_name``, ``owner``,
    ``health`` (value 0-100, parts, unknown), ``shown`` (expectations, promises and cases for the
    talk) and ``facts``, what the table of how it is asked needs.
    """
    customer, word = find(session, customer_id), tier(session, customer_id)
    found = _health(session, now, customer)
    last = _last_talk(session, customer_id)
    limits = values(session, "health")
    return {
        "customer_name": customer.name,
        "owner": active_owner(session, services, customer),
        "health": _plain(found),
        "shown": _for_the_talk(session, now, customer_id),
        "facts": {
            "tier": word,
            "trouble": open_trouble(session, customer_id) is not None,
            "expectations_known": expectations_known(session, now, customer_id),
            "days_since_talk": NEVER if last is None else (now - last).days,
            "fell": _fell(session, now, customer_id, found),
            "asked_for": why is not None,
            "drop": limits["drop"],
            "rest": limits["rest_days"],
            "talk_a": limits["talk_days_a"],
            "talk_b": limits["talk_days_b"],
            "form": limits["form_days"],
        },
    }


@service_task(name="getting_to_know.keep_health_talk", retries=5)
def keep_health_talk(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    talk: dict[str, Any],
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep what was said about the relation, once.

    Reads ``talk``: how_are_we_doing (1-10), better, worse, upcoming_needs, agreed_next and
    agreed_until (make a promise), expectations_changed and expectations (dimension, expected,
    importance), stakeholders_changed, reached; question (the one that was placed), question_answer
    and question_refused. Expectations that were asked again hold anew: in
    tier A for health.expect_days_a days, else for health.expect_days. Returns ``talked``.
    """
    if talk.get("reached") is False:
        return {"talked": False}
    by = f"job:{job_key}"
    known = select(SurveyAnswer.id).where(SurveyAnswer.created_by == by)
    if session.scalar(known.limit(1)) is None:
        _keep_answers(session, now, by, customer_id, talk)
        keep_expectations(session, now, customer_id, talk, owner)
        _keep_question(session, now, customer_id, talk)
        if owner:
            _keep_interaction(session, now, job_key, customer_id, talk, owner)
    if talk.get("agreed_next") and talk.get("agreed_until"):
        made = [{"text": talk["agreed_next"], "due": talk["agreed_until"]}]
        keep_promises(session, now, job_key, customer_id, made, owner)
    return {"talked": True}


@service_task(name="getting_to_know.judge_health", retries=5)
def judge_health(session: Session, now: datetime, job_key: str, customer_id: int) -> dict[str, Any]:
    """Work out the health after a look or a talk, keep it, and say when to look again.

    Returns ``health`` (value 0-100, parts, unknown, fell), ``next_at`` (policy values
    health.look_days_*) and ``judged``, what the table D-11 asks.
    """
    customer, word = find(session, customer_id), tier(session, customer_id)
    found = keep_index(
        session, now, job_key, customer_id, "health", _health(session, now, customer)
    )
    limits = values(session, "health")
    days = limits.get(f"look_days_{(word or 'D')[0].lower()}", limits["look_days_d"])
    return {
        "health": found,
        "next_at": iso(now + timedelta(days=int(days))),
        "judged": {
            "repeat_open": _repeat_open(session, customer_id),
            "value": found["value"],
            "fell": found["fell"],
            "tier": word,
            "single_threaded": customer.kind == "company" and _persons(session, customer_id) <= 1,
            "key_low": is_key(session, now, customer_id)
            and (found["value"] or 0) < values(session, "account").get("least_health", 60),
            "growth": _can_grow(session, now, customer_id),
            "low": limits["low"],
            "high": limits["high"],
            "drop": limits["drop"],
        },
    }


@service_task(name="getting_to_know.find_health_due", retries=5)
def find_health_due(session: Session, now: datetime) -> dict[str, Any]:
    """Find customers of tiers A to C whose health nobody has looked at for 200 days or ever.

    Returns ``due``, their numbers: tier A first, then who earns us more; at most the policy value
    health.begin_per_day.
    """
    newest = select(func.max(CustomerScore.id)).group_by(CustomerScore.customer_id)
    looked = select(RelationScore.customer_id).where(
        RelationScore.kind == "health", RelationScore.at > now - timedelta(days=200)
    )
    due = (
        select(Customer.id)
        .join(CustomerScore, CustomerScore.customer_id == Customer.id)
        .where(
            CustomerScore.id.in_(newest),
            CustomerScore.tier.in_(("A", "B", "C")),
            Customer.lifecycle_stage.in_(OURS),
            Customer.merged_into_id.is_(None),
            Customer.erased_at.is_(None),
            Customer.id.not_in(looked),
        )
        .order_by(CustomerScore.tier, CustomerScore.margin_12m.desc(), Customer.id)
        .limit(int(values(session, "health")["begin_per_day"]))
    )
    return {"due": list(session.scalars(due))}


def _health(session: Session, now: datetime, customer: Customer) -> Index | None:
    bought = sorted(
        session.scalars(select(Transaction.at).where(Transaction.customer_id == customer.id))
    )
    gaps = [(later - earlier) / timedelta(days=1) for earlier, later in pairwise(bought)]
    problems = session.scalar(
        select(func.count()).where(
            Case.customer_id == customer.id, Case.kind.in_(TROUBLE), Case.state == "open"
        )
    )
    persons = _persons(session, customer.id)
    return health(
        Signs(
            days_since_last=(now - bought[-1]) / timedelta(days=1) if bought else None,
            usual_gap=longest_usual_gap(gaps),
            satisfaction=_satisfaction(session, now, customer.id),
            open_problems=problems,
            repeat_open=_repeat_open(session, customer.id),
            trust=value_of(session, customer.id, "trust"),
            breadth=persons / PERSONS if customer.kind == "company" else None,
            answered=answered_share(session, now, customer.id),
            opted_out=customer.do_not_contact,
        )
    )


def _satisfaction(session: Session, now: datetime, customer_id: int) -> float | None:
    """Return the newest mark of 0 to 10: of a talk, a recommendation, or twice a satisfaction."""
    for question, scale in ((MARK, 1.0), ("nps", 1.0), ("csat", 2.0)):
        mark = newest_mark(session, now, customer_id, question)
        if mark is not None:
            return min(mark * scale, 10.0)
    return None


def _repeat_open(session: Session, customer_id: int) -> bool:
    found = select(Case.id).where(
        Case.customer_id == customer_id, Case.state == "open", Case.repeat_of_id.is_not(None)
    )
    return session.scalar(found.limit(1)) is not None


def _persons(session: Session, customer_id: int) -> int:
    here = select(func.count()).where(Person.customer_id == customer_id, Person.left_at.is_(None))
    return session.scalar(here) or 0


def _can_grow(session: Session, now: datetime, customer_id: int) -> bool:
    """Return whether needs were named within a year, or half of what he buys he buys elsewhere."""
    named = select(SurveyAnswer.id).where(
        SurveyAnswer.customer_id == customer_id,
        SurveyAnswer.question == "upcoming_needs",
        SurveyAnswer.at > now - YEAR,
    )
    share = session.scalar(
        select(AccountPlan.share_of_wallet)
        .where(AccountPlan.customer_id == customer_id)
        .order_by(AccountPlan.number.desc())
        .limit(1)
    )
    return session.scalar(named.limit(1)) is not None or (
        share is not None and share < ROOM_IN_WALLET
    )


def _last_talk(session: Session, customer_id: int) -> datetime | None:
    return session.scalar(
        select(func.max(SurveyAnswer.at)).where(
            SurveyAnswer.customer_id == customer_id, SurveyAnswer.question == MARK
        )
    )


def _fell(session: Session, now: datetime, customer_id: int, found: Index | None) -> float:
    highest = session.scalar(
        select(func.max(RelationScore.value)).where(
            RelationScore.customer_id == customer_id,
            RelationScore.kind == "health",
            RelationScore.at > now - timedelta(days=90),
        )
    )
    return max(0, round(highest - found.value)) if found and highest is not None else 0


def _plain(found: Index | None) -> dict[str, Any]:
    if found is None:
        return {"value": None, "parts": {}, "unknown": []}
    parts = {name: round(part) for name, part in found.parts.items()}
    return {"value": round(found.value), "parts": parts, "unknown": list(found.unknown)}


def _for_the_talk(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Return what whoever talks should know: expectations, open promises and open cases."""
    expected = session.scalars(
        select(Expectation)
        .where(Expectation.customer_id == customer_id, Expectation.source == "asked")
        .order_by(Expectation.id.desc())
        .limit(6)
    )
    promised = session.scalars(
        select(Promise)
        .where(Promise.customer_id == customer_id, Promise.kept_at.is_(None))
        .order_by(Promise.due)
        .limit(6)
    )
    cases = session.scalars(
        select(Case)
        .where(Case.customer_id == customer_id, Case.state == "open", ~Case.restricted)
        .order_by(Case.id.desc())
        .limit(6)
    )
    return {
        "expectations": [
            {"text": each.text, "until": each.valid_until and each.valid_until.isoformat()}
            for each in expected
        ],
        "promises": [
            {"text": each.text, "due": each.due and each.due.isoformat()} for each in promised
        ],
        "cases": [{"number": each.number, "text": each.text[:200]} for each in cases],
    }


def _keep_answers(
    session: Session, now: datetime, by: str, customer_id: int, talk: Mapping[str, Any]
) -> None:
    survey = survey_named(session, SURVEY)
    for question in (MARK, "better", "worse", "upcoming_needs", "agreed_next"):
        given = talk.get(question)
        if given in (None, ""):
            continue
        made = SurveyAnswer(survey_id=survey.id, customer_id=customer_id, question=question)
        made.value = float(given) if question == MARK else None
        made.text = "" if question == MARK else str(given)
        made.at, made.created_at, made.created_by = now, now, by
        session.add(made)
    session.flush()


def _keep_question(
    session: Session, now: datetime, customer_id: int, talk: Mapping[str, Any]
) -> None:
    question = talk.get("question")
    if question:
        keep_profile_answer(
            session,
            now,
            customer_id,
            question["field"],
            talk.get("question_answer"),
            refused=talk.get("question_refused") is True,
            source="health check",
        )


def _keep_interaction(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    talk: Mapping[str, Any],
    owner: str,
) -> None:
    said = [str(talk[name]) for name in ("better", "worse", "agreed_next") if talk.get(name)]
    made = Interaction(customer_id=customer_id, source="process", external_id=job_key)
    made.direction, made.channel, made.at, made.text = "out", "phone", now, "\n".join(said)
    made.agent, made.created_at, made.created_by = owner, now, owner
    session.add(made)
