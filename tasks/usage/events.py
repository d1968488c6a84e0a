"""How customers use what they have, and what they look at."""

from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import ID, Payload
from tasks.intents.signals import category_of, note_signal
from tasks.usage.records import Usage

DOWNLOADS = ("price_list", "specification")


class UsageReported(Payload):
    """How much of something was used in a period."""

    metric = fields.String(required=True, validate=ID)
    value = fields.Float(required=True)
    period = fields.String(required=True, validate=ID)


class WebBehaviour(Payload):
    """A page was looked at, or a price list or specification taken."""

    page = fields.String(required=True, validate=validate.Length(1, 2_000))
    product = fields.String(load_default=None, validate=ID)
    count = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 10**6))
    kind = fields.String(load_default="page", validate=validate.OneOf(("page", *DOWNLOADS)))
    device_consent = fields.Boolean(load_default=False)


def looked(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep it as a signal, if whoever uses the device agreed to that; else only that it came."""
    said = event.payload
    if not said["device_consent"]:
        return {"category": category_of(session, said["product"]), "used": False}
    kind = "download" if said["kind"] in DOWNLOADS else "page"
    return note_signal(
        session, event.about, kind, said["product"], at=event.at, now=event.now, n=said["count"]
    )


def usage_reported(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep how much was used in a period; told again, the newer figure counts."""
    said = event.payload
    kept = session.scalar(
        select(Usage).where(
            Usage.customer_id == event.customer_id,
            Usage.metric == said["metric"],
            Usage.period == said["period"],
        )
    )
    if kept is None:
        kept = Usage(customer_id=event.customer_id, metric=said["metric"], period=said["period"])
        kept.created_at, kept.created_by = event.now, event.origin
        session.add(kept)
    kept.value = said["value"]
    return {"usage": said["metric"]}


TYPES: Final = (
    EventType("usage.reported", UsageReported, usage_reported, about_somebody=True),
    EventType("web.behaviour", WebBehaviour, looked),
)
