"""Enquiries: somebody may want to buy."""

from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import ID, TEXT, Payload
from tasks.intents.signals import note_signal


class Enquiry(Payload):
    """Somebody may want to buy, and perhaps to be called."""

    product = fields.String(load_default=None, validate=ID)
    source = fields.String(load_default=None, validate=ID)
    need = fields.String(load_default="", validate=TEXT)
    call_back = fields.Boolean(load_default=False)


class SignUp(Payload):
    """Somebody wants our news; the address is theirs only once they confirm it."""

    topics = fields.List(
        fields.String(validate=ID), load_default=list, validate=validate.Length(max=100)
    )
    text_version = fields.String(required=True, validate=ID)  # of the consent they read
    language = fields.String(load_default=None, validate=validate.Length(max=3))


def quote_requested(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep that a quote was asked for."""
    return _signal(session, event, "quote")


def lead_created(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep that somebody asked, or wants to be called."""
    return _signal(session, event, "call_back" if event.payload["call_back"] else "enquiry")


def _signal(session: Session, event: InboundEvent, kind: str) -> dict[str, Any]:
    sku = event.payload["product"]
    return note_signal(session, event.about, kind, sku, at=event.at, now=event.now)


TYPES: Final = (
    EventType("quote.requested", Enquiry, quote_requested),
    EventType("lead.created", Enquiry, lead_created),
    EventType("sign_up.wanted", SignUp, about_somebody=True),
)
