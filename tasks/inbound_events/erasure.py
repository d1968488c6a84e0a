"""What erasing a person does to the events about them: ids stay known, contents go."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.declare.subject import Erasure
from tasks.inbound_events.records import Event, id_of_forgotten


def empty_events(session: Session, erasure: Erasure) -> None:
    """Replace ids by hashes, so that a repeat is still known, and the answers by empty ones."""
    about = Event.customer_id.in_(erasure.person.numbers)
    for event in session.scalars(select(Event).where(about)):
        event.event_id = id_of_forgotten(event.source, event.event_id)
        event.effect = {
            "type": event.type,
            "customer_id": event.customer_id,
            "effect": {"forgotten": True},
        }
        event.published = True
    session.flush()
