"""Partners: what they did for us."""

from typing import Final

from marshmallow import fields

from tasks.declare.inbound_event import EventType
from tasks.declare.payload import ID, Payload


class PartnerTaskDone(Payload):
    """A partner did what he was asked; the token says which."""

    token = fields.String(required=True, validate=ID)
    result = fields.Dict(keys=fields.String(validate=ID), load_default=dict)


TYPES: Final = (EventType("partner.task_done", PartnerTaskDone),)
