"""What customers want from now on: permissions and wishes."""

from datetime import datetime
from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.consents.records import Consent, Preference
from tasks.consents.say import said
from tasks.customers.permission import permit_contact, refuse_contact
from tasks.customers.records import Customer
from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import CHANNEL, ID, LONGEST_ID, TEXT, Payload
from tasks.declare.words import CHANNELS, PURPOSES
from tasks.permissions.grounds import object_to
from tasks.permissions.records import OBJECTIONS

HOW = ("call", "visit", "letter", "message", "form")


class ConsentSaid(Payload):
    """One permission given or taken back."""

    channel = fields.String(required=True, validate=CHANNEL)
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    topic = fields.String(load_default=None, validate=ID)
    state = fields.String(required=True, validate=validate.OneOf(("allowed", "denied")))
    text_version = fields.String(load_default="", validate=validate.Length(max=LONGEST_ID))


class PreferenceChanged(Payload):
    """What the customer wants from now on; what is left out stays."""

    do_not_contact = fields.Boolean()
    consents = fields.List(
        fields.Nested(ConsentSaid),
        load_default=list,
        validate=validate.Length(max=100),
    )
    preferred_channel = fields.String(allow_none=True, validate=CHANNEL)
    # how we know: a call, a letter …, and where that can be seen ("interaction:17")
    how = fields.String(load_default="", validate=validate.OneOf(("", *HOW)))
    evidence = fields.String(load_default="", validate=validate.Length(max=LONGEST_ID))
    # to being profiled for marketing, or to being scored at all
    objects_to = fields.List(fields.String(validate=validate.OneOf(OBJECTIONS)), load_default=list)
    objects_no_more_to = fields.List(
        fields.String(validate=validate.OneOf(OBJECTIONS)), load_default=list
    )
    max_per_30d = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 1000))
    paused_until = fields.AwareDateTime(allow_none=True)
    never_topics = fields.List(fields.String(validate=ID), validate=validate.Length(max=100))
    interests = fields.List(fields.String(validate=ID), validate=validate.Length(max=100))


class AccountClosed(Payload):
    """The customer closed the account with us."""

    reason = fields.String(load_default="", validate=TEXT)


class RelationshipImproved(Payload):
    """Something became better between us."""

    kind = fields.String(
        required=True, validate=validate.OneOf(("upgrade", "complaint_recovered", "tier_up"))
    )


def preference_changed(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep each permission as a new consent and the wishes on the preference."""
    customer = session.get_one(Customer, event.customer_id)
    statements = event.payload["consents"]
    source = event.payload["how"] or event.origin
    told: dict[str, Any] = {"source": source, "at": event.at, "now": event.now}
    told["evidence"] = event.payload["evidence"]
    for each in statements:
        session.add(Consent(**said(customer.id, **each, **told)))
    if "marketing" in event.payload["objects_to"]:  # refuses it everywhere, and profiling for it
        for channel in CHANNELS:
            refusal = said(customer.id, channel, "marketing", "denied", **told)
            session.add(Consent(**refusal))
    objection: dict[str, Any] = {**told, "session": session, "customer_id": customer.id}
    object_to(against=event.payload["objects_to"], state="objected", **objection)
    object_to(against=event.payload["objects_no_more_to"], state="withdrawn", **objection)
    wanted = event.payload.get("do_not_contact")
    if wanted:
        refuse_contact(customer, event.now)
    elif wanted is False:
        permit_contact(customer, event.at, event.now)
    wishes = ("preferred_channel", "max_per_30d", "paused_until", "never_topics", "interests")
    changed = {name: event.payload[name] for name in wishes if name in event.payload}
    if changed:
        _wish(session, customer.id, changed, event.now)
    return {
        "consents": len(statements),
        "preferences": sorted(changed),
        "objects_to": event.payload["objects_to"],
        "do_not_contact": customer.do_not_contact,
    }


def _wish(session: Session, customer_id: int, changed: dict[str, Any], now: datetime) -> None:
    wish = session.scalar(select(Preference).where(Preference.customer_id == customer_id))
    if wish is None:
        wish = Preference(customer_id=customer_id, created_at=now)
        session.add(wish)
    for name, value in changed.items():
        setattr(wish, name, value)
    wish.updated_at = now


TYPES: Final = (
    EventType("account.closed", AccountClosed, about_somebody=True),
    EventType("preference.changed", PreferenceChanged, preference_changed, about_somebody=True),
    EventType("relationship.improved", RelationshipImproved, about_somebody=True),
)
