"""Renders the message of a reserved contact and hands it to its channel."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BpmnError, Invalid
from engine.service_task import service_task
from engine.text.dates import write_date
from engine.text.numbers import write_percent
from tasks.campaigns.records import Campaign
from tasks.channels import Draft, Refused, Settings, render, was_sent
from tasks.channels import deliver as send
from tasks.contact_gate.greeting import greeting
from tasks.contact_gate.links import wanted_links
from tasks.contact_gate.lock import lock_ledger
from tasks.contact_gate.recipient import Recipient, recipient
from tasks.contact_gate.request import ContactRequest
from tasks.contacts.records import Contact
from tasks.conversations.records import answering
from tasks.customers.addresses import dead
from tasks.customers.permission import ANSWER, allowed_channels, no_contact, paused
from tasks.customers.records import ContactPoint, Customer
from tasks.links.minting import addresses
from tasks.offers.records import Offer
from tasks.permissions.grounds import asked_here
from tasks.policy.records import values
from tasks.templates.records import Template, editions

Fields = dict[str, str | None]


class Services(Protocol):
    """What the worker gives us."""

    @property
    def settings(self) -> Settings:
        """Settings of the installation."""

    def unsubscribe_url(self, contact_id: int) -> str:
        """Return the address that takes a permission back with one click; "" without one."""

    def link_url(self, link_id: str) -> str:
        """Return the address of a link."""


@service_task(name="contact_gate.deliver", retries=8, processes=("contact_gate",))
def deliver(
    session: Session,
    now: datetime,
    services: Services,
    instance_key: str,
    contact_id: int,
    message_fields: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Render the message and hand it to its channel, once.

    Reads ``contact_id`` and, for fields beyond customer, offer and company, ``message_fields``
    ({"order.number": "A-1"}). A field ``link.answer`` of the template becomes a task link, that of
    the task in ``message_fields`` or else of the next one that the caller asks the customer; other
    ``link.…`` are standing links. Answers ``delivered_over`` (smtp, webhook or outbox). Raises
    ``BpmnError("incomplete_message")`` when a merge field has no value and
    ``BpmnError("not_deliverable")`` when the receiving side will never take it, or nobody may send
    it any more; other faults are tried again with the same key. Only the gate that reserved a
    contact delivers it, and whether the customer still permits it is looked up once more.
    """
    contact = session.get(Contact, contact_id)
    if contact is None or contact.channel is None or contact.gate_key != instance_key:
        raise Invalid(f"This gate has not reserved contact {contact_id}.")
    if contact.customer_id is not None:
        lock_ledger(session, contact.customer_id)
    session.refresh(contact)
    if contact.decision != "send":
        raise Invalid(f"Contact {contact_id} is not to be sent: {contact.decision}.")
    whom = recipient(session, _request(contact))
    gate = values(session, "gate")
    sent = was_sent(session, _key(contact))
    if not sent:
        _insist(session, contact, whom, gate, now)
    template = _template(session, contact, whom.language)
    fields = message_fields or {}
    draft = _draft(session, contact, whom, template, fields, services)
    if not sent:
        wanted = wanted_links(session, contact, template, fields)
        draft = replace(draft, addresses=addresses(session, services, wanted, now))
    contact.template_id = template.id
    try:
        message = send(session, services.settings, draft, now, attempts=int(gate["attempts"]))
    except Refused as error:
        raise _no("not_deliverable", str(error)) from error
    return {"delivered_over": message.transport}


def _insist(
    session: Session, contact: Contact, whom: Recipient, gate: dict[str, Any], now: datetime
) -> None:
    """Stop if the customer refused meanwhile, is gone, or too much time has passed."""
    if whom.customer is not None and _gone_or_silent(session, contact, whom.customer, now):
        raise _no("not_deliverable", "This customer is not to be contacted.", "do_not_contact")
    rests = paused(session, whom.number, contact.purpose, now)
    if rests or contact.channel not in _channels(session, contact, whom, now):
        text = "The customer does not permit this channel for this purpose."
        raise _no("not_deliverable", text, "channel_not_permitted")
    if now - contact.decided_at > timedelta(hours=gate["deliver_within_hours"]):
        raise _no("not_deliverable", "It would have been too late.", "too_late")


def _gone_or_silent(session: Session, contact: Contact, customer: Customer, now: datetime) -> bool:
    died = customer.deceased and contact.purpose != "case_handling"
    gone = died or customer.erased_at is not None
    asked = contact.purpose in ("service_essential", "case_handling")  # owed, or asked for
    asked = asked or contact.channel in asked_here(session, customer.id, contact.purpose, now)
    if contact.purpose == ANSWER:  # by whoever has just written to us there
        asked = asked or contact.channel in answering(session, customer.id)
    return (
        gone or customer.merged_into_id is not None or (not asked and no_contact(session, customer))
    )


