"""Complaints that are told to us become cases."""

from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from tasks.cases.records import Case, numbered
from tasks.customers.reached import as_kept, customer_at
from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import CHANNEL, ID, SAID, TEXT, Payload
from tasks.outbound_webhooks import tell


class ContactWay(Payload):
    """Where the sender wants to be answered about this matter."""

    channel = fields.String(required=True, validate=CHANNEL)
    address = fields.String(required=True, validate=ID)


class ComplaintReceived(Payload):
    """Somebody is not satisfied; three fields are enough, a name is not needed."""

    text = fields.String(required=True, validate=SAID)
    channel = fields.String(load_default="email", validate=CHANNEL)
    wish = fields.String(load_default=None, validate=TEXT)
    order_id = fields.String(load_default=None, validate=ID)
    language = fields.String(load_default="en", validate=validate.Regexp(r"[a-z]{2}\Z"))
    contact = fields.Nested(ContactWay, load_default=None)


def complaint_received(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Open a case; marketing waits until it is closed. Nobody becomes a customer by complaining."""
    said = event.payload
    contact: dict[str, Any] = dict(said["contact"] or {})
    known = None
    if contact:
        contact["address"] = as_kept(session, contact["channel"], contact["address"])
        known = customer_at(session, contact["channel"], contact["address"])
    case = Case(
        customer_id=event.about or known,
        kind="complaint",
        channel=said["channel"],
        language=said["language"],
        text=said["text"],
        wish=said["wish"],
        order_no=said["order_id"],
        contact_channel=contact.get("channel"),
        contact_address=contact.get("address"),
        opened_at=event.at,
        created_at=event.now,
        created_by=event.origin,
    )
    numbered(session, case)
    opened = {"case_id": case.id, "number": case.number, "kind": case.kind}
    opened |= {"customer_id": case.customer_id, "severity": case.severity}
    tell(session, "case.opened", opened, event.now)
    return {"case": case.number, "case_id": case.id}


TYPES: Final = (EventType("complaint.received", ComplaintReceived, complaint_received),)
