"""Whose event it is: the customer we know, or a provisional one."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.model import Problem
from engine.text import Unreadable
from engine.text.addresses import address_key, read_address
from engine.text.emails import read_email
from engine.text.normal import key_form
from tasks.consents.records import Consent
from tasks.consents.say import said
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.customers.region import company_region
from tasks.outbound_webhooks import tell
from tasks.privacy.fingerprints import known_by, recognise


def who(session: Session, reference: Mapping[str, Any], source: str, now: datetime) -> int:
    """Answer the id of the customer meant; somebody unknown becomes a provisional customer."""
    if "id" in reference:
        return _by_id(session, reference["id"])
    reference = _readable(session, reference)
    found = (
        _by_external_id(session, reference, source)
        or _by_address(session, reference, "email")
        or _by_address(session, reference, "phone")
    )
    return _survivor(session, found) if found else _provisional(session, reference, source, now)


def _deliverable(email: str) -> bool:
    try:
        read_email(email)
    except Unreadable:
        return False
    return True


def _readable(session: Session, reference: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reference with its addresses in their one form; what is none stays as it came."""
    found = dict(reference)
    for channel in ("email", "phone"):
        if channel in found:
            region = company_region(session) if channel == "phone" else ""
            with suppress(Unreadable):
                found[channel] = read_address(channel, found[channel], region)
    return found


def _by_id(session: Session, number: int) -> int:
    customer = session.get(Customer, _survivor(session, number))
    if customer is None or customer.erased_at is not None:
        what = "There is no customer {}." if customer is None else "Customer {} was forgotten."
        message = what.format(number)
        raise Invalid(message, [Problem(message, element="customer.id", rule="event")])
    return customer.id


def _by_external_id(session: Session, reference: Mapping[str, Any], source: str) -> int | None:
    name = reference.get("external_id")
    if name is None:
        return None
    return session.scalar(
        select(Identifier.customer_id)
        .where(Identifier.system == source, Identifier.key == key_form(name))
        .order_by(Identifier.id)
        .limit(1)
    )


def _by_address(session: Session, reference: Mapping[str, Any], channel: str) -> int | None:
    value = reference.get(channel)
    if value is None:
        return None
    return session.scalar(
        select(ContactPoint.customer_id)
        .where(ContactPoint.channel == channel, ContactPoint.key == address_key(channel, value))
        .order_by(ContactPoint.valid.desc(), ContactPoint.id)
        .limit(1)
    )


def _survivor(session: Session, number: int) -> int:
    """Follow merged customers to the one that remains."""
    merged = session.scalar(select(Customer.merged_into_id).where(Customer.id == number))
    return merged or number


def _provisional(session: Session, reference: Mapping[str, Any], source: str, now: datetime) -> int:
    """Add them; somebody who was forgotten and comes back may at most be served."""
    name = reference.get("email") or reference.get("phone") or reference["external_id"]
    was_known = recognise(session, known_by(reference, source))
    silent = any(was_known.values())
    customer = Customer(
        name=name,
        lifecycle_stage="provisional",
        do_not_contact=silent,
        no_contact_since=now if silent else None,
        created_at=now,
        created_by=f"event:{source}",
    )
    session.add(customer)
    session.flush()
    if external := reference.get("external_id"):
        session.add(Identifier(customer_id=customer.id, system=source, external_id=external))
    for channel in ("email", "phone"):
        if value := reference.get(channel):
            session.add(
                ContactPoint(
                    customer_id=customer.id,
                    channel=channel,
                    value=value,
                    valid=channel != "email" or _deliverable(value),
                    created_at=now,
                )
            )
            # what is owed needs no consent, and nobody has given one
            if silent:
                session.add(
                    Consent(
                        **said(
                            customer.id,
                            channel,
                            "service_essential",
                            "denied",
                            source=f"event:{source}",
                            at=now,
                            now=now,
                        )
                    )
                )
    session.flush()
    told = {"customer_id": customer.id, "lifecycle_stage": customer.lifecycle_stage}
    tell(session, "customer.created", told | {"source": source}, now)
    return customer.id
