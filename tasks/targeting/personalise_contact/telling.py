"""What a personal message says, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.dates import write_date
from engine.text.numbers import write_percent
from tasks.campaigns.records import CampaignMember
from tasks.contact_gate.greeting import greeting
from tasks.contacts.records import Contact
from tasks.customers.records import Customer
from tasks.offers.records import Offer, OfferChoice
from tasks.policy.records import values
from tasks.templates.records import Template, editions
from tasks.templates.rendering import render

NOTHING = "send_nothing"


@service_task(name="targeting.keep_choices", retries=5, processes=("personalise_contact",))
def keep_choices(
    session: Session,
    now: datetime,
    instance_key: str,
    customer_id: int,
    verdicts: list[dict[str, Any]] | None = None,
    campaign_id: int | None = None,
) -> dict[str, Any]:
    """Keep for each offer why it may or may not be made; once for this contact.

    Reads ``verdicts`` (offer, title, p, expected_margin, ok, reason; the best first). Answers
    ``chosen``, the first that may be made; none: nothing is sent.
    """
    known = select(OfferChoice.id).where(OfferChoice.origin == instance_key).limit(1)
    if session.scalar(known) is None:
        for each in verdicts or ():
            choice = OfferChoice(customer_id=customer_id, offer=each["offer"], p=each["p"], at=now)
            choice.expected_margin, choice.reason = each["expected_margin"], each["reason"]
            choice.campaign_id, choice.origin, choice.created_at = campaign_id, instance_key, now
            session.add(choice)
    return {"chosen": next((each for each in verdicts or () if each["ok"]), None)}


@service_task(name="targeting.render_personal", retries=5, processes=("personalise_contact",))
def render_personal(
    session: Session, now: datetime, customer_id: int, message_ref: str, offer: str
) -> dict[str, Any]:
    """Render the message as the customer will read it, to be looked at; sends nothing.

    Reads ``message_ref`` and ``offer``. Answers ``message``: ``subject``, ``text``, ``missing``
    (fields without a value), ``words`` (the personal sentence) and ``fields`` for the gate.
    """
    customer = session.get_one(Customer, customer_id)
    made = session.scalars(select(Offer).where(Offer.name == offer)).one()
    template = _template(session, message_ref, customer.language)
    words = _words(session, customer.language)
    fields = {
        "offer.title": made.title_in(customer.language),
        "offer.discount": write_percent(made.discount, customer.language, 0),
        "personal.words": words,
    }
    if made.valid_until is not None:
        calendar = "jalali" if customer.language == "fa" else "gregorian"
        fields["offer.valid_until"] = write_date(made.valid_until, customer.language, calendar)
    company = values(session, "company")
    all_fields = fields | {
        "customer.name": customer.name,
        "customer.greeting": greeting(customer.name, customer.language),
        "company.name": company["name"],
        "company.email": company["email"],
    }
    if template is None:
        return {"message": {"missing": ["template"], "fields": fields, "words": words}}
    subject, body = render(template.subject, all_fields), render(template.body, all_fields)
    return {
        "message": {
            "subject": subject.text,
            "text": body.text,
            "missing": list(dict.fromkeys(subject.missing + body.missing)),
            "words": words,
            "fields": fields,
        }
    }


@service_task(name="targeting.note_personal", retries=5, processes=("personalise_contact",))
def note_personal(
    session: Session,
    now: datetime,
    instance_key: str,
    customer_id: int,
    message_ref: str,
    decision: str,
    offer: str | None = None,
    contact_id: int | None = None,
    rule: str | None = None,
    reason: str | None = None,
    campaign_id: int | None = None,
) -> dict[str, Any]:
    """Note what became of a personal contact.

    Reads ``decision`` and ``contact_id`` of the gate with the ``offer``; or ``decision`` = skip
    with ``rule`` and ``reason`` where nothing was sent: that stands in the ledger, and with the
    member of the campaign. Answers ``contact_id``.
    """
    if contact_id is None:
        contact_id = _nothing(
            session, now, instance_key, customer_id, message_ref, rule, reason, campaign_id
        )
    elif decision == "send":
        session.execute(
            update(OfferChoice)
            .where(OfferChoice.origin == instance_key, OfferChoice.offer == offer)
            .values(outcome="made", contact_id=contact_id)
        )
    return {"contact_id": contact_id}


def _nothing(
    session: Session,
    now: datetime,
    instance_key: str,
    customer_id: int,
    message_ref: str,
    rule: str | None,
    reason: str | None,
    campaign_id: int | None,
) -> int:
    key = f"personal-{instance_key}"
    contact = session.scalar(select(Contact).where(Contact.gate_key == key))
    if contact is None:
        contact = Contact(gate_key=key, customer_id=customer_id, purpose="marketing")
        contact.template_name, contact.campaign_id = message_ref, campaign_id
        contact.decision, contact.rule, contact.reason = "skip", rule or NOTHING, reason or ""
        contact.decided_at, contact.created_at = now, now
        session.add(contact)
        session.flush()
    if campaign_id is not None:
        session.execute(
            update(CampaignMember)
            .where(
                CampaignMember.campaign_id == campaign_id,
                CampaignMember.customer_id == customer_id,
                CampaignMember.state.in_(("planned", "released")),
            )
            .values(state="skipped", reason=reason or "")
        )
    return contact.id


def _template(session: Session, name: str, language: str) -> Template | None:
    ready = [each for each in session.scalars(editions(name)) if each.ready()]
    for wanted in (language, "en"):
        found = next((each for each in ready if each.language == wanted), None)
        if found is not None:
            return found
    return None


def _words(session: Session, language: str) -> str:
    policy = values(session, "personal")
    return str(policy.get(f"words_{language}") or policy["words_en"])
