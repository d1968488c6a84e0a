"""Complaints that are told to us become cases."""

from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from tasks.cases.records import Case, numbered
from tasks.customers.reached import as_kept, customer_at
from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import CHANNEL, ID, SAID, TEXT, Payload
from tasks.outbound_webhooks import tell

WANTS: Final = (
    "access",
    "correction",
    "erasure",
    "restriction",
    "portability",
    "objection",
)


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


class PrivacyRequested(Payload):
    """Somebody asks about their personal data; a name is not needed, an address is."""

    text = fields.String(required=True, validate=SAID)
    wants = fields.String(required=True, validate=validate.OneOf(WANTS))
    language = fields.String(load_default="en", validate=validate.Regexp(r"[a-z]{2}\Z"))
    contact = fields.Nested(ContactWay, load_default=None)


class DataIncident(Payload):
    """Personal data got into wrong hands, or may have."""

    text = fields.String(required=True, validate=SAID)


class ReviewPosted(Payload):
    """Somebody wrote about us where everybody reads it."""

    text = fields.String(required=True, validate=SAID)
    site = fields.String(required=True, validate=TEXT)
    url = fields.String(required=True, validate=TEXT)
    rating = fields.Float(load_default=None, validate=validate.Range(1, 5))
    language = fields.String(load_default="en", validate=validate.Regexp(r"[a-z]{2}\Z"))


def privacy_requested(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Open a case for a request about personal data; its clock begins with the request."""
    said = event.payload
    contact: dict[str, Any] = dict(said["contact"] or {})
    known = None
    if contact:
        contact["address"] = as_kept(session, contact["channel"], contact["address"])
        known = customer_at(session, contact["channel"], contact["address"])
    case = _case(event, "privacy_request", event.about or known)
    case.language, case.wish = said["language"], said["wants"]
    case.contact_channel, case.contact_address = contact.get("channel"), contact.get("address")
    numbered(session, case)
    return {"case": case.number, "case_id": case.id}


def data_incident(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Open a critical, restricted case; its clock begins when the incident was noticed."""
    case = _case(event, "data_incident", None)
    case.severity, case.alarm, case.restricted = "critical", "data", True
    numbered(session, case)
    return {"case": case.number, "case_id": case.id}


def _case(event: InboundEvent, kind: str, customer_id: int | None) -> Case:
    case = Case(customer_id=customer_id, kind=kind, channel="portal", text=event.payload["text"])
    case.opened_at, case.created_at, case.created_by = event.at, event.now, event.origin
    return case


TYPES: Final = (
    EventType("complaint.received", ComplaintReceived, complaint_received),
    EventType("privacy.requested", PrivacyRequested, privacy_requested),
    EventType("data.incident", DataIncident, data_incident),
    EventType("review.posted", ReviewPosted),
)
