"""The contact gate as it runs: from the wish to write to somebody to the ledger."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine import store
from tasks.campaigns.records import CampaignMember
from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.customers.records import ContactPoint, Customer
from tasks.policy.records import PolicyValue
from tests.support.crm import DAY, NOON, campaign, customer, member, say
from tests.support.gate_house import House
from tests.support.happenings import receive


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    assert house.incidents() == []


def mira(house: House, **facts: object) -> Customer:
    with house.session() as session:
        person = customer(session, **facts)  # type: ignore[arg-type]
        session.commit()
        return person


def test_a_permitted_relevant_contact_is_sent_and_recorded(house: House) -> None:
    key = house.want(mira(house))

    assert house.ended(key) == "sent"
    answer = house.answer(key)
    assert (answer["decision"], answer["channel"]) == ("send", "email")
    [contact] = house.ledger()
    assert contact.id == answer["contact_id"]
    assert (contact.decision, contact.sent_at, contact.cost) == ("send", NOON, 2)
    [message] = house.messages()
    assert (message.subject, message.key) == ("10 % off", f"contact-{contact.id}")


def test_r31_even_a_vip_gift_of_highest_priority_is_not_offered_by_a_refused_phone(
    house: House,
) -> None:
    """R-31: he prefers the phone and refuses offers on it; there is no override."""
    person = mira(house, allows=[], reachable=["phone", "email"], preferred="phone")

    key = house.want(
        person, message_ref="vip-gift", priority=5, relevance=0.9, wanted_channel="phone"
    )

    assert house.ended(key) == "blocked"
    [contact] = house.ledger()
    assert (contact.decision, contact.rule, contact.channel) == ("block", "not_permitted", None)
    assert "permits no channel" in contact.reason
    assert house.messages() == []


def test_when_the_preferred_channel_is_refused_the_next_permitted_one_is_taken(
    house: House,
) -> None:
    person = mira(
        house,
        allows=[("email", "marketing")],
        reachable=["phone", "email"],
        preferred="phone",
    )

    key = house.want(person, message_ref="vip-gift")

    assert house.ended(key) == "sent"
    assert house.messages()[0].channel == "email"


def test_r34_the_third_marketing_message_in_seven_days_waits_for_day_eight(house: House) -> None:
    """R-34: no over-targeting."""
    person = mira(house)
    house.want(person)
    house.later(DAY)
    house.want(person)

    third = house.want(person)

    assert house.ended(third) is None
    assert house.answer(third)["not_before"] == "2026-12-01T12:00:00Z"
    assert [c.decision for c in house.ledger()] == ["send", "send", "defer"]
    assert house.ledger()[2].rule == "week_is_full"

    house.later(timedelta(days=6))
    assert house.ended(third) == "sent"
    assert [c.decision for c in house.ledger()] == ["send", "send", "send"]
    assert len(house.messages()) == 3


def test_r35_an_irrelevant_offer_is_skipped(house: House) -> None:
    """R-35: only highly relevant offers."""
    key = house.want(mira(house), relevance=0.019)

    assert house.ended(key) == "skipped"
    [contact] = house.ledger()
    assert (contact.decision, contact.rule) == ("skip", "not_relevant")


def test_an_offer_that_earns_less_than_the_contact_costs_is_skipped(house: House) -> None:
    person = mira(house, allows=[("phone", "marketing")], reachable=["phone"])
    with house.session() as session:
        spring = campaign(session, margin_per_response=1000)
        session.commit()

    key = house.want(person, message_ref="vip-gift", campaign_id=spring.id, relevance=0.3)

    assert house.ended(key) == "skipped"  # 3.00 expected, the call costs 3.50


def test_the_month_over_its_cap_is_saved_from_over_targeting(house: House) -> None:
    person = mira(house, max_per_30d=1)
    house.want(person)

    key = house.want(person)

    assert house.ended(key) == "skipped"
    assert house.ledger()[1].rule == "month_is_full"


def test_a_changed_policy_value_changes_the_next_decision(house: House) -> None:
    with house.session() as session:
        session.execute(update(PolicyValue).where(PolicyValue.key == "gate.cap_7d").values(value=0))
        session.commit()

    key = house.want(mira(house))

    assert house.ended(key) is None
    assert house.ledger()[0].rule == "week_is_full"


def test_no_marketing_while_a_complaint_is_open(house: House) -> None:
    person = mira(house)
    with house.session() as session:
        session.add(
            Case(
                number="C-1",
                customer_id=person.id,
                kind="complaint",
                channel="email",
                text="It broke.",
                opened_at=NOON,
                created_at=NOON,
            )
        )
        session.commit()

    key = house.want(person)

    assert house.ended(key) == "blocked"
    assert house.ledger()[0].reason == "Not while something is wrong."


def test_outside_his_hours_the_customer_is_left_in_peace_until_morning(house: House) -> None:
    shirin = mira(house, timezone="Asia/Tehran")
    house.now = datetime(2026, 11, 24, 18, tzinfo=UTC)  # half past nine in Tehran

    key = house.want(shirin)

    assert house.answer(key)["not_before"] == "2026-11-25T05:30:00Z"
    house.later(datetime(2026, 11, 25, 5, 29, tzinfo=UTC))
    assert house.messages() == []
    house.later(datetime(2026, 11, 25, 5, 30, tzinfo=UTC))
    assert house.ended(key) == "sent"


def test_who_opts_out_while_a_contact_waits_is_not_written_to(house: House) -> None:
    """The gate runs again after a deferral: preferences may have changed."""
    person = mira(house)
    house.now = datetime(2026, 11, 24, 22, tzinfo=UTC)
    key = house.want(person)
    with house.session() as session:
        receive(
            session,
            house.engine.messages,
            {
                "event_id": "1",
                "type": "preference.changed",
                "occurred_at": house.now.isoformat(),
                "source": "form",
                "customer": {"id": person.id},
                "payload": {
                    "consents": [{"channel": "email", "purpose": "marketing", "state": "denied"}]
                },
            },
            house.now,
        )

    house.later(datetime(2026, 11, 25, 9, tzinfo=UTC))

    assert house.ended(key) == "blocked"
    [contact] = house.ledger()
    assert (contact.decision, contact.deferrals) == ("block", 1)
    assert house.messages() == []


def test_a_contact_that_would_come_too_late_is_not_made(house: House) -> None:
    house.now = datetime(2026, 11, 24, 22, tzinfo=UTC)

    key = house.want(mira(house), expires_at="2026-11-25T08:59:00Z")

    assert house.ended(key) == "too_late"
    assert house.answer(key)["decision"] == "skip"
    assert house.ledger()[0].rule == "too_late"


def test_a_more_important_contact_goes_first(house: House) -> None:
    person = mira(house)
    house.now = datetime(2026, 11, 24, 21, tzinfo=UTC)
    first = house.want(person, priority=5)
    house.now = datetime(2026, 11, 25, 8, 59, 59, tzinfo=UTC)
    with house.session() as session:  # this one has no quiet hours to wait for
        session.execute(
            update(PolicyValue).where(PolicyValue.key == "gate.hours_from").values(value="08:00")
        )
        session.commit()

    second = house.want(person, priority=2)

    assert house.answer(second)["rule"] == "behind_another"
    assert house.answer(second)["not_before"] == "2026-11-26T09:00:00Z"
    house.later(datetime(2026, 11, 25, 9, tzinfo=UTC))
    assert house.ended(first) == "sent"


def test_a_service_message_goes_out_at_night_and_to_those_who_want_no_contact(
    house: House,
) -> None:
    person = mira(house, allows=[("email", "service_essential")], do_not_contact=True)
    house.now = datetime(2026, 11, 24, 23, tzinfo=UTC)

    key = house.want(
        person,
        purpose="service_essential",
        message_ref="order-update",
        message_fields={"order.number": "A-1"},
    )

    assert house.ended(key) == "sent"


def test_one_survey_in_thirty_days_is_enough(house: House) -> None:
    person = mira(house, allows=[("email", "survey")])
    asked = {"purpose": "survey", "message_ref": "how-was-it"}
    house.want(person, **asked)

    house.later(timedelta(days=29))
    assert house.ended(house.want(person, **asked)) == "blocked"
    house.later(timedelta(days=1))
    assert house.ended(house.want(person, **asked)) == "sent"
    house.later(timedelta(days=60))
    assert house.ended(house.want(person, **asked, survey_kind="relationship")) == "blocked"


@pytest.mark.parametrize(("who", "end"), [("deceased", "blocked"), ("legal_hold", "sent")])
def test_nobody_writes_to_the_dead_and_a_legal_hold_stops_erasing_only(
    house: House, who: str, end: str
) -> None:
    person = mira(house, allows=[("email", "service_essential")], **{who: True})

    key = house.want(
        person,
        purpose="service_essential",
        message_ref="order-update",
        message_fields={"order.number": "A-1"},
    )

    assert house.ended(key) == end


def test_a_control_member_is_left_alone_by_his_campaign(house: House) -> None:
    person = mira(house)
    with house.session() as session:
        spring = campaign(session)
        member(session, spring, person, arm="control")
        session.commit()

    key = house.want(person, campaign_id=spring.id)

    assert house.ended(key) == "blocked"
    assert house.ledger()[0].rule == "control_group"


def test_a_member_of_a_campaign_moves_along(house: House) -> None:
    person, refusing = mira(house), mira(house, allows=[])
    with house.session() as session:
        spring = campaign(session, offers=["cd-10"])
        for one in (person, refusing):
            member(session, spring, one, state="released")
        session.commit()

    for one in (person, refusing):
        house.want(one, campaign_id=spring.id)

    with house.session() as session:
        states = dict(
            session.execute(select(CampaignMember.customer_id, CampaignMember.state)).all()
        )
    assert states == {person.id: "sent", refusing.id: "blocked"}


def test_a_message_with_an_empty_field_is_not_sent_and_its_slot_is_free_again(
    house: House,
) -> None:
    person = mira(house)

    key = house.want(person, message_fields={})

    assert house.ended(key) == "not_delivered"
    [contact] = house.ledger()
    assert (contact.decision, contact.rule) == ("block", "incomplete_message")
    assert "offer.title" in contact.reason
    assert house.answer(key)["decision"] == "block"


def test_when_something_changes_before_the_slot_is_taken_the_gate_decides_again(
    house: House,
) -> None:
    person = mira(house)
    key = house.ask(person)
    [gather] = house.worker._due_jobs()
    house.worker.run_job(gather, "run-1")  # the tables said: send
    with house.session() as session:
        say(session, person, "email", "marketing", "denied", NOON)
        session.commit()

    house.worker.run_until_idle()

    assert house.ended(key) == "blocked"
    assert [c.decision for c in house.ledger()] == ["block"]


def test_two_gates_for_one_customer_never_break_the_cap(house: House) -> None:
    person = mira(house)

    keys = [house.ask(person) for _ in range(5)]
    house.worker.run_until_idle()

    assert [house.ended(key) for key in keys].count("sent") == 2
    assert len(house.messages()) == 2


def test_a_bounced_address_is_not_used_again(house: House) -> None:
    person = mira(house)
    with house.session() as session:
        session.execute(update(ContactPoint).values(valid=False))
        session.commit()

    key = house.want(person)

    assert house.ended(key) == "blocked"
    assert house.ledger()[0].rule == "not_reachable"


def test_a_call_waits_for_an_agent(house: House) -> None:
    person = mira(house, allows=[("phone", "marketing")], reachable=["phone"])
    with house.session() as session:
        session.execute(
            update(PolicyValue).where(PolicyValue.key == "capacity.phone").values(value=0)
        )
        session.commit()

    key = house.want(person, message_ref="vip-gift", relevance=0.9)

    assert house.ended(key) is None
    assert house.ledger()[0].rule == "no_agent_free"
    assert house.answer(key)["not_before"] == "2026-11-25T04:30:00Z"


def test_every_decision_is_kept_with_what_it_read(house: House) -> None:
    """R-39: decisions rest on facts, and the facts stay with them."""
    key = house.want(mira(house), relevance=0.01)

    decision = store.decision_instance.c
    with store.reading(house.database) as connection:
        rows = connection.execute(
            select(store.decision_instance).where(decision.instance_key == key)
        ).all()
    assert len(rows) == 3  # D-01 asks for a channel, D-02 finds it, D-01 decides
    assert house.ledger()[0].decision == "skip"


def test_a_ledger_row_names_the_gate_that_decided(house: House) -> None:
    key = house.want(mira(house))

    with house.session() as session:
        assert session.scalars(select(Contact.gate_key)).all() == [str(key)]
