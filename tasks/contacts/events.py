"""Reactions to our messages: they move the contact, the campaign member, and the consent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.model import Problem
from engine.text.addresses import address_key
from tasks.campaigns.records import CampaignMember
from tasks.consents.records import Consent
from tasks.consents.say import said
from tasks.contacts.records import Contact, Message
from tasks.customers.records import ContactPoint
from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import Payload
from tasks.offers.records import OfferChoice
from tasks.policy.records import value


class Reaction(Payload):
    """How the customer, or his mail server, took a message of ours."""

    contact_id = fields.Integer(strict=True, required=True)


class Judged(Reaction):
    """What the reader thinks of a message, by one click in it."""

    reaction = fields.String(
        required=True, validate=validate.OneOf(("useful", "not_useful", "not_understood"))
    )


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
    """Note the bounce; for good or too often in a row, the address is used for nobody any more."""
    effect = reacted(session, event)
    contact = _contact(session, event)
    _move(session, contact, "bounced", ("sent", "released"))
    limit = int(value(session, "gate.soft_bounces"))
    kept = True
    for point in _points(session, contact):
        point.soft_bounces += 1
        if event.payload["permanent"] or point.soft_bounces >= limit:
            point.valid, point.bounced_at, kept = False, event.at, False
    return effect | {"address_kept": kept}


def arrived(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Note that it arrived: bounces before it do not count any more."""
    for point in _points(session, _contact(session, event)):
        point.soft_bounces = 0
    return reacted(session, event)


def judged(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Note what the reader thinks: an offer that is not useful is not made again for a while."""
    contact, said = _contact(session, event), event.payload["reaction"]
    outcome = {"useful": "useful", "not_useful": "refused"}.get(said)
    if outcome is not None:
        made = select(OfferChoice).where(OfferChoice.contact_id == contact.id)
        for choice in session.scalars(made):
            choice.outcome, choice.at = outcome, event.at
    return {"contact_id": contact.id, "reaction": said}


def refused(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Take an opt-out, or a message marked as spam, as a consent withdrawn."""
    effect = reacted(session, event)
    contact = _contact(session, event)
    refuse(session, contact, f"event:{event.type}", event.at, event.now)
    return effect | {"consent": "denied"}


def refuse(session: Session, contact: Contact, source: str, at: datetime, now: datetime) -> None:
    """Take back the permission that a contact was made with."""
    if contact.customer_id is None:
        return  # somebody known by a case only has permitted nothing but its answer
    told = said(
        contact.customer_id,
        contact.channel or "",
        contact.purpose,
        "denied",
        source=source,
        at=at,
        now=now,
    )
    session.add(Consent(**told))
    _move(session, contact, "opted_out", ("sent", "released", "clicked"))


def unsubscribe(session: Session, contact: Contact, now: datetime) -> None:
    """Take the permission back that a contact was made with: its reader said so by a link."""
    refuse(session, contact, "link:unsubscribe", now, now)
    contact.opted_out_at = now


def _points(session: Session, contact: Contact) -> Sequence[ContactPoint]:
    """Find the address a contact went to, of everybody who has it."""
    query = select(Message.recipient).where(Message.contact_id == contact.id)
    keys = {address_key(contact.channel or "", to) for to in session.scalars(query)}
    same = ContactPoint.channel == contact.channel, ContactPoint.key.in_(keys)
    return session.scalars(select(ContactPoint).where(*same)).all()


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
    EventType("message.delivered", Reaction, arrived),
    EventType("message.opened", Reaction, reacted),
    EventType("message.clicked", Reaction, clicked),
    EventType("message.replied", Reaction, reacted),
    EventType("message.reacted", Judged, judged),
    EventType("message.bounced", Bounce, bounced),
    EventType("message.opted_out", Reaction, refused),
    EventType("message.spam", Reaction, refused),
)