def _channels(session: Session, contact: Contact, whom: Recipient, now: datetime) -> list[str]:
    if whom.case is not None:
        return whom.case_channels
    return allowed_channels(session, whom.number, contact.purpose, now)


def _request(contact: Contact) -> ContactRequest:
    return ContactRequest(
        contact.customer_id,
        contact.purpose,
        contact.template_name,
        contact.campaign_id,
        contact.relevance,
        None,
        contact.gate_key or "",
        contact.case_id,
    )


def _key(contact: Contact) -> str:
    return f"contact-{contact.id}"


def _template(session: Session, contact: Contact, language: str) -> Template:
    found = [
        t
        for t in session.scalars(editions(contact.template_name))
        if t.channel == contact.channel and t.purpose == contact.purpose and t.ready()
    ]
    for wanted in (language, "en"):
        for template in found:
            if template.language == wanted:
                return template
    raise _no("incomplete_message", "There is no ready message in the customer's language.")


def _draft(
    session: Session,
    contact: Contact,
    whom: Recipient,
    template: Template,
    more: dict[str, Any],
    services: Services,
) -> Draft:
    company = values(session, "company")
    written = _fields(session, contact, whom, company, template.language)
    fields = written | {k: _text(v) for k, v in more.items()}
    subject, body = render(template.subject, fields), render(template.body, fields)
    missing = dict.fromkeys(subject.missing + body.missing)
    if missing:
        raise _no("incomplete_message", f"The message has empty fields: {', '.join(missing)}.")
    headers = _by_mail(contact, company)
    return Draft(
        key=_key(contact),
        contact_id=contact.id,
        channel=template.channel,
        recipient=_address(session, contact, whom),
        subject=subject.text,
        body=body.text,
        sender_name=company["name"],
        headers=headers,
        links=_by_click(headers, services.unsubscribe_url(contact.id)),
    )


def _by_mail(contact: Contact, company: dict[str, Any]) -> dict[str, str]:
    """Offer to be written to no more, as a mail program shows it."""
    if contact.purpose != "marketing":
        return {}
    return {"List-Unsubscribe": f"<mailto:{company['email']}?subject=STOP%20{contact.id}>"}


def _by_click(offered: dict[str, str], url: str) -> dict[str, str]:
    """Offer the same by one click (RFC 8058, which wants https)."""
    if not offered or not url:
        return {}
    post = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    link = {"List-Unsubscribe": f"<{url}>, {offered['List-Unsubscribe']}"}
    return link | (post if url.startswith("https:") else {})


def _fields(
    session: Session, contact: Contact, whom: Recipient, company: dict[str, Any], language: str
) -> Fields:
    fields: Fields = {
        "customer.name": whom.name or None,
        "customer.greeting": greeting(whom.name, whom.language),
        "company.name": company["name"],
        "company.email": company["email"],
    }
    campaign = session.get(Campaign, contact.campaign_id) if contact.campaign_id else None
    if campaign is None or not campaign.offers:
        return fields
    offer = session.scalar(select(Offer).where(Offer.name == campaign.offers[0]))
    if offer is None:
        return fields
    return fields | {
        "campaign.name": campaign.name,
        "offer.title": offer.title_in(language),
        "offer.discount": write_percent(offer.discount, language, 0),
        "offer.valid_until": _day(offer.valid_until, language),
    }


def _day(day: date | None, language: str) -> str | None:
    """Return a day as people of a language read it, Persian ones in their calendar."""
    calendar = "jalali" if language == "fa" else "gregorian"
    return write_date(day, language, calendar) if day else None


def _address(session: Session, contact: Contact, whom: Recipient) -> str:
    if whom.case is not None and whom.case.contact_address is not None:
        return whom.case.contact_address
    address = session.scalar(
        select(ContactPoint.value)
        .where(
            ContactPoint.customer_id == contact.customer_id,
            ContactPoint.channel == contact.channel,
            ContactPoint.valid,
            ~dead(ContactPoint),
        )
        .order_by(ContactPoint.verified_at.is_(None), ContactPoint.id)
        .limit(1)
    )
    if address is None:
        raise _no("not_deliverable", "The customer has no working address on this channel.")
    return address


def _text(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict | list) else str(value)


def _no(code: str, reason: str, rule: str = "") -> BpmnError:
    said = {"decision": "block", "rule": rule or code, "reason": reason, "not_before": None}
    return BpmnError(code, reason, said)
