"""Events from outside: kept once, acting on the records, told to whoever waits."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import Invalid
from tasks.campaigns.records import Campaign
from tasks.cases.records import Case
from tasks.consents.records import Consent, Preference
from tasks.contacts.records import Contact, Message
from tasks.customers.permission import allowed_channels, with_basis
from tasks.customers.records import ContactPoint, Customer
from tasks.inbound_events.records import Event
from tasks.purchases.records import Transaction
from tests.support.crm import DAY, NOON, campaign, customer, member
from tests.support.happenings import Broken, Engine, event, receive


@pytest.fixture
def engine() -> Engine:
    return Engine()


def test_an_order_becomes_a_transaction_and_waiting_processes_hear_of_it(
    session: Session, engine: Engine
) -> None:
    mira = customer(session)
    lines = [{"sku": "DEMO-CD", "quantity": 2, "net": 3000}]

    answer = receive(
        session, engine, event("order.placed", mira, order_id="A-1", amount=3000, lines=lines), NOON
    )

    order = session.scalars(select(Transaction)).one()
    assert (order.customer_id, order.amount, order.currency) == (mira.id, 3000, "USD")
    assert order.margin == 3000 - 2 * 1050
    assert answer["customer_id"] == mira.id
    [(name, key, variables), (again, *_)] = engine.told
    assert again == "customer.encounter"  # for whoever listens to whatever happens to her
    assert (name, key) == ("order.placed", str(mira.id))
    assert variables["event"]["payload"]["order_id"] == "A-1"


def test_a_repeated_event_gets_the_first_answer_and_does_nothing(
    session: Session, engine: Engine
) -> None:
    mira = customer(session)
    order = event("order.placed", mira, order_id="A-1", amount=3000)

    first = receive(session, engine, order, NOON)
    second = receive(session, engine, order, NOON + DAY)

    assert second == first
    assert session.scalar(select(func.count()).select_from(Transaction)) == 1
    assert len(engine.told) == 2


def test_the_same_event_id_of_another_source_is_another_event(
    session: Session, engine: Engine
) -> None:
    mira = customer(session)

    receive(session, engine, event("web.behaviour", mira, page="/cd"), NOON)
    receive(session, engine, event("web.behaviour", mira, page="/cd") | {"source": "app"}, NOON)

    assert session.scalar(select(func.count()).select_from(Event)) == 2


def test_after_a_crash_before_the_telling_the_repeat_only_tells(
    session: Session, engine: Engine
) -> None:
    mira = customer(session)
    order = event("order.placed", mira, order_id="A-1", amount=3000)

    with pytest.raises(ConnectionError):
        receive(session, Broken(), order, NOON)
    receive(session, engine, order, NOON)

    assert session.scalar(select(func.count()).select_from(Transaction)) == 1
    assert [name for name, _, _ in engine.told] == ["order.placed", "customer.encounter"]


def test_somebody_unknown_becomes_a_provisional_customer_who_may_only_be_served(
    session: Session, engine: Engine
) -> None:
    who = {"email": "new@example.com", "external_id": "W-7"}
    order = event("order.placed", order_id="A-2", amount=500) | {"customer": who}

    answer = receive(session, engine, order, NOON)

    new = session.get_one(Customer, answer["customer_id"])
    assert new.lifecycle_stage == "provisional"
    assert with_basis(session, new.id, "service_essential")["email"] == "legal_duty"
    assert session.scalars(select(Consent)).all() == []  # nobody writes one that was not given
    assert allowed_channels(session, new.id, "marketing") == []
    again = event("order.placed", order_id="A-3", amount=500) | {
        "event_id": "e-2",
        "customer": {"email": "NEW@example.com"},
    }
    assert receive(session, engine, again, NOON)["customer_id"] == new.id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "order.exploded"}, "type"),
        ({"event_id": ""}, "event_id"),
        ({"occurred_at": "2026-11-24T12:00:00"}, "occurred_at"),
        ({"occurred_at": "2027-11-24T12:00:00Z"}, "occurred_at"),
        ({"customer": None}, "customer"),
        ({"customer": {}}, "customer"),
        ({"customer": {"id": 4711}}, "customer.id"),
        ({"customer": {"id": "1"}}, "customer.id"),
        ({"payload": {"order_id": "A", "amount": 1.5}}, "payload.amount"),
        ({"payload": {"amount": 15}}, "payload.order_id"),
        ({"payload": []}, "payload"),
    ],
)
def test_a_wrong_event_is_refused_with_the_field_named(
    session: Session, engine: Engine, change: dict[str, Any], field: str
) -> None:
    mira = customer(session)
    order = event("order.placed", mira, order_id="A-1", amount=100)

    with pytest.raises(Invalid) as refusal:
        receive(session, engine, order | change, NOON)

    assert [problem.element for problem in refusal.value.problems] == [field]
    assert engine.told == []
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_a_line_that_is_wrong_is_named_by_its_place(session: Session, engine: Engine) -> None:
    mira = customer(session)
    order = event("order.placed", mira, order_id="A-1", amount=100, lines=[{"net": "much"}])

    with pytest.raises(Invalid) as refusal:
        receive(session, engine, order, NOON)

    assert refusal.value.problems[0].element == "payload.lines.0.net"


def test_an_order_in_the_window_is_a_response_in_both_arms(
    session: Session, engine: Engine
) -> None:
    mira, otto = customer(session), customer(session, name="Otto Oakes")
    spring = campaign(session)
    treated, control = member(session, spring, mira), member(session, spring, otto, arm="control")

    for number, person in enumerate((mira, otto)):
        order = event("order.placed", person, order_id=f"A-{number}", amount=900, margin=300)
        receive(session, engine, order | {"event_id": f"e-{number}"}, NOON)

    assert (treated.state, treated.revenue, treated.margin) == ("responded", 900, 300)
    assert treated.response_at == NOON
    assert (control.state, control.revenue) == ("planned", 900)
    assert control.response_at == NOON


def test_an_order_after_the_window_is_no_response(session: Session, engine: Engine) -> None:
    mira = customer(session)
    spring = campaign(session, starts=NOON.date() - 40 * DAY, ends=NOON.date() - 31 * DAY)
    treated = member(session, spring, mira)

    receive(session, engine, event("order.placed", mira, order_id="A", amount=900), NOON)

    assert (treated.state, treated.revenue, treated.response_at) == ("sent", 0, None)


def test_a_returned_order_is_taken_out_again(session: Session, engine: Engine) -> None:
    mira = customer(session)
    treated = member(session, campaign(session), mira)

    receive(session, engine, event("order.placed", mira, order_id="A", amount=900), NOON)
    back = event("order.returned", mira, order_id="A", reason="scratched") | {"event_id": "e-2"}
    receive(session, engine, back, NOON + DAY)

    assert treated.revenue == 0
    assert session.scalars(select(Transaction)).one().return_reason == "scratched"


def test_a_delivery_of_an_unknown_order_is_kept_and_says_so(
    session: Session, engine: Engine
) -> None:
    mira = customer(session)

    answer = receive(session, engine, event("order.delivered", mira, order_id="X"), NOON)

    assert answer["effect"] == {"order": "X", "known": False}


def test_a_click_moves_the_contact_and_the_member(session: Session, engine: Engine) -> None:
    mira = customer(session)
    spring = campaign(session)
    treated = member(session, spring, mira)
    contact = sent(session, mira, spring)

    answer = receive(session, engine, event("message.clicked", contact_id=contact.id), NOON)

    assert contact.clicked_at == NOON
    assert treated.state == "clicked"
    assert answer["customer_id"] == mira.id  # known from the contact


def test_an_opt_out_takes_the_consent_back_at_once(session: Session, engine: Engine) -> None:
    mira = customer(session, allows=[("email", "marketing"), ("email", "survey")])
    spring = campaign(session)
    treated = member(session, spring, mira)
    contact = sent(session, mira, spring)

    receive(session, engine, event("message.opted_out", contact_id=contact.id), NOON)

    assert allowed_channels(session, mira.id, "marketing") == []
    assert allowed_channels(session, mira.id, "survey") == ["email"]
    assert treated.state == "opted_out"


def test_a_permanent_bounce_ends_the_use_of_the_address(session: Session, engine: Engine) -> None:
    mira = customer(session)
    spring = campaign(session)
    treated = member(session, spring, mira)
    contact = sent(session, mira, spring)

    receive(session, engine, event("message.bounced", contact_id=contact.id), NOON)

    address = session.scalars(select(ContactPoint)).one()
    assert (address.valid, address.bounced_at) == (False, NOON)
    assert treated.state == "bounced"


def test_a_passing_bounce_keeps_the_address(session: Session, engine: Engine) -> None:
    mira = customer(session)
    contact = sent(session, mira, campaign(session))

    receive(session, engine, event("message.bounced", contact_id=contact.id, permanent=False), NOON)

    assert session.scalars(select(ContactPoint)).one().valid


def test_a_response_is_not_overwritten_by_a_later_click(session: Session, engine: Engine) -> None:
    mira = customer(session)
    spring = campaign(session)
    treated = member(session, spring, mira)
    contact = sent(session, mira, spring)

    receive(session, engine, event("order.placed", mira, order_id="A", amount=900), NOON)
    click = event("message.clicked", contact_id=contact.id) | {"event_id": "e-2"}
    receive(session, engine, click, NOON)

    assert treated.state == "responded"


def test_a_reaction_to_an_unknown_contact_is_refused(session: Session, engine: Engine) -> None:
    with pytest.raises(Invalid) as refusal:
        receive(session, engine, event("message.clicked", contact_id=99), NOON)

    assert refusal.value.problems[0].element == "payload.contact_id"


def test_changed_preferences_become_consents_and_wishes(session: Session, engine: Engine) -> None:
    mira = customer(session)
    said = [
        {"channel": "email", "purpose": "marketing", "state": "denied"},
        {"channel": "sms", "purpose": "marketing", "state": "allowed", "text_version": "demo-1"},
    ]

    receive(
        session,
        engine,
        event("preference.changed", mira, consents=said, preferred_channel="sms", max_per_30d=1),
        NOON,
    )

    assert allowed_channels(session, mira.id, "marketing") == ["sms"]
    wish = session.scalars(select(Preference)).one()
    assert (wish.preferred_channel, wish.max_per_30d) == ("sms", 1)
    assert not mira.do_not_contact


def test_a_customer_can_ask_to_be_left_alone(session: Session, engine: Engine) -> None:
    mira = customer(session)

    receive(session, engine, event("preference.changed", mira, do_not_contact=True), NOON)

    assert mira.do_not_contact


def test_a_complaint_opens_a_case_even_without_a_name(session: Session, engine: Engine) -> None:
    answer = receive(session, engine, event("complaint.received", text="It broke."), NOON)

    case = session.scalars(select(Case)).one()
    assert answer["effect"] == {"case": case.number, "case_id": case.id}
    assert (case.kind, case.state, case.customer_id) == ("complaint", "open", None)


def sent(session: Session, person: Customer, campaign: Campaign) -> Contact:
    contact = Contact(
        customer_id=person.id,
        campaign_id=campaign.id,
        purpose="marketing",
        channel="email",
        decision="send",
        decided_at=NOON - DAY,
        sent_at=NOON - DAY,
        created_at=NOON - DAY,
    )
    session.add(contact)
    session.flush()
    session.add(
        Message(
            key=f"contact-{contact.id}",
            contact_id=contact.id,
            channel="email",
            transport="outbox",
            recipient=f"customer{person.id}@example.com",
            body="Hello",
            state="sent",
            created_at=NOON,
        )
    )
    session.flush()
    return contact
