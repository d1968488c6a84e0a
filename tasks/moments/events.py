"""Praise that is told to us: the moment is kept, and the employee learns of it alone."""

from typing import Any, Final

from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import ID, SAID, Payload
from tasks.moments.records import Kudos, MomentOfTruth
from tasks.moments.writing import Happening, write

PRAISED = "praise"


class PraiseReceived(Payload):
    """A customer praises somebody of us, or what was done."""

    text = fields.String(required=True, validate=SAID)
    employee = fields.String(load_default=None, validate=ID)  # a user name
    touchpoint = fields.String(load_default=PRAISED, validate=ID)


def praise_received(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep the praise, once; for an employee it is private until they agree."""
    said, origin = event.payload, f"praise:{event.source}:{event.event_id}"
    happened = Happening(
        touchpoint=said["touchpoint"],
        happened=PRAISED,
        at=event.at,
        origin=origin,
        customer=None if event.about is None else str(event.about),
        source="reaction",
    )
    write(session.connection(), [happened])
    moment = session.scalars(select(MomentOfTruth.id).where(MomentOfTruth.origin == origin)).one()
    if said["employee"] is None:
        return {"moment_id": moment}
    kudos = Kudos(
        moment_id=moment,
        employee=said["employee"],
        text=said["text"],
        created_at=event.now,
        created_by=event.origin,
    )
    session.add(kudos)
    session.flush()
    return {"moment_id": moment, "kudos_id": kudos.id}


TYPES: Final = (EventType("praise.received", PraiseReceived, praise_received),)
