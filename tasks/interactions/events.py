"""What was said is kept, once per source and the id it has there."""

from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.cases.records import Case
from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import CHANNEL, ID, SAID, TEXT, Payload
from tasks.interactions.records import Interaction


class InteractionReceived(Payload):
    """Somebody wrote, called or came."""

    interaction_id = fields.String(load_default=None, validate=ID)
    channel = fields.String(required=True, validate=CHANNEL)
    direction = fields.String(load_default="in", validate=validate.OneOf(("in", "out")))
    text = fields.String(required=True, validate=SAID)
    subject = fields.String(load_default="", validate=TEXT)
    agent = fields.String(load_default=None, validate=ID)
    case_id = fields.String(load_default=None, validate=ID)
    sender = fields.String(load_default=None, validate=ID)  # the address, of a company's people
    automatic = fields.Boolean(load_default=False)  # nobody wrote it: an out-of-office message


class CallStarted(Payload):
    """Somebody calls, or is called: who of us is on the phone."""

    phone = fields.String(load_default=None, validate=ID)
    agent = fields.String(load_default=None, validate=ID)


class CustomerReplied(Payload):
    """The customer answered about his complaint."""

    case_id = fields.String(required=True, validate=ID)
    accept = fields.Boolean(load_default=None, allow_none=True)
    text = fields.String(load_default="", validate=TEXT)
    channel = fields.String(load_default="email", validate=CHANNEL)


def interaction_received(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep what was said, once per source and its id there."""
    said = event.payload
    return _keep(session, event, said["interaction_id"] or event.event_id)


def call_started(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep that there was a call; what was said is written down by whoever is on the phone."""
    event.payload.update(channel="phone", direction="in", text="")
    return _keep(session, event, event.event_id)


def customer_replied(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep the answer with the case it is about."""
    event.payload.setdefault("direction", "in")
    return _keep(session, event, event.event_id)


def _keep(session: Session, event: InboundEvent, external_id: str) -> dict[str, Any]:
    said, source = event.payload, event.source
    case = _case(session, said.get("case_id"))
    known = session.scalar(
        select(Interaction.id).where(
            Interaction.source == source, Interaction.external_id == external_id
        )
    )
    if known is None:
        interaction = Interaction(
            customer_id=event.about or (case and case.customer_id),
            case_id=case and case.id,
            source=source,
            external_id=external_id,
            direction=said["direction"],
            channel=said["channel"],
            at=event.at,
            subject=said.get("subject", ""),
            text=said["text"],
            agent=said.get("agent"),
            created_at=event.now,
            created_by=event.origin,
        )
        session.add(interaction)
        session.flush()
        known = interaction.id
    return {"interaction": known, "case": case and case.number}


def _case(session: Session, number: str | None) -> Case | None:
    return session.scalar(select(Case).where(Case.number == number)) if number else None


TYPES: Final = (
    EventType("call.started", CallStarted, call_started, about_somebody=True),
    EventType("interaction.received", InteractionReceived, interaction_received),
    EventType("complaint.customer_replied", CustomerReplied, customer_replied),
)
