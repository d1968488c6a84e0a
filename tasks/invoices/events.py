"""Invoices: disputed, or their payment failed."""

from typing import Final

from marshmallow import fields

from tasks.declare.inbound_event import EventType
from tasks.declare.payload import ID, MONEY, TEXT, Payload


class Owed(Payload):
    """An invoice is disputed, or a payment failed."""

    invoice_id = fields.String(load_default=None, validate=ID)
    amount = fields.Integer(strict=True, required=True, validate=MONEY)
    reason = fields.String(load_default="", validate=TEXT)


TYPES: Final = (
    EventType("invoice.disputed", Owed, about_somebody=True),
    EventType("payment.failed", Owed, about_somebody=True),
)
