"""Intensive care: who leads it, the plan, the weekly talks, and how it ends."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.cases.rechecks import CaseRecheck
from tasks.cases.records import Case
from tasks.customers.lifecycle import GONE, end_risk, move
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.declare.people import Colleague, People
from tasks.expectations.records import Expectation
from tasks.moments.records import MomentOfTruth
from tasks.policy.amounts import to_major, to_minor
from tasks.policy.records import value
from tasks.problems.customer import find, tier_of
from tasks.problems.risk import at_stake, leaving_share
from tasks.promises.records import Promise
from tasks.risks.records import CareProgramme, CareTalk, RiskAssessment

MONTH, LONGEST = timedelta(days=30), timedelta(days=90)
ASKED_FOR = timedelta(days=180)  # what is asked holds so long
GOOD_MOOD = 1
LEAST_POINTS = 60  # who is brought into care without points is treated like one with so many
REBUILT = sentence("Intensive care ended: the trust is rebuilt.")
BEGAN = sentence("Intensive care began.")


@service_task(name="problems.care_facts", retries=3)
def care_facts(
    session: Session, now: datetime, services: People, customer_id: int | None = None
) -> dict[str, Any]:
    """Look at what is at stake and at who could lead; changes nothing.

    Leads are care supervisors, for tier A the head of care, each with at most as many cases as the
    policy value care.cases_per_lead says. Returns ``customer_name``, ``leads`` (user, name) and
    ``care``: ``known`` (not for an anonymous complaint), ``worth_care``, ``expected_loss``,
    ``cost_of_care``, ``currency`` and ``lead`` (None where nobody has room).
    """
    if customer_id is None:
        nobody = {"known": False, "worth_care": False, "lead": None}
        return {"customer_name": "", "leads": [], "care": nobody}
    customer = find(session, customer_id)
    people = services.members(session, ("care_supervisor", "care_head"))
    share, _ = leaving_share(session, _points(session, customer_id))
    loss = round(share * at_stake(session, customer_id, now))
    cost = int(value(session, "risk.cost_of_care"))
    lead = _lead(session, people, tier_of(session, customer_id))
    return {
        "customer_name": customer.name,
        "leads": [{"user": each.username, "name": each.name} for each in people],
        "care": {
            "known": True,
            "worth_care": loss > cost,
            "expected_loss": to_major(session, loss),
            "cost_of_care": to_major(session, cost),
            "currency": value(session, "company.currency"),
            "lead": lead,
        },
    }


@service_task(name="problems.begin_care", retries=5)
def begin_care(
    session: Session, now: datetime, customer_id: int, lead: str, why: str | None = None
) -> dict[str, Any]:
    """Begin intensive care: nothing is sold any more, and the customer is at risk.

    Reads ``lead`` (a user name) and ``why``. Returns ``programme``, its number.
    """
    customer = find(session, customer_id)
    programme = _open(session, customer_id)
    if programme is None:
        programme = CareProgramme(customer_id=customer_id, lead=lead, why=why or "")
        programme.began_at, programme.until, programme.created_at = now, now + MONTH, now
        session.add(programme)
        session.flush()
    customer.intensive_care_until, customer.updated_at = now + LONGEST, now
    if customer.lifecycle_stage not in GONE:
        move(session, customer, "at_risk", now, "intensive_care", why or BEGAN)
    return {"programme": programme.id}


@service_task(name="problems.note_plan", retries=5)
def note_plan(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    programme: int,
    what_hurt: str,
    customer_words: str,
    steps: list[dict[str, Any]],
    expectations: list[dict[str, Any]] | None = None,
    sponsor: str | None = None,
    authority_limit: float | None = None,
) -> dict[str, Any]:
    """Keep the plan; its steps are promises with dates, and what is expected is kept as asked.

    Reads the fields of the form; a changed plan takes the place of the one before. Returns
    ``steps``.
    """
    kept = session.get_one(CareProgramme, programme)
    kept.what_hurt, kept.customer_words, kept.steps = what_hurt, customer_words, steps
    kept.sponsor, kept.updated_at = sponsor or "", now
    kept.authority_limit = to_minor(session, authority_limit)
    _promise(session, now, job_key, kept, steps)
    for each in expectations or ():
        asked = Expectation(customer_id=customer_id, text=each["expected"], created_at=now)
        asked.importance, asked.source = each.get("importance"), "asked"
        asked.asked_at, asked.valid_until = now, (now + ASKED_FOR).date()
        session.add(asked)
    return {"steps": steps}


@service_task(name="problems.note_week", retries=5)
def note_week(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    programme: int,
    mood: int,
    next: str,  # noqa: A002 - the name of the field
    kept: list[str] | None = None,
    csat: int | None = None,
    lead: str | None = None,
) -> dict[str, Any]:
    """Keep a weekly talk, and look how the care goes.

    Reads ``kept`` (the steps of the plan that are done), ``mood`` (-2 to 2), ``csat`` (1 to 5, if
    asked), ``next`` and ``lead``. Returns ``course``, what the table
    asks: ``good_in_a_row`` (talks in a good mood and positive moments since the last bad one),
    ``open_problems``, ``csat`` (the newest), ``quiet_days``, ``review_due`` and ``extended``.
    """
    care = session.get_one(CareProgramme, programme)
    if not session.scalar(select(CareTalk.id).where(CareTalk.job_key == job_key)):
        talk = CareTalk(programme_id=care.id, at=now, kept=kept or [], mood=int(mood), next=next)
        talk.csat, talk.job_key = None if csat is None else int(csat), job_key
        talk.created_at, talk.created_by = now, lead or ""
        session.add(talk)
        _keep_promises(session, now, care, kept or [])
        session.flush()
    return {"course": _course(session, now, care)}


@service_task(name="problems.extend_care", retries=5)
def extend_care(
    session: Session, now: datetime, customer_id: int, programme: int
) -> dict[str, Any]:
    """Extend intensive care to day 90; asked again it goes on as it is.

    Returns ``until``.
    """
    care = session.get_one(CareProgramme, programme)
    care.extended, care.updated_at = True, now
    care.until = max(care.until, care.began_at + LONGEST, now + timedelta(days=7))
    customer = find(session, customer_id)
    customer.intensive_care_until, customer.updated_at = care.until + MONTH, now
    return {"until": iso(care.until)}


@service_task(name="problems.end_care", retries=5)
def end_care(
    session: Session,
    now: datetime,
    customer_id: int,
    programme: int,
    exit: str,  # noqa: A002 - the name of the field
    basis: str | None = None,
    lesson: str | None = None,
) -> dict[str, Any]:
    """End intensive care in one of its two ways.

    Reads ``exit`` (rebuilt, separated), ``basis`` for the time to come and ``lesson``. Rebuilt: the
    customer is in the stage of before again. Returns ``ended_at``.
    """
    care = session.get_one(CareProgramme, programme)
    care.ended_at, care.exit, care.updated_at = now, exit, now
    care.basis, care.lesson = basis or "", lesson or ""
    customer = find(session, customer_id)
    customer.intensive_care_until, customer.updated_at = None, now
    if exit == "rebuilt":
        end_risk(session, customer, now, "intensive_care", REBUILT)
    return {"ended_at": iso(now)}


def _open(session: Session, customer_id: int) -> CareProgramme | None:
    return session.scalar(
        select(CareProgramme)
        .where(CareProgramme.customer_id == customer_id, CareProgramme.ended_at.is_(None))
        .order_by(CareProgramme.id.desc())
        .limit(1)
    )


def _points(session: Session, customer_id: int) -> int:
    """Return the newest points; somebody brought into care for another reason has many."""
    newest = session.scalar(
        select(RiskAssessment.points)
        .where(RiskAssessment.customer_id == customer_id)
        .order_by(RiskAssessment.id.desc())
        .limit(1)
    )
    return max(newest or 0, LEAST_POINTS)


def _lead(session: Session, people: list[Colleague], tier: str | None) -> str | None:
    """Return who has the fewest open cases and room for one more."""
    group = "care_head" if tier == "A" else "care_supervisor"
    open_ones = (
        select(CareProgramme.lead, func.count())
        .join(Customer, Customer.id == CareProgramme.customer_id)
        .where(CareProgramme.ended_at.is_(None), Customer.lifecycle_stage.not_in(GONE))
        .group_by(CareProgramme.lead)
    )
    load: Counter[str] = Counter()
    for name, cases in session.execute(open_ones):
        load[name] = cases
    most = int(value(session, "care.cases_per_lead"))
    free = sorted((load[each.username], each.username) for each in people if group in each.groups)
    return free[0][1] if free and free[0][0] < most else None


def _promise(
    session: Session, now: datetime, job_key: str, care: CareProgramme, steps: list[dict[str, Any]]
) -> None:
    """Keep each step as a promise; those of an earlier plan that are open are dropped."""
    mine = f"care:{care.id}"
    earlier = select(Promise).where(
        Promise.customer_id == care.customer_id,
        Promise.created_by == mine,
        Promise.job_key != job_key,
        Promise.kept_at.is_(None),
        Promise.broken_at.is_(None),
    )
    for each in session.scalars(earlier):
        session.delete(each)
    known = select(Promise.id).where(Promise.job_key == job_key)
    if session.scalar(known.limit(1)) is not None:
        return
    for position, step in enumerate(steps):
        promise = Promise(customer_id=care.customer_id, made_by=care.lead, text=step["what"])
        promise.due, promise.position = date.fromisoformat(step["due"]), position
        promise.job_key, promise.created_at, promise.created_by = job_key, now, mine
        session.add(promise)


def _keep_promises(session: Session, now: datetime, care: CareProgramme, done: list[str]) -> None:
    for each in session.scalars(
        select(Promise).where(
            Promise.created_by == f"care:{care.id}",
            Promise.text.in_(done),
            Promise.kept_at.is_(None),
        )
    ):
        each.kept_at, each.updated_at = now, now


def _course(session: Session, now: datetime, care: CareProgramme) -> dict[str, Any]:
    talks = session.execute(
        select(CareTalk.at, CareTalk.mood).where(CareTalk.programme_id == care.id)
    )
    met = session.execute(
        select(MomentOfTruth.at, MomentOfTruth.polarity).where(
            MomentOfTruth.customer_id == care.customer_id,
            MomentOfTruth.at >= care.began_at,
            MomentOfTruth.polarity != "neutral",
        )
    )
    seen = [(at, mood >= GOOD_MOOD) for at, mood in talks if mood != 0]
    seen += [(at, polarity == "positive") for at, polarity in met]
    seen.sort(reverse=True)
    good = next((n for n, (_, is_good) in enumerate(seen) if not is_good), len(seen))
    last_bad = next((at for at, is_good in seen if not is_good), care.began_at)
    return {
        "good_in_a_row": good,
        "open_problems": _open_problems(session, care.customer_id, now),
        "csat": _newest_csat(session, care),
        "quiet_days": (now - last_bad).days,
        "review_due": now >= care.until,
        "extended": care.extended,
    }


def _open_problems(session: Session, customer_id: int, now: datetime) -> int:
    cases = select(func.count()).where(
        Case.customer_id == customer_id, Case.kind == "complaint", Case.state == "open"
    )
    promises = select(func.count()).where(
        Promise.customer_id == customer_id,
        Promise.kept_at.is_(None),
        or_(Promise.broken_at.is_not(None), Promise.due < now.date()),
        Promise.repaired_at.is_(None),
    )
    return (session.scalar(cases) or 0) + (session.scalar(promises) or 0)


def _newest_csat(session: Session, care: CareProgramme) -> int | None:
    """Return the last mark, told in a talk or about a solved complaint."""
    told = session.execute(
        select(CareTalk.at, CareTalk.csat)
        .where(CareTalk.programme_id == care.id, CareTalk.csat.is_not(None))
        .order_by(CareTalk.id.desc())
        .limit(1)
    ).first()
    after = session.execute(
        select(CaseRecheck.created_at, CaseRecheck.csat)
        .join(Case, Case.id == CaseRecheck.case_id)
        .where(Case.customer_id == care.customer_id, CaseRecheck.csat.is_not(None))
        .order_by(CaseRecheck.id.desc())
        .limit(1)
    ).first()
    marks = [(at, mark) for at, mark in (row for row in (told, after) if row is not None)]
    return max(marks)[1] if marks else None
