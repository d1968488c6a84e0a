"""Reactions to our messages: they move the contact, the campaign member, and the consent."""

from typing import Any, Final

from marshmallow import fields
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.model import Problem
from tasks.campaigns.records import CampaignMember
from tasks.consents.records import Consent
from tasks.contacts.records import Contact, Message
from tasks.customers.records import ContactPoint
from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import Payload


class Reaction(Payload):
    """How the customer, or his mail server, took a message of ours."""

    contact_id = fields.Integer(strict=True, required=True)


class Bounce(Reaction):
    """A message came back."""

    permanent = fields.Boolean(load_default=True)


def reacted(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Note on the contact when it was delivered, opened, clicked …; the first time counts."""
    contact = _contact(session, event)
    name = f"{event.verb}_at"
    if getattr(contact, name) is None:
        setattr(contact, name, event.at)
    return {"contact_id": contact.id, event.verb: True}


def clicked(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Note the click, and move the campaign member to it."""
    effect = reacted(session, event)
    _move(session, _contact(session, event), "clicked", ("sent", "released"))
    return effect


def bounced(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Note the bounce; for good, the address is no longer used."""
    effect = reacted(session, event)
    contact = _contact(session, event)
    _move(session, contact, "bounced", ("sent", "released"))
    if event.payload["permanent"]:
        session.execute(
            update(ContactPoint)
            .where(
                ContactPoint.customer_id == contact.customer_id,
                ContactPoint.channel == contact.channel,
                ContactPoint.value.in_(
                    select(Message.recipient).where(Message.contact_id == contact.id)
                ),
            )
            .values(valid=False, bounced_at=event.at)
        )
    return effect | {"address_kept": not event.payload["permanent"]}


def refused(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Take an opt-out, or a message marked as spam, as a consent withdrawn."""
    effect = reacted(session, event)
    contact = _contact(session, event)
    session.add(
        Consent(
            customer_id=contact.customer_id,
            channel=contact.channel,
            purpose=contact.purpose,
            state="denied",
            source=f"event:{event.type}",
            at=event.at,
        )
    )
    _move(session, contact, "opted_out", ("sent", "released", "clicked"))
    return effect | {"consent": "denied"}


def _contact(session: Session, event: InboundEvent) -> Contact:
    contact = session.get(Contact, event.payload["contact_id"])
    if contact is None or contact.channel is None:
        message = "There is no such contact."
        raise Invalid(message, [Problem(message, element="payload.contact_id", rule="event")])
    return contact


def _move(session: Session, contact: Contact, state: str, before: tuple[str, ...]) -> None:
    if contact.campaign_id is None:
        return
    session.execute(
        update(CampaignMember)
        .where(
            CampaignMember.campaign_id == contact.campaign_id,
            CampaignMember.customer_id == contact.customer_id,
            CampaignMember.state.in_(before),
        )
        .values(state=state)
    )


TYPES: Final = (
    EventType("message.delivered", Reaction, reacted),
    EventType("message.opened", Reaction, reacted),
    EventType("message.clicked", Reaction, clicked),
    EventType("message.replied", Reaction, reacted),
    EventType("message.bounced", Bounce, bounced),
    EventType("message.opted_out", Reaction, refused),
    EventType("message.spam", Reaction, refused),
)
