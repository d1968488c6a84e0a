"""Contracts: signed, coming to an end, cancelled."""

from typing import Final

from marshmallow import fields

from tasks.declare.inbound_event import EventType
from tasks.declare.payload import ID, MONEY, TEXT, Payload


class Contract(Payload):
    """A contract was signed, or comes to its end."""

    contract_id = fields.String(required=True, validate=ID)
    start = fields.Date(load_default=None)
    end = fields.Date(load_default=None)
    value = fields.Integer(strict=True, load_default=None, validate=MONEY)


class ContractCancelled(Contract):
    """A contract was cancelled."""

    reason = fields.String(load_default="", validate=TEXT)


TYPES: Final = (
    EventType("contract.signed", Contract, about_somebody=True),
    EventType("contract.expiring", Contract, about_somebody=True),
    EventType("contract.cancelled", ContractCancelled, about_somebody=True),
)
