"""Asking customers what it was like: whom, about what, how often, and what silence means."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.customers.lifecycle import OURS
from tasks.customers.records import Customer
from tasks.expectations.records import DIMENSIONS
from tasks.getting_to_know.whom import find, tier
from tasks.policy.records import value
from tasks.surveys.records import Survey, SurveyInvitation
from tasks.welcomes.records import WelcomePlan

SURVEYS = {"delivery": "delivery", "relationship": "relationship"}
ROTATING = 4  # dimensions a relationship survey asks about
WORDS = {
    "reliability": sentence("Reliability"),
    "responsiveness": sentence("Quick answers"),
    "access": sentence("Easy to reach"),
    "safety": sentence("Safety"),
    "courtesy": sentence("Courtesy"),
    "consideration": sentence("Consideration"),
    "communication": sentence("Communication"),
    "recognition": sentence("Recognition"),
    "competence": sentence("Competence"),
}


@service_task(name="getting_to_know.invite", retries=5)
def invite(
    session: Session,
    customer_id: int,
    kind: str,
    event: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Find out whether a customer is asked; records nothing.

    Reads ``kind`` (delivery or relationship) and, for a delivery, ``event``: the policy value
    survey.sample_share says how many deliveries are asked about, and none of a customer whose
    first 90 days have a survey of their own. Returns ``customer_name``, ``ask``, and ``about``, the
    four dimensions (word and name) whose turn it is in a relationship survey.
    """
    customer = find(session, customer_id)
    asked = select(func.count()).where(SurveyInvitation.customer_id == customer_id)
    turn = customer_id + (session.scalar(asked) or 0)
    return {
        "customer_name": customer.name,
        "ask": kind == "relationship" or _in_sample(session, customer_id, event or {}),
        "about": _dimensions(turn),
    }


@service_task(name="getting_to_know.note_invitation", retries=5)
def note_invitation(
    session: Session, now: datetime, customer_id: int, kind: str, contact_id: int | None = None
) -> dict[str, Any]:
    """Note that a customer was asked, once per contact.

    Reads ``kind`` (delivery or relationship) and ``contact_id``. Returns ``invitation_id``.
    """
    survey = survey_named(session, SURVEYS[kind])
    found = session.scalar(
        select(SurveyInvitation).where(
            SurveyInvitation.contact_id == contact_id, SurveyInvitation.contact_id.is_not(None)
        )
    )
    if found is None:
        found = SurveyInvitation(
            survey_id=survey.id,
            customer_id=customer_id,
            contact_id=contact_id,
            asked_at=now,
            created_at=now,
        )
        session.add(found)
        session.flush()
    return {"invitation_id": found.id}


@service_task(name="getting_to_know.keep_silence", retries=5)
def keep_silence(session: Session, now: datetime, invitation_id: int) -> dict[str, Any]:
    """Note that an invitation was not answered; nobody is asked why.

    Returns ``said``, what the table D-08 asks: ``silent_twice`` (the one before was not answered
    either) and ``tier``.
    """
    invitation = session.get(SurveyInvitation, invitation_id)
    if invitation is None:
        raise NotFound(f"There is no invitation {invitation_id}.")
    invitation.silent_at = invitation.silent_at or now
    session.flush()
    last_two = session.scalars(
        select(SurveyInvitation.silent_at)
        .where(SurveyInvitation.customer_id == invitation.customer_id)
        .order_by(SurveyInvitation.id.desc())
        .limit(2)
    ).all()
    return {
        "said": {
            "answered": False,
            "silent_twice": len(last_two) == 2 and all(last_two),
            "tier": tier(session, invitation.customer_id),
        }
    }


@service_task(name="getting_to_know.find_survey_due", retries=5)
def find_survey_due(session: Session, now: datetime) -> dict[str, Any]:
    """Find whose half-yearly survey is due, the longest not asked first.

    Returns ``due``, numbers of active customers, at most the policy value survey.per_wave. Whether
    each may be asked is for the contact gate.
    """
    before = now - timedelta(days=int(value(session, "survey.relationship_days")))
    last = (
        select(SurveyInvitation.customer_id, func.max(SurveyInvitation.asked_at).label("at"))
        .join(Survey, Survey.id == SurveyInvitation.survey_id)
        .where(Survey.name == SURVEYS["relationship"])
        .group_by(SurveyInvitation.customer_id)
        .subquery()
    )
    due = (
        select(Customer.id)
        .outerjoin(last, last.c.customer_id == Customer.id)
        .where(
            Customer.lifecycle_stage.in_(OURS),
            Customer.merged_into_id.is_(None),
            Customer.erased_at.is_(None),
            ~Customer.do_not_contact,
            last.c.at.is_(None) | (last.c.at <= before),
            or_(
                Customer.relationship_since <= before.date(),
                Customer.relationship_since.is_(None) & (Customer.created_at <= before),
            ),
        )
        .order_by(last.c.at.is_not(None), last.c.at, Customer.id)
        .limit(int(value(session, "survey.per_wave")))
    )
    return {"due": list(session.scalars(due))}


def survey_named(session: Session, name: str, other: str | None = None) -> Survey:
    """Return the survey, or the other one; raise NotFound where nobody has set them up."""
    known = {each.name: each for each in session.scalars(select(Survey))}
    survey = known.get(name) or known.get(other or "")
    if survey is None:
        raise NotFound(f"There is no survey “{name}”.")
    return survey


def _in_sample(session: Session, customer_id: int, event: dict[str, Any]) -> bool:
    """Draw a delivery: the same one is always drawn alike."""
    plan = select(WelcomePlan.id).where(
        WelcomePlan.customer_id == customer_id, WelcomePlan.state == "running"
    )
    if session.scalar(plan.limit(1)) is not None:
        return False
    order = str((event.get("payload") or {}).get("order_id"))
    drawn = int.from_bytes(hashlib.sha256(f"survey:{order}".encode()).digest()[:4]) / 2**32
    return drawn < float(value(session, "survey.sample_share"))


def _dimensions(turn: int) -> list[dict[str, str]]:
    names = [name for name in DIMENSIONS if name in WORDS]
    first = turn * ROTATING
    chosen = [names[(first + step) % len(names)] for step in range(ROTATING)]
    return [{"dimension": name, "word": WORDS[name]} for name in chosen]
