"""Signing up: a consent only once the address is confirmed, and nothing of whoever stays silent."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.consents.records import Consent, Preference
from tasks.customers.permission import allowed_channels, with_basis
from tasks.customers.records import ContactPoint, Customer
from tasks.enquiry.sign_up import drop_sign_up, keep_sign_up, note_sign_up
from tasks.leads.records import Lead
from tests.support.crm import NOON, customer, say
from tests.support.happenings import Engine, event, receive


def signs_up(session: Session, **changes: Any) -> tuple[Customer, dict[str, Any]]:
    told = {"topics": ["Rock"], "text_version": "demo-2", "language": "lt"} | changes
    asked = event("sign_up.wanted", **told) | {"customer": {"email": "new@example.org"}}
    answer = receive(session, Engine(), asked, NOON)
    variables = {"source": "shop", "occurred_at": NOON.isoformat(), "payload": told}
    return session.get_one(Customer, answer["customer_id"]), variables


def test_r32_a_confirmed_address_gives_a_consent_with_time_and_text_and_a_prospect(
    session: Session,
) -> None:
    who, told = signs_up(session)
    asked = note_sign_up(session, NOON, who.id, told)
    assert asked["consent_text"].startswith("Taip")
    session.flush()
    assert with_basis(session, who.id, "service_response", NOON) == {"email": "asked_once"}
    assert allowed_channels(session, who.id, "marketing", NOON) == []

    kept = keep_sign_up(session, NOON, who.id, "demo-2", ["Rock"], told)

    assert kept == {"stage": "prospect"}
    assert with_basis(session, who.id, "marketing") == {"email": "consent"}
    [consent] = session.scalars(select(Consent)).all()
    assert (consent.text_version, consent.source, consent.at) == ("demo-2", "sign_up", NOON)
    assert consent.evidence == f"sign_up:shop:{NOON.isoformat()}"
    assert session.scalars(select(Preference)).one().interests == ["Rock"]
    assert session.scalars(select(Lead)).one().basis == "consent"


def test_an_address_that_nobody_confirmed_is_dropped(session: Session) -> None:
    who, told = signs_up(session)
    note_sign_up(session, NOON, who.id, told)

    assert drop_sign_up(session, NOON, who.id) == {"dropped": True}

    assert session.scalars(select(ContactPoint)).all() == []
    assert (who.name, who.erased_at) == ("", NOON)


def test_a_customer_who_signs_up_and_stays_silent_keeps_everything(session: Session) -> None:
    mira = customer(session)
    say(session, mira, "email", "marketing", "denied", NOON)

    assert drop_sign_up(session, NOON, mira.id) == {"dropped": False}
    assert mira.contact_points
    assert allowed_channels(session, mira.id, "marketing") == []
