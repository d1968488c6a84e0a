"""Complaints that are told to us become cases."""

from typing import Any, Final

from marshmallow import fields
from sqlalchemy.orm import Session

from tasks.cases.records import Case
from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import CHANNEL, ID, SAID, TEXT, Payload
from tasks.outbound_webhooks import tell


class ComplaintReceived(Payload):
    """Somebody is not satisfied; three fields are enough, a name is not needed."""

    text = fields.String(required=True, validate=SAID)
    channel = fields.String(load_default="email", validate=CHANNEL)
    wish = fields.String(load_default=None, validate=TEXT)
    order_id = fields.String(load_default=None, validate=ID)


def complaint_received(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Open a case; marketing waits until it is closed."""
    case = Case(
        number=f"C-{event.number:06d}",
        customer_id=event.about,
        kind="complaint",
        channel=event.payload["channel"],
        text=event.payload["text"],
        wish=event.payload["wish"],
        order_no=event.payload["order_id"],
        opened_at=event.at,
        created_at=event.now,
        created_by=event.origin,
    )
    session.add(case)
    session.flush()
    opened = {"case_id": case.id, "number": case.number, "kind": case.kind}
    opened |= {"customer_id": case.customer_id, "severity": case.severity}
    tell(session, "case.opened", opened, event.now)
    return {"case": case.number}


TYPES: Final = (EventType("complaint.received", ComplaintReceived, complaint_received),)
