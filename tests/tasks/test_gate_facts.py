"""What the gate knows about a customer when it decides."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.contact_gate.facts import gather_facts
from tasks.contact_gate.hours import next_window
from tasks.policy.records import PolicyValue
from tasks.segments.records import Segment, SegmentMember
from tasks.templates.records import Template
from tests.support.crm import DAY, NOON, campaign, customer
from tests.support.gate import complaint, gather, note, touch


def test_only_permitted_reachable_and_written_channels_are_allowed(session: Session) -> None:
    mira = customer(
        session,
        allows=[("email", "marketing"), ("sms", "marketing"), ("post", "marketing")],
        reachable=["email", "phone", "post"],
        preferred="phone",
    )

    facts = gather(session, mira, message_ref="vip-gift")

    assert facts["channels_permitted"] == ["email", "sms", "post"]
    assert facts["message_channels"] == ["email", "phone", "sms"]
    assert facts["channels_allowed"] == ["email"]  # sms has no number, post no message
    assert facts["channel"] == facts["preferred"] == "phone"


def test_a_campaign_narrows_the_channels(session: Session) -> None:
    mira = customer(
        session,
        allows=[("email", "marketing"), ("sms", "marketing")],
        reachable=["email", "sms"],
    )
    spring = campaign(session, channels=["sms"])

    facts = gather(session, mira, message_ref="vip-gift", campaign_id=spring.id)

    assert facts["channels_allowed"] == ["sms"]


def test_a_marketing_message_cannot_pass_as_a_service_message(session: Session) -> None:
    mira = customer(session, allows=[("email", "service_essential")])

    facts = gather(session, mira, purpose="service_essential", message_ref="cd-news")

    assert facts["message_channels"] == []


def test_a_template_without_its_five_ticks_does_not_count_as_written(session: Session) -> None:
    mira = customer(session)
    for template in session.scalars(select(Template).where(Template.name == "cd-news")):
        template.checklist = template.checklist | {"one_purpose": False}

    assert gather(session, mira)["message_channels"] == []


def test_the_channel_he_answered_on_comes_first(session: Session) -> None:
    mira = customer(
        session,
        allows=[("email", "marketing"), ("sms", "marketing")],
        reachable=["email", "sms"],
    )
    touch(session, mira, 40, channel="email")
    touch(session, mira, 50, channel="sms", clicked_at=NOON - 50 * DAY)

    assert gather(session, mira, message_ref="vip-gift")["ranked"] == ["sms", "email"]


def test_touches_are_counted_and_day_eight_is_named(session: Session) -> None:
    mira = customer(session)
    for age in (1, 3, 6, 20, 31):
        touch(session, mira, age)

    facts = gather(session, mira)

    assert (facts["touches_7d"], facts["touches_30d"]) == (3, 4)
    # of three in seven days two must grow old before there is room for one more
    assert facts["room_at"] == "2026-11-28T12:00:00Z"


def test_surveys_and_failed_attempts_are_no_marketing_touches(session: Session) -> None:
    mira = customer(session, allows=[("email", "marketing"), ("email", "survey")])
    touch(session, mira, 2, purpose="survey")
    touch(session, mira, 2, decision="skip")

    facts = gather(session, mira)

    assert facts["touches_7d"] == 0
    assert facts["days_since_survey"] == 2


def test_the_lowest_cap_of_his_segments_is_known(session: Session) -> None:
    mira = customer(session, max_per_30d=7)
    at_risk = session.scalars(select(Segment).where(Segment.name == "at_risk")).one()
    session.add(SegmentMember(segment_id=at_risk.id, customer_id=mira.id, at=NOON))

    facts = gather(session, mira)

    assert (facts["cap_30d"], facts["own_limit"], facts["segment_cap"]) == (4, 7, 3)


def test_an_open_complaint_and_one_closed_lately_are_known(session: Session) -> None:
    mira = customer(session)
    complaint(session, mira, closed_at=NOON - 3 * DAY)
    assert gather(session, mira)["days_since_complaint"] == 3
    assert not gather(session, mira)["open_complaint"]

    complaint(session, mira)
    assert gather(session, mira)["open_complaint"]


def test_a_more_important_contact_in_the_queue_is_seen_but_not_ones_own(session: Session) -> None:
    mira = customer(session)
    note(session, mira, "gate-1", "defer", priority=5, not_before=NOON + DAY)

    assert gather(session, mira, "gate-1")["queued_priority"] is None
    other = gather(session, mira, "gate-2")
    assert other["queued_priority"] == 5
    assert other["behind_at"] == "2026-11-26T12:00:00Z"


def test_the_clock_is_the_customers_own(session: Session) -> None:
    shirin = customer(session, timezone="Asia/Tehran", calendar="sat_wed")
    evening = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)

    facts = gather_facts(session, evening, "1", "marketing", "cd-news", shirin.id)

    assert facts["local_time"] == "20:30"
    assert facts["next_window"] == "2026-11-25T05:30:00Z"


def test_the_phone_window_skips_holidays(session: Session) -> None:
    rasa = customer(session, timezone="Europe/Vilnius", calendar="mon_fri")
    christmas = datetime(2026, 12, 25, 10, tzinfo=UTC)

    facts = gather_facts(session, christmas, "1", "marketing", "vip-gift", rasa.id)

    assert facts["local_holiday"]
    assert facts["next_phone_window"] == "2026-12-27T07:00:00Z"
    assert facts["next_window"] == "2026-12-25T10:00:00Z"


def test_a_window_on_the_morning_the_clock_changes() -> None:
    night = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # Vilnius goes on at 03:00

    assert next_window(night, "Europe/Vilnius", "09:00", "20:00") == datetime(
        2026, 3, 29, 6, tzinfo=UTC
    )


def test_calls_need_an_agent_with_time_left(session: Session) -> None:
    mira = customer(session, allows=[("phone", "marketing")], reachable=["phone"])
    assert gather(session, mira, message_ref="vip-gift")["agent_slot_free"]

    limit = session.scalars(select(PolicyValue).where(PolicyValue.key == "capacity.phone")).one()
    limit.value = 1
    touch(session, mira, 0, channel="phone")

    facts = gather(session, mira, message_ref="vip-gift")
    assert not facts["agent_slot_free"]
    assert facts["next_agent_slot"] == "2026-11-25T04:30:00Z"


def test_without_a_given_relevance_the_offer_tells_it(session: Session) -> None:
    mira = customer(session)
    spring = campaign(session, offers=["cd-10"], segment="champions")

    assert gather(session, mira, campaign_id=spring.id)["relevance"] == 0.09
    assert gather(session, mira, campaign_id=spring.id, relevance=0.5)["relevance"] == 0.5


def test_an_unknown_customer_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="4711"):
        gather_facts(session, NOON, "1", "marketing", "cd-news", 4711)
