"""What an employee said and learned in a conversation, and what becomes of it."""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.calendars.due import due
from tasks.cases.records import Case, numbered
from tasks.consents.records import Preference
from tasks.conversations.records import Conversation
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.insights.records import Insight
from tasks.intents.records import ANYTHING, IntentSignal
from tasks.interactions.records import Interaction
from tasks.moments.records import Kudos, MomentOfTruth
from tasks.profiles.records import ProfileFact
from tasks.targeting.conversation.matching import CARE, gather, timeline
from tasks.touchpoints.records import Touchpoint

TOUCHPOINT = "conversation"
CASES = ("question", "request")
Class = Literal[
    "question",
    "request",
    "order",
    "complaint",
    "praise",
    "price_remark",
    "product_remark",
    "preference",
    "other",
]


@service_task(name="targeting.keep_answer", retries=5, processes=("conversation",))
def keep_answer(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    conversation_id: int,
    answer: str,
    classify: Class,
    channel: str = "phone",
    new_fact: str | None = None,
    preferred_channel: str | None = None,
    agent: str | None = None,
) -> dict[str, Any]:
    """Keep what was answered and learned; a question about what we sell is a sign of a purchase.

    Reads ``answer``, ``classify``, ``channel`` (where it is answered), ``new_fact``,
    ``preferred_channel`` (a wish) and ``agent``. Answers ``timeline`` and ``text``, what the
    customer had written last.
    """
    talk = session.get_one(Conversation, conversation_id)
    gather(session, talk)
    asked = _last_heard(session, conversation_id)
    if asked is not None:
        asked.kind = classify
    if not _kept(session, job_key):
        ours = Interaction(
            customer_id=customer_id,
            conversation_id=conversation_id,
            source="process",
            external_id=job_key,
            direction="out",
            channel=channel,
            at=now,
            text=answer,
            agent=agent,
            created_at=now,
            created_by=agent or "",
        )
        session.add(ours)
        _learn(session, now, customer_id, new_fact, preferred_channel, agent)
        if classify == "question":
            sign = IntentSignal(customer_id=customer_id, category=ANYTHING, kind="question")
            sign.at = sign.created_at = now
            session.add(sign)
    talk.answered_at = talk.answered_at or now
    talk.person, talk.last_at, talk.updated_at = agent or talk.person, now, now
    session.flush()
    return {
        "timeline": timeline(session, conversation_id),
        "text": asked.text if asked is not None else "",
    }


@service_task(name="targeting.pass_on", retries=5, processes=("conversation",))
def pass_on(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    conversation_id: int,
    kind: str,
    departments: list[str] | None = None,
    text: str = "",
    agent: str | None = None,
) -> dict[str, Any]:
    """Pass on what was said to those who can do something with it.

    Reads ``kind`` (price, product, support, praise, other), ``departments`` and ``text``. Praise
    becomes a positive moment and, if somebody of us was in the conversation, kudos that stay
    private until they agree. Answers ``passed``, to how many.
    """
    origin = f"job:{job_key}"
    if kind == "praise":
        _praise(session, now, origin, customer_id, conversation_id, text, agent)
    known = session.scalars(select(Insight).where(Insight.created_by == origin)).all()
    if not known:
        for department in departments or ():
            insight = Insight(kind=kind, customer_id=customer_id, to_department=department)
            insight.from_department, insight.text = CARE, text
            insight.created_at, insight.created_by = now, origin
            session.add(insight)
    return {"passed": len(departments or ())}


