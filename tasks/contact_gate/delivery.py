"""Renders the message of a reserved contact and hands it to its channel."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BpmnError, Invalid
from engine.service_task import Answer, Call, service_task
from engine.text.dates import write_date
from engine.text.numbers import write_percent
from tasks.channels import Draft, Refused, Settings, put_into_outbox, render, stays_here, was_sent
from tasks.channels import deliver as send
from tasks.contact_gate.facts import campaign_of
from tasks.contact_gate.footer import with_footer
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
from tasks.declare.together import each, group_of, once
from tasks.links.minting import Wanted, addresses
from tasks.links.records import ANSWER as ANSWER_LINK
from tasks.offers.records import Offer
from tasks.permissions.grounds import asked_here
from tasks.policy.records import values
from tasks.templates.records import Template, editions
from tasks.templates.rendering import links_in

Fields = dict[str, str | None]


class Services(Protocol):
    """What the worker gives us."""

    @property
    def settings(self) -> Settings:
        """Settings of the installation."""

    def message_links(self, contact_id: int) -> Mapping[str, str]:
        """Return the addresses that stand below a message, by the kind of their link."""

    def link_url(self, link_id: str) -> str:
        """Return the address of a link."""


def deliver_many(
    calls: Sequence[Call], *, session: Session, now: datetime, services: Services
) -> list[Answer]:
    """Put the messages of a set into the outbox; what leaves the house is sent by its own job."""
    answers = [_put(session, now, services, call) for call in calls]
    session.flush()
    return answers


def _put(session: Session, now: datetime, services: Services, call: Call) -> Answer:
    group = group_of(session)
    contact = group.kept.get(("contact", call.instance_key)) if group else None
    if contact is None or contact.decision != "send":
        return None
    if not stays_here(services.settings, contact.channel):
        return None
    try:
        whom = recipient(session, _request(contact))
        gate = values(session, "gate")
        _insist(session, contact, whom, gate, now)
        template = _template(session, contact, whom.language)
        if ANSWER_LINK in (*links_in(template.subject), *links_in(template.body)):
            return None  # it looks for the task of a caller
        fields = call.inputs["message_fields"] or {}
        draft = _draft(session, contact, whom, template, fields, services)
        wanted = wanted_links(session, contact, _asked(contact, template), fields)
    except BpmnError as no:
        return no
    draft = _with_addresses(session, services, draft, wanted, now)
    contact.template_id = template.id
    return {"delivered_over": put_into_outbox(session, services.settings, draft, now).transport}


@service_task(
    name="contact_gate.deliver", retries=8, processes=("contact_gate",), many=deliver_many
)
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
        wanted = wanted_links(session, contact, _asked(contact, template), fields)
        draft = _with_addresses(session, services, draft, wanted, now)
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
        for t in once(session, _editions, contact.template_name)
        if t.channel == contact.channel and t.purpose == contact.purpose and t.ready()
    ]
    for wanted in (language, "en"):
        for template in found:
            if template.language == wanted:
                return template
    raise _no("incomplete_message", "There is no ready message in the customer's language.")


def _editions(session: Session, name: str) -> Sequence[Template]:
    return session.scalars(editions(name)).all()


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
    subject, body = render(template.subject, fields), render(_body(contact, template), fields)
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
        links=_by_click(headers, services.message_links(contact.id).get("unsubscribe", "")),
    )


def _with_addresses(
    session: Session, services: Services, draft: Draft, wanted: Sequence[Wanted], now: datetime
) -> Draft:
    """Return the message with the address of each of its links."""
    house = services.message_links(draft.contact_id or 0)
    return replace(draft, addresses={**house, **addresses(session, services, wanted, now)})


def _body(contact: Contact, template: Template) -> str:
    return with_footer(
        template.body,
        channel=template.channel,
        purpose=template.purpose,
        language=template.language,
        known=contact.customer_id is not None,
    )


def _asked(contact: Contact, template: Template) -> str:
    """Return the text whose links are made: never what a field was filled with."""
    return f"{template.subject}\n{_body(contact, template)}"


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
    campaign = once(session, campaign_of, contact.campaign_id)
    if campaign is None or not campaign.offers:
        return fields
    offer = once(session, _offer, campaign.offers[0])
    if offer is None:
        return fields
    return fields | {
        "campaign.name": campaign.name,
        "offer.title": offer.title_in(language),
        "offer.discount": write_percent(offer.discount, language, 0),
        "offer.valid_until": _day(offer.valid_until, language),
    }


def _offer(session: Session, name: str) -> Offer | None:
    return session.scalar(select(Offer).where(Offer.name == name))


def _day(day: date | None, language: str) -> str | None:
    """Return a day as people of a language read it, Persian ones in their calendar."""
    calendar = "jalali" if language == "fa" else "gregorian"
    return write_date(day, language, calendar) if day else None


def _address(session: Session, contact: Contact, whom: Recipient) -> str:
    if whom.case is not None and whom.case.contact_address is not None:
        return whom.case.contact_address
    address = each(session, _working, whom.number, contact.channel or "")
    if address is None:
        raise _no("not_deliverable", "The customer has no working address on this channel.")
    return address


def _working(session: Session, ids: Sequence[int], channel: str) -> dict[int, str]:
    """Return the address to write to of each customer: a verified one, else the oldest."""
    found: dict[int, str] = {}
    rows = session.execute(
        select(ContactPoint.customer_id, ContactPoint.value)
        .where(
            ContactPoint.customer_id.in_(ids),
            ContactPoint.channel == channel,
            ContactPoint.valid,
            ~dead(ContactPoint),
        )
        .order_by(ContactPoint.verified_at.is_(None), ContactPoint.id)
    )
    for customer_id, address in rows:
        found.setdefault(customer_id, address)
    return found


def _text(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict | list) else str(value)


def _no(code: str, reason: str, rule: str = "") -> BpmnError:
    said = {"decision": "block", "rule": rule or code, "reason": reason, "not_before": None}
    return BpmnError(code, reason, said)
