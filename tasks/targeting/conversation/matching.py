"""What somebody writes or says becomes part of the one conversation with them."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.service_task import service_task
from tasks.calendars.due import due
from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.conversations.records import Conversation
from tasks.customers.records import Customer
from tasks.declare.instants import iso
from tasks.declare.people import People
from tasks.interactions.records import Interaction
from tasks.policy.records import values
from tasks.targeting.campaign_planning import gate_instances

CARE, SALES = "care_agent", "sales_rep"
GROUPS = (CARE, "care_supervisor", SALES, "account_manager")
LINES = 10  # of the timeline that are shown
LONGEST = 300  # characters of one of them
CAMPAIGN_ANSWER = timedelta(days=30)  # so long after a message of a campaign it may answer that
# how programs begin the subject of what they send by themselves
_AUTOMATIC = re.compile(
    r"\s*(automatic reply|auto(matic)?[- ]?(response|reply)|out of (the )?office|undeliver"
    r"|پاسخ خودکار|خارج از دفتر|automatinis atsakymas|nesu biure|atostog)",
    re.IGNORECASE,
)


@service_task(name="targeting.match_conversation", retries=5, processes=("conversation",))
def match_conversation(
    session: Session,
    now: datetime,
    services: People,
    job_key: str,
    customer_id: int | None = None,
    event: dict[str, Any] | None = None,
    said: dict[str, Any] | None = None,
    agent: str | None = None,
    call_on: date | None = None,
) -> dict[str, Any]:
    """Attach what was written or said to the conversation with its customer; one begins if none is.

    Reads ``customer_id``, ``event`` (type, payload, effect of what came in) or ``said`` (channel,
    text: what one of us wrote or said first), ``agent`` and ``call_on`` (the day to call if nobody
    has answered). Answers ``conversation_id``, ``customer_name``, ``language`` (of the
    customer), ``channel``, ``timeline`` (the last ten lines, newest last), ``silence_at`` (when it
    is over without a word), ``call_at`` (the day after that where nobody is to be called),
    ``answer_due`` and ``facts``: ``known``, ``automatic``, ``other_person`` (of a company),
    ``of_case``, ``ours`` (we wrote), ``owner``, ``last_agent``, ``calling`` (who is on the phone)
    and ``campaign``.
    """
    customer = session.get(Customer, customer_id) if customer_id is not None else None
    policy = values(session, "conversation")
    if customer is None:
        return {"facts": {"known": False}, "customer_name": None, "conversation_id": None}
    payload = (event or {}).get("payload") or {}
    heard = _heard(session, now, job_key, customer.id, event, said, agent)
    talk = _open(session, customer.id)
    facts = _facts(session, services, customer, talk, payload, heard, agent)
    if facts["of_case"] or (facts["automatic"] and talk is None):
        return {"facts": facts, "customer_name": customer.name, "conversation_id": None}
    talk = talk or _begin(session, now, customer.id, payload)
    heard.conversation_id = talk.id
    gather(session, talk)
    if not facts["automatic"]:
        _move_on(talk, heard, payload, now)
    session.flush()
    silence = now + timedelta(days=int(policy["silence_days"]))
    return {
        "conversation_id": talk.id,
        "customer_name": customer.name,
        "language": customer.language,
        "channel": talk.channel or heard.channel,
        "timeline": timeline(session, talk.id),
        "silence_at": iso(silence),
        "call_at": iso(_call_at(customer, call_on, now) or silence + timedelta(days=1)),
        "answer_due": iso(due(session, CARE, now, policy["first_answer"])),
        "facts": facts | {"campaign": talk.campaign_id is not None},
    }


@service_task(name="targeting.cancel_pending", retries=5, processes=("conversation",))
def cancel_pending(
    session: Session, engine: Engine, now: datetime, customer_id: int, conversation_id: int
) -> dict[str, Any]:
    """Cancel what still waits to be sent to somebody who has answered, on every channel.

    Reads ``customer_id`` and ``conversation_id``. The contacts of the campaign that is answered
    end in the gate, and stand in the ledger as skipped. Answers ``cancelled``, how many.
    """
    talk = session.get_one(Conversation, conversation_id)
    if talk.campaign_id is None:
        return {"cancelled": 0}
    waiting = session.scalars(
        select(Contact).where(
            Contact.customer_id == customer_id,
            Contact.campaign_id == talk.campaign_id,
            Contact.decision == "defer",
        )
    ).all()
    for contact in waiting:
        contact.decision, contact.rule = "skip", "answered"
        contact.reason, contact.not_before = "The customer has answered.", None
    campaign_id = talk.campaign_id
    session.commit()
    gate_instances.end_of_member(engine, campaign_id, customer_id)
    return {"cancelled": len(waiting)}


def _call_at(customer: Customer, day: date | None, now: datetime) -> datetime | None:
    if day is None:
        return None
    return max(datetime.combine(day, time(9), ZoneInfo(customer.timezone)), now)


def gather(session: Session, talk: Conversation) -> None:
    """Attach what came in while nobody looked."""
    session.execute(
        update(Interaction)
        .where(
            Interaction.customer_id == talk.customer_id,
            Interaction.conversation_id.is_(None),
            Interaction.case_id.is_(None),
            Interaction.at >= talk.opened_at,
        )
        .values(conversation_id=talk.id)
    )


def timeline(session: Session, conversation_id: int) -> str:
    """Return the last lines of a conversation, oldest first: when, where, who, what."""
    rows = session.scalars(
        select(Interaction)
        .where(Interaction.conversation_id == conversation_id)
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(LINES)
    ).all()
    return "\n\n".join(_line(each) for each in reversed(rows))


def _line(each: Interaction) -> str:
    who = "←" if each.direction == "in" else "→"
    said = " ".join(each.text.split())[:LONGEST]
    return f"{each.at:%Y-%m-%d %H:%M} {who} {each.channel}: {said}"


def _open(session: Session, customer_id: int) -> Conversation | None:
    return session.scalar(
        select(Conversation)
        .where(Conversation.customer_id == customer_id, Conversation.state == "open")
        .order_by(Conversation.id)
        .limit(1)
    )


def _begin(
    session: Session, now: datetime, customer_id: int, payload: dict[str, Any]
) -> Conversation:
    talk = Conversation(customer_id=customer_id, created_at=now, opened_at=now, last_at=now)
    talk.subject = str(payload.get("subject") or "")
    talk.campaign_id = session.scalar(
        select(Contact.campaign_id)
        .where(
            Contact.customer_id == customer_id,
            Contact.campaign_id.is_not(None),
            Contact.decided_at > now - CAMPAIGN_ANSWER,
        )
        .order_by(Contact.decided_at.desc())
        .limit(1)
    )
    session.add(talk)
    session.flush()
    return talk


def _move_on(
    talk: Conversation, heard: Interaction, payload: dict[str, Any], now: datetime
) -> None:
    talk.last_at, talk.updated_at = now, now
    if heard.channel not in (talk.channels or []):
        talk.channels = [*(talk.channels or []), heard.channel]
    if heard.direction == "in":
        if talk.channel not in (None, heard.channel):
            talk.switched += 1
        talk.channel = heard.channel
        talk.sender = payload.get("sender") or talk.sender
    else:
        talk.person = heard.agent or talk.person


def _heard(
    session: Session,
    now: datetime,
    job_key: str,
    customer_id: int,
    event: dict[str, Any] | None,
    said: dict[str, Any] | None,
    agent: str | None,
) -> Interaction:
    """Return what came in, as its event kept it; else keep what one of us said."""
    number = ((event or {}).get("effect") or {}).get("interaction")
    found = session.get(Interaction, number) if number is not None else None
    if found is not None:
        return found
    known = session.scalar(
        select(Interaction).where(
            Interaction.source == "process", Interaction.external_id == job_key
        )
    )
    if known is not None:
        return known
    ours = said or {}
    first = Interaction(
        customer_id=customer_id,
        source="process",
        external_id=job_key,
        direction="out" if said else "in",
        channel=ours.get("channel") or "phone",
        at=now,
        text=ours.get("text") or "",
        agent=agent,
        created_at=now,
        created_by=agent or "",
    )
    session.add(first)
    session.flush()
    return first


def _facts(
    session: Session,
    services: People,
    customer: Customer,
    talk: Conversation | None,
    payload: dict[str, Any],
    heard: Interaction,
    agent: str | None,
) -> dict[str, Any]:
    here = {each.username for each in services.members(session, GROUPS)}
    sender, before = payload.get("sender"), talk.sender if talk else None
    last = talk.person if talk else None
    return {
        "known": True,
        "automatic": bool(payload.get("automatic")) or bool(_AUTOMATIC.match(heard.subject)),
        "other_person": customer.kind == "company"
        and None not in (sender, before)
        and sender != before,
        "of_case": heard.case_id is not None or _complaint_open(session, customer.id, payload),
        "ours": heard.direction == "out",
        "owner": customer.owner if customer.owner in here else None,
        "last_agent": last if last in here else None,
        "calling": agent if agent in here and heard.channel == "phone" else None,
        "campaign": talk is not None and talk.campaign_id is not None,
    }


def _complaint_open(session: Session, customer_id: int, payload: dict[str, Any]) -> bool:
    """Return whether a reply names the case it is about."""
    number = payload.get("case_id")
    if not number:
        return False
    found = select(Case.id).where(Case.number == number, Case.customer_id == customer_id)
    return session.scalar(found.limit(1)) is not None
