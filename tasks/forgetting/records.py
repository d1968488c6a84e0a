"""Takes a person out of the customer records: rows that are theirs alone go, figures stay nameless.

Consents stay as they are: they are proof, and hold no more than a number.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, false, or_, select, update
from sqlalchemy.orm import Session

from tasks.forgetting.person import Person
from tasks.records import forgotten
from tasks.records.campaigns import CampaignMember
from tasks.records.cases import Case
from tasks.records.consents import Preference
from tasks.records.contacts import Contact, Message
from tasks.records.customers import ContactPoint, Customer, Identifier
from tasks.records.events import Event, id_of_forgotten
from tasks.records.interactions import Interaction
from tasks.records.purchases import Transaction
from tasks.records.scores import CustomerScore
from tasks.records.segments import SegmentMember
from tasks.records.webhooks import Delivery, DeliveryAttempt, OutgoingEvent

_THEIRS_ALONE = (ContactPoint, Identifier, Preference, SegmentMember, CustomerScore)


def erase(session: Session, person: Person, instances: list[int], now: datetime) -> None:
    """Leave a number without a name, and fingerprints; the caller commits."""
    forgotten.remember(session, person.number, person.known, no_contact=person.no_contact)
    _letters(session, person)
    _told(session, person, instances)
    for kind in _THEIRS_ALONE:
        session.execute(delete(kind).where(kind.customer_id.in_(person.numbers)))
    _papers(session, person, now)
    for event in session.scalars(select(Event).where(Event.customer_id.in_(person.numbers))):
        _empty(event)
    session.execute(
        update(Customer)
        .where(Customer.id.in_(person.numbers))
        .values(_NOBODY | {"erased_at": now, "updated_at": now, "version": Customer.version + 1})
    )


_NOBODY: dict[str, Any] = {
    "name": "",
    "timezone": "UTC",
    "calendar": None,
    "lifecycle_stage": "lost",
    "relationship_since": None,
    "owner": None,
    "deputy": None,
    "sponsor": None,
    "parent_id": None,
    "do_not_contact": True,
    "intensive_care_until": None,
}


def _empty(event: Event) -> None:
    event.event_id = id_of_forgotten(event.source, event.event_id)
    event.payload = {}
    event.effect = {
        "type": event.type,
        "customer_id": event.customer_id,
        "effect": {"forgotten": True},
    }
    event.published = True


def _letters(session: Session, person: Person) -> None:
    """Empty what was written to them; what had not left yet never will."""
    contacts = select(Contact.id).where(Contact.customer_id.in_(person.numbers))
    addresses = [value for what, value in person.known if not what.startswith("of ")]
    theirs = or_(Message.contact_id.in_(contacts), Message.recipient.in_(addresses))
    empty: dict[str, Any] = {
        "recipient": "",
        "subject": "",
        "body": "",
        "headers": {},
        "error": None,
    }
    session.execute(update(Message).where(theirs).values(empty))
    unsent = Message.state.in_(("queued", "sending"))
    stopped = {"state": "failed", "error": "forgotten"}
    session.execute(update(Message).where(theirs, unsent).values(stopped))
    session.execute(update(Contact).where(Contact.id.in_(contacts)).values(reason=""))
    members = CampaignMember.customer_id.in_(person.numbers)
    session.execute(update(CampaignMember).where(members).values(reason=""))


def _papers(session: Session, person: Person, now: datetime) -> None:
    """Keep amounts and dates of orders and cases, and nothing that leads back to anybody."""
    orders = Transaction.customer_id.in_(person.numbers)
    number = "forgotten-" + cast(Transaction.id, Text)
    session.execute(update(Transaction).where(orders).values(order_no=number, return_reason=None))
    cases = Case.customer_id.in_(person.numbers)
    mine = select(Case.id).where(cases)
    theirs = or_(Interaction.customer_id.in_(person.numbers), Interaction.case_id.in_(mine))
    session.execute(delete(Interaction).where(theirs))
    number = "forgotten-" + cast(Case.id, Text)
    empty = {"number": number, "text": "", "wish": None, "order_no": None, "updated_at": now}
    session.execute(update(Case).where(cases).values(empty | {"version": Case.version + 1}))
    closed = {"state": "closed", "closed_at": now}
    session.execute(update(Case).where(cases, Case.state != "closed").values(closed))


def _told(session: Session, person: Person, instances: list[int]) -> None:
    """Delete what others were told about them, or are still to be told, with every attempt."""
    chosen = list(session.scalars(select(OutgoingEvent.id).where(_about(person, instances))))
    deliveries = select(Delivery.id).where(Delivery.event_id.in_(chosen))
    attempts = DeliveryAttempt.delivery_id.in_(deliveries)
    session.execute(delete(DeliveryAttempt).where(attempts))
    session.execute(delete(Delivery).where(Delivery.event_id.in_(chosen)))
    session.execute(delete(OutgoingEvent).where(OutgoingEvent.id.in_(chosen)))


def _about(person: Person, instances: list[int]) -> ColumnElement[bool]:
    """Say in SQL that an event names the person, one of their instances, or a text of theirs."""
    data = cast(OutgoingEvent.data, Text)
    ways = [data.contains(f'"customer_id": {n}{end}') for n in person.numbers for end in ",}"]
    ways += [data.contains(f'"{key}"') for key in instances]
    return or_(false(), *ways, person.words.maybe([data]))
