"""Signing up: the wish, the consent once the address is confirmed, or nothing."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.cases.records import Case
from tasks.consents.records import Consent, ConsentText, Preference
from tasks.consents.say import said
from tasks.contracts.records import Contract
from tasks.customers.lifecycle import move
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.declare.instants import iso
from tasks.inbound_events.records import Event
from tasks.interactions.records import Interaction
from tasks.leads.records import Lead
from tasks.permissions.grounds import asked_once
from tasks.purchases.records import Transaction

WAITS = timedelta(days=7)
CHANNEL, PURPOSE = "email", "marketing"
CONFIRMED = sentence("Signed up on the public page and confirmed the address.")


@service_task(name="enquiry.note_sign_up", retries=5)
def note_sign_up(
    session: Session, now: datetime, customer_id: int, event: dict[str, Any]
) -> dict[str, Any]:
    """Keep that somebody asked, once, for the link that confirms the address.

    Reads ``event`` (id, payload: topics, text_version, language). Returns ``customer_name``,
    ``topics``, ``consent_text`` (as it was read, in the language of the page), ``text_version`` and
    ``until``, when the wish ends.
    """
    customer = _customer(session, customer_id)
    told = event.get("payload") or {}
    if customer.lifecycle_stage == "provisional":
        customer.language = told.get("language") or customer.language
    version = str(told.get("text_version", ""))
    until = now + WAITS
    asked_once(
        session,
        customer_id,
        CHANNEL,
        matter="sign-up",
        evidence=_proof(event),
        until=until,
        now=now,
    )
    return {
        "customer_name": customer.name,
        "topics": [str(each) for each in told.get("topics", [])],
        "consent_text": _text(session, version, customer.language),
        "text_version": version,
        "until": iso(until),
    }


@service_task(name="enquiry.keep_sign_up", retries=5)
def keep_sign_up(
    session: Session,
    now: datetime,
    customer_id: int,
    text_version: str = "",
    topics: list[str] | None = None,
    event: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Keep the consent and the topics of somebody who confirmed the address; a stranger is a lead.

    Reads ``topics``, ``text_version`` and ``event``. Returns ``stage``, the one they are in now.
    """
    customer = _customer(session, customer_id)
    proof = _proof(event or {})
    told = {"source": "sign_up", "text_version": text_version, "evidence": proof}
    given = said(customer_id, CHANNEL, PURPOSE, "allowed", at=now, now=now, **told)
    session.add(Consent(**given))
    _verify(session, customer_id, now)
    _interests(session, customer_id, topics or [], now)
    if customer.lifecycle_stage == "provisional":
        lead = {"source": "sign_up", "basis": "consent", "stage": "prospect"}
        session.add(Lead(customer_id=customer_id, created_at=now, created_by="sign_up", **lead))
        move(session, customer, "prospect", now, "sign_up", CONFIRMED)
    session.flush()
    return {"stage": customer.lifecycle_stage}


@service_task(name="enquiry.drop_sign_up", retries=5)
def drop_sign_up(session: Session, now: datetime, customer_id: int) -> dict[str, Any]:
    """Drop the address of somebody we know by nothing but a wish that was not confirmed.

    Returns ``dropped``; false for a customer, and for whoever ordered, asked or complained.
    """
    customer = _customer(session, customer_id)
    if customer.lifecycle_stage != "provisional" or _known_else(session, customer_id):
        return {"dropped": False}
    session.execute(delete(ContactPoint).where(ContactPoint.customer_id == customer_id))
    session.execute(delete(Identifier).where(Identifier.customer_id == customer_id))
    theirs = update(Event).where(Event.customer_id == customer_id)
    session.execute(theirs.values(payload={}))
    customer.name, customer.erased_at, customer.updated_at = "", now, now
    session.flush()
    return {"dropped": True}


def _customer(session: Session, number: int) -> Customer:
    customer = session.get(Customer, number)
    if customer is None:
        raise NotFound(f"There is no customer {number}.")
    return customer


def _known_else(session: Session, number: int) -> bool:
    """Return whether an order, a contract, a case, a lead or a talk is theirs."""
    kinds = (Transaction, Contract, Case, Lead, Interaction)
    return any(session.scalar(select(exists().where(k.customer_id == number))) for k in kinds)


def _text(session: Session, version: str, language: str) -> str:
    """Return the wording that was agreed to, in the language of the page, else in English."""
    query = select(ConsentText.language, ConsentText.text).where(
        ConsentText.purpose == PURPOSE, ConsentText.version == version
    )
    texts = dict(session.execute(query).all())
    return str(texts.get(language) or texts.get("en", ""))


def _verify(session: Session, number: int, now: datetime) -> None:
    points = (ContactPoint.customer_id == number) & (ContactPoint.channel == CHANNEL)
    session.execute(update(ContactPoint).where(points).values(verified_at=now))


def _interests(session: Session, number: int, topics: list[str], now: datetime) -> None:
    if not topics:
        return
    wish = session.scalar(select(Preference).where(Preference.customer_id == number))
    if wish is None:
        wish = Preference(customer_id=number, created_at=now, interests=[])
        session.add(wish)
    wish.interests = list(dict.fromkeys([*(wish.interests or []), *topics]))
    wish.updated_at = now


def _proof(event: dict[str, Any]) -> str:
    """Return where it can be seen that they asked: which page or system told it, and when."""
    return f"sign_up:{event.get('source', '')}:{event.get('occurred_at', '')}"
