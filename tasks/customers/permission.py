"""What a customer permits now: said after every refusal was heard, of whoever has the address.

A refusal wins over every permission that was said before the refusal was heard, also where the
refusing customer is another one with the same address. What a file says never outranks a refusal.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session, aliased

from tasks.consents.records import Consent, Preference
from tasks.consents.say import IMPORT
from tasks.conversations.records import answering
from tasks.customers.addresses import sharing
from tasks.customers.records import ContactPoint, Customer
from tasks.declare.words import CHANNELS

ANSWER = "service_response"
PAUSABLE = ("marketing", "survey", "relationship")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def permitted(
    purpose: str, customer_id: int | None = None, heard_until: datetime | None = None
) -> Select[int, str]:
    """Select (customer_id, channel) of what is permitted for a purpose, of one customer if given.

    Statements about one topic only are left out; they refine a permission and never give one. With
    `heard_until` as it was then; for figures only, as the gate asks about now.
    """
    allowed = (
        _of(customer_id, Consent.customer_id, Consent.channel, func.max(_said_at()).label("at"))
        .where(*_general(Consent, purpose, "allowed", heard_until))
        .group_by(Consent.customer_id, Consent.channel)
        .subquery()
    )
    refused = _refused(purpose, customer_id, heard_until).subquery()
    return (
        select(allowed.c.customer_id, allowed.c.channel)
        .outerjoin(
            refused,
            (refused.c.customer_id == allowed.c.customer_id)
            & (refused.c.channel == allowed.c.channel),
        )
        .where(refused.c.at.is_(None) | (refused.c.at < allowed.c.at))
    )


def _refused(
    purpose: str, customer_id: int | None, heard_until: datetime | None
) -> Select[int, str, datetime]:
    """Select (customer_id, channel, at) of the last refusal, also of who has the same address.

    Refusals are read once and joined by address: asking of each permission whether somebody
    refused it takes the square of the customers.
    """
    mine, other = aliased(ContactPoint), aliased(ContactPoint)
    refusals = _general(Consent, purpose, "denied", heard_until)
    own = _of(customer_id, Consent.customer_id, Consent.channel, Consent.heard_at).where(*refusals)
    theirs = (
        _of(customer_id, mine.customer_id, Consent.channel, Consent.heard_at)
        .select_from(Consent)
        .join(
            other, (other.customer_id == Consent.customer_id) & (other.channel == Consent.channel)
        )
        .join(mine, (mine.channel == other.channel) & (mine.key == other.key))
        .where(*refusals)
    )
    every = own.union_all(theirs).subquery()
    return select(
        every.c.customer_id, every.c.channel, func.max(every.c.heard_at).label("at")
    ).group_by(every.c.customer_id, every.c.channel)


def _of(customer_id: int | None, owner: Any, *columns: Any) -> Select[Any]:
    query = select(owner.label("customer_id"), *columns)
    return query if customer_id is None else query.where(owner == customer_id)


def allowed_channels(session: Session, customer_id: int, purpose: str) -> list[str]:
    """Return the channels this customer permits now for this purpose, in our usual order.

    Whoever has just written to us is answered there, whatever else they permit.
    """
    found = {channel for _, channel in session.execute(permitted(purpose, customer_id))}
    if purpose == ANSWER:
        found |= answering(session, customer_id)
    return [channel for channel in CHANNELS if channel in found]


def paused(session: Session, customer_id: int, purpose: str, now: datetime) -> bool:
    """Return whether the customer wants a pause from contacts that are not owed or asked for."""
    if purpose not in PAUSABLE:
        return False
    until = select(Preference.paused_until).where(Preference.customer_id == customer_id)
    found = session.scalar(until)
    return found is not None and found > now


def no_contact(session: Session, customer: Customer) -> bool:
    """Return whether they, or somebody with an address of theirs, want no contact at all."""
    if customer.do_not_contact:
        return True
    others = sharing(ContactPoint, customer.id).subquery()
    query = select(Customer.id).join(others, others.c.customer_id == Customer.id)
    silent = query.where(Customer.do_not_contact, Customer.erased_at.is_(None))
    return session.scalar(silent.limit(1)) is not None


def refuse_contact(customer: Customer, now: datetime) -> None:
    """Note that they want no contact."""
    customer.do_not_contact = True
    customer.no_contact_since = customer.updated_at = now


def permit_contact(customer: Customer, said_at: datetime, now: datetime) -> bool:
    """Take "no contact" back if that was said after we heard it; return whether it was."""
    heard = customer.no_contact_since or customer.updated_at or customer.created_at
    if customer.do_not_contact and min(said_at, now) <= heard:
        return False
    customer.do_not_contact, customer.no_contact_since = False, None
    customer.updated_at = now
    return True


def _said_at() -> ColumnElement[datetime]:
    of_file = Consent.source.startswith(IMPORT)
    return case((of_file, literal(LONG_AGO, Consent.at.type)), else_=Consent.at)


def _general(
    consent: type[Consent], purpose: str, state: str, heard_until: datetime | None
) -> tuple[ColumnElement[bool], ...]:
    always = consent.purpose == purpose, consent.state == state, consent.topic.is_(None)
    return always if heard_until is None else (*always, consent.heard_at <= heard_until)
