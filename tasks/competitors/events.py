"""Competitors that customers speak of."""

from typing import Final

from marshmallow import fields

from tasks.declare.inbound_event import EventType
from tasks.declare.payload import ID, TEXT, Payload


class CompetitorMentioned(Payload):
    """The customer spoke of a competitor."""

    name = fields.String(required=True, validate=ID)
    text = fields.String(load_default="", validate=TEXT)


TYPES: Final = (EventType("competitor.mentioned", CompetitorMentioned),)
