"""Which customer is reached at an address."""

from contextlib import suppress

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.text import Unreadable
from engine.text.addresses import address_key, read_address
from tasks.customers.records import ContactPoint, Customer
from tasks.customers.region import company_region

CALLED = ("phone", "sms")


def channel_of(address: str) -> str:
    """Return the channel of an address that somebody typed: e-mail, else SMS."""
    return "email" if "@" in address else "sms"


def as_kept(session: Session, channel: str, address: str) -> str:
    """Return an address in its one form; one that cannot be read stays as it was typed."""
    with suppress(Unreadable):
        return read_address(channel, address, company_region(session))
    return address.strip()


def customer_at(session: Session, channel: str, address: str) -> int | None:
    """Return the customer with this address, who remains after merging; None where nobody has it.

    A telephone number counts for calls and SMS alike.
    """
    channels = CALLED if channel in CALLED else (channel,)
    key = address_key(channel, as_kept(session, channel, address))
    return session.scalar(
        select(func.coalesce(Customer.merged_into_id, Customer.id))
        .join(ContactPoint, ContactPoint.customer_id == Customer.id)
        .where(ContactPoint.channel.in_(channels), ContactPoint.key == key)
        .where(Customer.erased_at.is_(None))
        .order_by(ContactPoint.valid.desc(), ContactPoint.id)
        .limit(1)
    )
