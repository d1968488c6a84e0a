"""The people we deal with at a customer's."""

from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tasks.declare.inbound_event import EventType, InboundEvent
from tasks.declare.payload import ID, LONGEST_ID, Payload
from tasks.persons.records import ROLES, Person, StakeholderRole


class Stakeholder(Payload):
    """Somebody we deal with at the customer's left or joined."""

    name = fields.String(required=True, validate=ID)
    role = fields.String(load_default="", validate=validate.Length(max=LONGEST_ID))


def stakeholder_left(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Note that somebody left; a name we do not know is recorded only."""
    found = session.scalars(_there(event)).all()
    for person in found:
        person.left_at, person.updated_at = event.at, event.now
    return {"persons": len(found)}


def stakeholder_joined(session: Session, event: InboundEvent) -> dict[str, Any]:
    """Keep somebody new, with the role if it is one of ours."""
    person = session.scalars(_there(event)).first()
    if person is None:
        person = Person(
            customer_id=event.customer_id,
            name=event.payload["name"],
            created_at=event.now,
            created_by=event.origin,
        )
        session.add(person)
        session.flush()
        if event.payload["role"] in ROLES:
            session.add(
                StakeholderRole(
                    person_id=person.id,
                    role=event.payload["role"],
                    created_at=event.now,
                    created_by=event.origin,
                )
            )
    return {"persons": 1}


def _there(event: InboundEvent) -> Select[Person]:
    return select(Person).where(
        Person.customer_id == event.customer_id,
        Person.name == event.payload["name"],
        Person.left_at.is_(None),
    )


TYPES: Final = (
    EventType("stakeholder.left", Stakeholder, stakeholder_left, about_somebody=True),
    EventType("stakeholder.joined", Stakeholder, stakeholder_joined, about_somebody=True),
)
