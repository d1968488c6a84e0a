"""1.2 The time of a purchase: noticed, talked about, a hit or a miss."""

from datetime import timedelta

from tasks.consents.records import Consent
from tasks.intents.records import Intent
from tasks.segments.records import Segment, SegmentMember
from tasks.segments.refresh import refresh_segments
from tests.processes.targeting.conftest import asked, buyer, order
from tests.support.town import Town

SAID = {"reached": True, "need_confirmed": True, "category": "music"}


def intents(town: Town) -> list[Intent]:
    with town.session() as session:
        return list(session.query(Intent).order_by(Intent.id))


def test_a_purchase_window_opens_the_owner_calls_and_the_order_closes_it_as_a_hit(
    town: Town,
) -> None:
    # given Mira, who buys music every 30 days, and a first night, which tells of nobody
    mira = buyer(town, 148, 118, 88, 58, 28)
    town.later(days=1)
    assert intents(town) == []

    # when the next night comes, her window has opened: she is warm, and nobody calls
    town.later(days=1)
    [intent] = intents(town)
    assert (intent.customer_id, intent.heat, intent.category) == (mira, "warm", "music")
    assert intent.method == "own"
    assert not asked(town, "contact_customer")

    # when she asks for a quote, her owner is to call within two business hours
    town.happens("quote.requested", mira, {"product": "DEMO-CD"})
    town.complete("contact_customer", "gita", **SAID, next_step="meeting")
    [intent] = intents(town)
    assert (intent.heat, intent.points) == ("hot", 75)
    assert intent.contacted_at == town.now

    # then the order closes it as a hit
    order(town, mira)
    [intent] = intents(town)
    assert (intent.state, intent.order_no) == ("hit", f"N-{mira}-DEMO-CD")
    assert town.incidents() == []


def test_an_order_takes_the_call_out_of_the_inbox(town: Town) -> None:
    mira = buyer(town, 40)
    town.happens("quote.requested", mira, {"product": "DEMO-CD"})
    assert asked(town, "contact_customer")

    order(town, mira)

    assert not asked(town, "contact_customer")
    assert [each.state for each in intents(town)] == ["hit"]


def test_an_order_of_another_category_decides_nothing(town: Town) -> None:
    mira = buyer(town, 40)
    town.happens("quote.requested", mira, {"product": "DEMO-CD"})

    order(town, mira, "DEMO-PLAYER")

    assert asked(town, "contact_customer")
    assert [each.state for each in intents(town)] == ["open"]


def test_whoever_does_not_buy_in_time_is_a_miss(town: Town) -> None:
    mira = buyer(town, 148, 118, 88, 58, 28)
    town.later(days=1)
    town.later(days=1)
    [intent] = intents(town)

    town.until(intent.until + timedelta(hours=1))

    closed = [each.state for each in intents(town) if each.customer_id == mira]
    assert closed[0] == "miss"


def test_looking_at_products_calls_nobody_and_needs_the_consent_of_the_device(town: Town) -> None:
    mira = buyer(town, 100)
    looked = {"page": "/cd", "product": "DEMO-CD", "count": 5}

    town.happens("web.behaviour", mira, looked)
    assert intents(town) == []

    town._receive("web.behaviour", mira, looked | {"kind": "price_list", "device_consent": True}, 2)
    town._receive("web.behaviour", mira, looked | {"device_consent": True}, 3)
    town.play()
    [intent] = intents(town)
    assert (intent.heat, intent.points) == ("warm", 35)


def test_there_is_one_watch_for_each_customer_and_category(town: Town) -> None:
    mira = buyer(town, 40)
    town.happens("quote.requested", mira, {"product": "DEMO-CD"})
    town._receive("quote.requested", mira, {"product": "DEMO-CD"}, 2)
    town._receive("quote.requested", mira, {"product": "DEMO-PLAYER"}, 3)
    town.play()

    assert sorted(each.category for each in intents(town)) == ["devices", "music"]


def test_r31_whoever_refuses_offers_is_not_called_by_signs_alone(town: Town) -> None:
    mira = buyer(town, 148, 118, 88, 58, 28, allows=())
    town.later(days=1)
    town.later(days=1)
    assert intents(town) == []

    # but what she asks for herself is answered
    town.happens("lead.created", mira, {"product": "DEMO-CD", "call_back": True})
    assert asked(town, "contact_customer")


def test_r34_nobody_is_watched_any_more_who_wants_no_contact(town: Town) -> None:
    mira = buyer(town, 40)
    town.happens("quote.requested", mira, {"product": "DEMO-CD"})

    town.engine.instances.stop_about(str(mira), "do_not_contact")

    assert not asked(town, "contact_customer")


def test_r35_who_is_warm_stands_in_a_segment_for_the_next_campaign(town: Town) -> None:
    mira = buyer(town, 100)
    seen = {"page": "/cd", "product": "DEMO-CD", "count": 5, "device_consent": True}
    town.happens("web.behaviour", mira, seen | {"kind": "price_list"})
    town._receive("web.behaviour", mira, seen, 2)
    town.play()

    with town.session() as session:
        refresh_segments(session, town.now)
        session.commit()
        inside = (
            session.query(SegmentMember.customer_id)
            .join(Segment, Segment.id == SegmentMember.segment_id)
            .filter(Segment.name == "about_to_buy")
        )
        assert [row[0] for row in inside] == [mira]


def test_somebody_unknown_is_left_to_the_enquiry_process(town: Town) -> None:
    with town.session() as session:
        assert session.query(Consent).count() == 0
    event = {"type": "lead.created", "payload": {}, "effect": {"category": "music"}}
    town.publish("lead.created", event=event)

    assert intents(town) == []
    assert town.incidents() == []
