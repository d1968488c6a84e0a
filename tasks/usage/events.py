"""How customers use what they have."""

from typing import Final

from marshmallow import fields, validate

from tasks.declare.inbound_event import EventType
from tasks.declare.payload import ID, Payload


class UsageReported(Payload):
    """How much of something was used in a period."""

    metric = fields.String(required=True, validate=ID)
    value = fields.Float(required=True)
    period = fields.String(required=True, validate=ID)


class WebBehaviour(Payload):
    """A page was looked at."""

    page = fields.String(required=True, validate=validate.Length(1, 2_000))
    product = fields.String(load_default=None, validate=ID)
    count = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 10**6))


TYPES: Final = (
    EventType("usage.reported", UsageReported, about_somebody=True),
    EventType("web.behaviour", WebBehaviour),
)
