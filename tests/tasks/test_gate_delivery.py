"""What goes out, in which words, and that it goes out once."""

from types import SimpleNamespace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import BpmnError
from tasks.contact_gate.delivery import deliver
from tasks.contacts.records import Message
from tests.support.crm import DAY, NOON, campaign, customer
from tests.support.gate import reserve

NO_OUTLETS = SimpleNamespace(
    settings=SimpleNamespace(
        smtp_url="", mail_from="crm@example.org", webhook_url="", webhook_secret=""
    ),
    message_links=lambda _: {},
    link_url=lambda link_id: f"https://crm.example.org/link/{link_id}",
)


def test_without_a_mail_server_the_message_lies_in_the_outbox(session: Session) -> None:
    mira = customer(session, name="Mira Meadow")
    spring = campaign(session, offers=["cd-10"])
    contact_id = reserve(session, mira, "gate-1", campaign_id=spring.id)["contact_id"]

    answer = deliver(session, NOON, NO_OUTLETS, "gate-1", contact_id)

    message = session.scalars(select(Message)).one()
    assert answer == {"delivered_over": "outbox"}
    assert message.subject == "10 % off your next CD"
    assert "Dear Mira Meadow" in message.body
    assert (message.state, message.recipient) == ("sent", f"customer{mira.id}@example.com")
    assert message.headers["List-Unsubscribe"].startswith("<mailto:")


def test_delivering_again_sends_nothing_more(session: Session) -> None:
    mira = customer(session)
    spring = campaign(session, offers=["cd-10"])
    contact_id = reserve(session, mira, "gate-1", campaign_id=spring.id)["contact_id"]

    deliver(session, NOON, NO_OUTLETS, "gate-1", contact_id)
    deliver(session, NOON + DAY, NO_OUTLETS, "gate-1", contact_id)

    message = session.scalars(select(Message)).one()
    assert (message.attempts, message.sent_at) == (1, NOON)


@pytest.mark.parametrize(
    ("language", "word"), [("fa", "گرامی"), ("lt", "Laba diena"), ("de", "Dear")]
)
def test_the_message_speaks_the_customers_language_or_english(
    session: Session, language: str, word: str
) -> None:
    mira = customer(session, language=language)
    spring = campaign(session, offers=["cd-10"])
    contact_id = reserve(session, mira, "gate-1", campaign_id=spring.id)["contact_id"]

    deliver(session, NOON, NO_OUTLETS, "gate-1", contact_id)

    assert word in session.scalars(select(Message)).one().body


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("fa", "۱۰٪ تخفیف برای سی‌دی بعدی شما"),
        ("lt", "10 % nuolaida kitam kompaktiniam diskui"),
        ("de", "10 % off your next CD"),
    ],
)
def test_b8_an_offer_is_called_in_the_language_of_the_message(
    session: Session, language: str, title: str
) -> None:
    mira = customer(session, language=language)
    spring = campaign(session, offers=["cd-10"])
    contact_id = reserve(session, mira, "gate-1", campaign_id=spring.id)["contact_id"]

    deliver(session, NOON, NO_OUTLETS, "gate-1", contact_id)

    message = session.scalars(select(Message)).one()
    assert message.subject == title
    assert title in message.body


def test_a_message_with_an_empty_field_does_not_go_out(session: Session) -> None:
    mira = customer(session)
    contact_id = reserve(session, mira, "gate-1")["contact_id"]  # no campaign, hence no offer

    with pytest.raises(BpmnError, match=r"offer\.title") as no:
        deliver(session, NOON, NO_OUTLETS, "gate-1", contact_id)

    assert no.value.code == "incomplete_message"
    assert no.value.variables["decision"] == "block"
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_fields_of_the_caller_fill_the_message(session: Session) -> None:
    mira = customer(session, allows=[("email", "service_essential")])
    asked = {"purpose": "service_essential", "message_ref": "order-update"}
    contact_id = reserve(session, mira, "gate-1", **asked)["contact_id"]

    deliver(session, NOON, NO_OUTLETS, "gate-1", contact_id, {"order.number": "A-17"})

    assert session.scalars(select(Message)).one().subject == "Your order A-17"


def test_an_address_lost_since_the_reservation_is_a_no(session: Session) -> None:
    mira = customer(session)
    spring = campaign(session, offers=["cd-10"])
    contact_id = reserve(session, mira, "gate-1", campaign_id=spring.id)["contact_id"]
    mira.contact_points[0].valid = False

    with pytest.raises(BpmnError) as no:
        deliver(session, NOON, NO_OUTLETS, "gate-1", contact_id)

    assert no.value.code == "not_deliverable"
