"""Enquiries: somebody may want to buy."""

from typing import Final

from marshmallow import fields

from tasks.declare.inbound_event import EventType
from tasks.declare.payload import ID, TEXT, Payload


class Enquiry(Payload):
    """Somebody may want to buy."""

    product = fields.String(load_default=None, validate=ID)
    source = fields.String(load_default=None, validate=ID)
    need = fields.String(load_default="", validate=TEXT)


TYPES: Final = (
    EventType("quote.requested", Enquiry),
    EventType("lead.created", Enquiry),
)
