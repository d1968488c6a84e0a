"""Reactions to our messages: they move the contact, the campaign member, and the consent."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.model import Problem
from tasks.events.happening import Happening
from tasks.records.campaigns import CampaignMember
from tasks.records.consents import Consent
from tasks.records.contacts import Contact, Message
from tasks.records.customers import ContactPoint


def reacted(session: Session, happening: Happening) -> dict[str, Any]:
    """Note on the contact when it was delivered, opened, clicked …; the first time counts."""
    contact = _contact(session, happening)
    name = f"{happening.verb}_at"
    if getattr(contact, name) is None:
        setattr(contact, name, happening.at)
    return {"contact_id": contact.id, happening.verb: True}


def clicked(session: Session, happening: Happening) -> dict[str, Any]:
    """Note the click, and move the campaign member to it."""
    effect = reacted(session, happening)
    _move(session, _contact(session, happening), "clicked", ("sent", "released"))
    return effect


def bounced(session: Session, happening: Happening) -> dict[str, Any]:
    """Note the bounce; for good, the address is no longer used."""
    effect = reacted(session, happening)
    contact = _contact(session, happening)
    _move(session, contact, "bounced", ("sent", "released"))
    if happening.payload["permanent"]:
        session.execute(
            update(ContactPoint)
            .where(
                ContactPoint.customer_id == contact.customer_id,
                ContactPoint.channel == contact.channel,
                ContactPoint.value.in_(
                    select(Message.recipient).where(Message.contact_id == contact.id)
                ),
            )
            .values(valid=False, bounced_at=happening.at)
        )
    return effect | {"address_kept": not happening.payload["permanent"]}


def refused(session: Session, happening: Happening) -> dict[str, Any]:
    """Take an opt-out, or a message marked as spam, as a consent withdrawn."""
    effect = reacted(session, happening)
    contact = _contact(session, happening)
    session.add(
        Consent(
            customer_id=contact.customer_id,
            channel=contact.channel,
            purpose=contact.purpose,
            state="denied",
            source=f"event:{happening.event.type}",
            at=happening.at,
        )
    )
    _move(session, contact, "opted_out", ("sent", "released", "clicked"))
    return effect | {"consent": "denied"}


def _contact(session: Session, happening: Happening) -> Contact:
    contact = session.get(Contact, happening.payload["contact_id"])
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
