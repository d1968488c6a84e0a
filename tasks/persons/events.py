"""The people we deal with at a customer's."""

from typing import Final

from marshmallow import fields, validate

from tasks.declare.inbound_event import EventType
from tasks.declare.payload import ID, LONGEST_ID, Payload


class Stakeholder(Payload):
    """Somebody we deal with at the customer's left or joined."""

    name = fields.String(required=True, validate=ID)
    role = fields.String(load_default="", validate=validate.Length(max=LONGEST_ID))


TYPES: Final = (
    EventType("stakeholder.left", Stakeholder, about_somebody=True),
    EventType("stakeholder.joined", Stakeholder, about_somebody=True),
)
