"""Renders the message of a reserved contact and hands it to its channel."""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BpmnError, NotFound
from engine.service_task import service_task
from tasks.campaigns.records import Campaign
from tasks.channels import Draft, Refused, Settings, render
from tasks.channels import deliver as send
from tasks.contacts.records import Contact
from tasks.customers.records import ContactPoint, Customer
from tasks.offers.records import Offer
from tasks.policy.records import values
from tasks.templates.records import Template, editions

Fields = dict[str, str | None]


class Services(Protocol):
    """What the worker gives us."""

    @property
    def settings(self) -> Settings:
        """Settings of the installation."""


@service_task(name="contact_gate.deliver", retries=8)
def deliver(
    session: Session,
    now: datetime,
    services: Services,
    contact_id: int,
    message_fields: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Render the message and hand it to its channel, once.

    Reads ``contact_id`` and, for fields beyond customer, offer and company, ``message_fields``
    ({"order.number": "A-1"}). Answers ``delivered_over`` (smtp, webhook or outbox). Raises
    ``BpmnError("incomplete_message")`` when a merge field has no value and
    ``BpmnError("not_deliverable")`` when the receiving side will never take it; other faults are
    tried again with the same key.
    """
    contact = session.get(Contact, contact_id)
    if contact is None or contact.channel is None:
        raise NotFound(f"There is no reserved contact {contact_id}.")
    customer = session.get_one(Customer, contact.customer_id)
    template = _template(session, contact, customer.language)
    draft = _draft(session, contact, customer, template, message_fields or {})
    contact.template_id = template.id
    try:
        message = send(session, services.settings, draft, now)
    except Refused as error:
        raise _no("not_deliverable", str(error)) from error
    return {"delivered_over": message.transport}


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
    customer: Customer,
    template: Template,
    more: dict[str, Any],
) -> Draft:
    company = values(session, "company")
    fields = _fields(session, contact, customer, company) | {k: _text(v) for k, v in more.items()}
    subject, body = render(template.subject, fields), render(template.body, fields)
    missing = dict.fromkeys(subject.missing + body.missing)
    if missing:
        raise _no("incomplete_message", f"The message has empty fields: {', '.join(missing)}.")
    stop = f"<mailto:{company['email']}?subject=STOP%20{contact.id}>"
    offer_headers = {"List-Unsubscribe": stop} if contact.purpose == "marketing" else {}
    return Draft(
        key=f"contact-{contact.id}",
        contact_id=contact.id,
        channel=template.channel,
        recipient=_address(session, contact),
        subject=subject.text,
        body=body.text,
        sender_name=company["name"],
        headers=offer_headers,
    )


def _fields(
    session: Session, contact: Contact, customer: Customer, company: dict[str, Any]
) -> Fields:
    fields: Fields = {
        "customer.name": customer.name,
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
        "offer.title": offer.title,
        "offer.discount": f"{offer.discount:.0%}",
        "offer.valid_until": offer.valid_until.isoformat() if offer.valid_until else None,
    }


def _address(session: Session, contact: Contact) -> str:
    address = session.scalar(
        select(ContactPoint.value)
        .where(
            ContactPoint.customer_id == contact.customer_id,
            ContactPoint.channel == contact.channel,
            ContactPoint.valid,
        )
        .order_by(ContactPoint.verified_at.is_(None), ContactPoint.id)
        .limit(1)
    )
    if address is None:
        raise _no("not_deliverable", "The customer has no working address on this channel.")
    return address


def _text(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict | list) else str(value)


def _no(code: str, reason: str) -> BpmnError:
    return BpmnError(
        code, reason, {"decision": "block", "rule": code, "reason": reason, "not_before": None}
    )
