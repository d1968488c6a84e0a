"""What erasing a person does to what others were told, or are still to be told, about them."""

from sqlalchemy import ColumnElement, Text, cast, delete, false, or_, select
from sqlalchemy.orm import Session

from tasks.declare.subject import Erasure
from tasks.outbound_webhooks.records import Delivery, DeliveryAttempt, OutgoingEvent


def delete_outgoing(session: Session, erasure: Erasure) -> None:
    """Delete the events that name them, with deliveries and every attempt."""
    chosen = list(session.scalars(select(OutgoingEvent.id).where(_about(erasure))))
    deliveries = select(Delivery.id).where(Delivery.event_id.in_(chosen))
    session.execute(delete(DeliveryAttempt).where(DeliveryAttempt.delivery_id.in_(deliveries)))
    session.execute(delete(Delivery).where(Delivery.event_id.in_(chosen)))
    session.execute(delete(OutgoingEvent).where(OutgoingEvent.id.in_(chosen)))


def _about(erasure: Erasure) -> ColumnElement[bool]:
    """Say in SQL that an event names the person, one of their instances, or a text of theirs."""
    person, data = erasure.person, cast(OutgoingEvent.data, Text)
    ways = [data.contains(f'"customer_id": {n}{end}') for n in person.numbers for end in ",}"]
    ways += [data.contains(f'"{key}"') for key in erasure.instances]
    return or_(false(), *ways, person.words.may_match([data]))