@service_task(name="targeting.open_question", retries=5, processes=("conversation",))
def open_question(
    session: Session,
    now: datetime,
    customer_id: int,
    conversation_id: int,
    kind: str,
    text: str,
    first_answer: str,
    solve_within: str,
    channel: str = "phone",
    agent: str | None = None,
) -> dict[str, Any]:
    """Open a case for a question or request that could not be cleared up at once.

    Reads ``kind`` (question, request), ``text`` and the clock of the table (``first_answer``,
    ``solve_within``: business time). A conversation has one case. Answers ``case_id``, ``number``
    and ``answer_due``, by when it is cleared up.
    """
    talk = session.get_one(Conversation, conversation_id)
    customer = session.get_one(Customer, customer_id)
    case = session.get(Case, talk.case_id) if talk.case_id is not None else None
    if case is None:
        opened = Case(customer_id=customer_id, kind=kind if kind in CASES else "request")
        opened.channel, opened.language, opened.text = channel, customer.language, text
        opened.owner, opened.opened_at, opened.created_at = agent, now, now
        opened.acknowledged_at = now
        opened.first_answer_due = due(session, CARE, now, first_answer)
        opened.solve_due = due(session, CARE, now, solve_within)
        case = numbered(session, opened)
        talk.case_id = case.id
    return {"case_id": case.id, "number": case.number, "answer_due": iso(case.solve_due or now)}


@service_task(name="targeting.close_conversation", retries=5, processes=("conversation",))
def close_conversation(session: Session, now: datetime, conversation_id: int) -> dict[str, Any]:
    """Close the conversation, and its question or request with it.

    Answers ``first_response_hours`` (hours by the clock from its beginning to our first answer;
    none without one) and ``switched``, how often the customer changed the channel.
    """
    talk = session.get_one(Conversation, conversation_id)
    talk.state, talk.closed_at, talk.updated_at = "closed", talk.closed_at or now, now
    case = session.get(Case, talk.case_id) if talk.case_id is not None else None
    if case is not None and case.kind in CASES and case.state != "closed":
        case.state, case.solved_at, case.closed_at = "closed", now, now
        case.closed_how, case.updated_at = "confirmed", now
    waited = talk.answered_at - talk.opened_at if talk.answered_at else None
    hours = round(waited / timedelta(hours=1), 2) if waited is not None else None
    return {"first_response_hours": hours, "switched": talk.switched}


def _kept(session: Session, job_key: str) -> bool:
    known = select(Interaction.id).where(
        Interaction.source == "process", Interaction.external_id == job_key
    )
    return session.execute(known).first() is not None


def _last_heard(session: Session, conversation_id: int) -> Interaction | None:
    return session.scalar(
        select(Interaction)
        .where(Interaction.conversation_id == conversation_id, Interaction.direction == "in")
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(1)
    )


def _learn(
    session: Session,
    now: datetime,
    customer_id: int,
    new_fact: str | None,
    preferred_channel: str | None,
    agent: str | None,
) -> None:
    if new_fact:
        fact = ProfileFact(customer_id=customer_id, field="conversation", value=new_fact, at=now)
        fact.source, fact.created_at, fact.created_by = "conversation", now, agent or ""
        session.add(fact)
    if preferred_channel:
        wish = session.scalar(select(Preference).where(Preference.customer_id == customer_id))
        if wish is None:
            wish = Preference(customer_id=customer_id, created_at=now)
            session.add(wish)
        wish.preferred_channel, wish.updated_at = preferred_channel, now


def _praise(
    session: Session,
    now: datetime,
    origin: str,
    customer_id: int,
    conversation_id: int,
    text: str,
    agent: str | None,
) -> None:
    if session.scalar(select(MomentOfTruth.id).where(MomentOfTruth.origin == origin)) is not None:
        return
    place = session.scalar(select(Touchpoint).where(Touchpoint.name == TOUCHPOINT))
    if place is None:
        place = Touchpoint(name=TOUCHPOINT, created_at=now)
        session.add(place)
        session.flush()
    moment = MomentOfTruth(customer_id=customer_id, touchpoint_id=place.id, at=now, source="agent")
    moment.polarity, moment.weight, moment.origin = "positive", 1, origin
    moment.created_at = now
    session.add(moment)
    session.flush()
    praised = session.get_one(Conversation, conversation_id).person or agent
    if praised:
        kudos = Kudos(moment_id=moment.id, employee=praised, text=text, created_at=now)
        session.add(kudos)
