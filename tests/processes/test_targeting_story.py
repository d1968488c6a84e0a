"""Targeting: a purchase is noticed, talked about, and known to be a hit or a miss."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.model import Started, StartRequest
from tasks.campaigns.records import Campaign, CampaignMember
from tasks.cases.records import Case
from tasks.consents.records import Consent
from tasks.contacts.records import Contact
from tasks.contacts.rests import Rest
from tasks.conversations.records import Conversation
from tasks.customers.records import Customer
from tasks.intents.records import Intent, IntentSignal
from tasks.interactions.records import Interaction
from tasks.moments.records import Kudos, MomentOfTruth
from tasks.offers.records import OfferChoice
from tasks.policy.records import PolicyValue, value
from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tasks.segments.records import Segment, SegmentMember
from tasks.segments.refresh import refresh_segments
from tasks.targeting.pressure_control.pressure import work_out_pressure
from tasks.templates.records import Template
from tests.support.crm import NOON, campaign, customer, member
from tests.support.gate import gather
from tests.support.town import Town

FOLDERS = ("shared", "targeting")
SAID = {"reached": True, "need_confirmed": True, "category": "music"}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    url = f"sqlite:///{tmp_path / 'town.db'}"
    found = Town(url, folders=FOLDERS)
    yield found
    found.database.dispose()


def buyer(town: Town, *days_ago: int, owner: str | None = "gita", **facts: object) -> int:
    """A customer who bought music so many days ago."""
    with town.session() as session:
        music = session.query(Product).filter_by(sku="DEMO-CD").one()
        person = customer(session, owner=owner, **facts)  # type: ignore[arg-type]
        for day in days_ago:
            at = town.now - timedelta(days=day)
            order = Transaction(
                customer_id=person.id,
                order_no=f"M-{person.id}-{day}",
                at=at,
                amount=1500,
                currency="USD",
                created_at=at,
            )
            order.lines = [TransactionLine(product_id=music.id, quantity=1, net=1500)]
            session.add(order)
        session.commit()
        return person.id


def order(town: Town, who: int, sku: str = "DEMO-CD") -> None:
    lines = [{"sku": sku, "net": 1500}]
    town.happens(
        "order.placed", who, {"order_id": f"N-{who}-{sku}", "amount": 1500, "lines": lines}
    )


def asked(town: Town, element_id: str) -> bool:
    """Whether a task of an element is in somebody's inbox."""
    return bool(town.open_tasks(element_id))


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
        refresh_segments(session, town.engine, town.now)
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
    town.engine.messages.publish("lead.created", "", {"event": event})
    town.play()

    assert intents(town) == []
    assert town.incidents() == []


# -- conversations ---------------------------------------------------------------------------


def reach(town: Town, *channels: str, **facts: object) -> int:
    with town.session() as session:
        person = customer(session, reachable=channels or ("email",), **facts)  # type: ignore[arg-type]
        session.commit()
        return person.id


def writes(town: Town, who: int, channel: str, text: str, number: int = 0, **more: object) -> None:
    said = {"channel": channel, "text": text, "interaction_id": f"{channel}-{number}"} | more
    town._receive("interaction.received", who, said, number)
    town.play()


def talks(town: Town) -> list[Conversation]:
    with town.session() as session:
        return list(session.query(Conversation).order_by(Conversation.id))


ANSWER = {"answered_how": "write", "answer": "Yes, it does.", "classify": "question"}


def test_r33_a_reply_by_sms_takes_the_call_away(town: Town) -> None:
    # given Gita wrote to Mira and wants to call on Thursday if nobody answers
    mira = reach(town, "email", "sms", allows=(("email", "marketing"), ("sms", "marketing")))
    said = {"customer_id": mira, "channel": "email", "text": "Friday?", "call_on": "2026-11-26"}
    town.engine.by("gita").instances.start(StartRequest("conversation", variables=said))
    town.play()
    town.later(days=2)
    assert asked(town, "call_customer")

    # when Mira answers by SMS
    writes(town, mira, "sms", "Friday is fine.")

    # then nobody calls any more, and somebody answers with the e-mail in view
    assert not asked(town, "call_customer")
    with town.session() as session:
        [shown] = session.query(Conversation).all()
        assert (shown.channels, shown.channel) == (["email", "sms"], "sms")
    assert asked(town, "continue_conversation")
    assert town.incidents() == []


def test_a_question_is_answered_where_it_was_asked_whatever_else_is_permitted(town: Town) -> None:
    mira = reach(town, "email", allows=(), owner="gita")
    writes(town, mira, "email", "Does it play vinyl?")

    town.complete("continue_conversation", "gita", **ANSWER, resolved=True)

    with town.session() as session:
        [message] = town.mail(session)
        assert "Yes, it does." in message.body
        [contact] = town.contacts(session)
        assert (contact.purpose, contact.decision) == ("service_response", "send")
        question = session.query(IntentSignal).filter_by(customer_id=mira).one()
        assert question.kind == "question"
    assert [talk.state for talk in talks(town)] == ["closed"]
    assert town.incidents() == []


def test_r31_nothing_goes_out_there_once_the_conversation_is_over(town: Town) -> None:
    mira = reach(town, "email", allows=(), owner="gita")
    writes(town, mira, "email", "Does it play vinyl?")
    town.complete("continue_conversation", "gita", **ANSWER, resolved=True)

    wanted = {"customer_id": mira, "purpose": "service_response", "priority": 5}
    wanted |= {"message_ref": "conversation-answer", "message_fields": {"answer.text": "Buy!"}}
    town.engine.by("gita").instances.start(StartRequest("contact_gate", variables=wanted))
    town.play()

    with town.session() as session:
        assert [contact.decision for contact in town.contacts(session)] == ["send", "block"]


def test_there_is_one_conversation_over_all_channels(town: Town) -> None:
    mira = reach(town, "email", "sms")
    writes(town, mira, "email", "Does it play vinyl?")
    writes(town, mira, "sms", "Are you there?", 1)
    town._receive("call.started", mira, {"agent": "charlie"}, 2)
    town.play()

    [talk] = talks(town)
    assert (talk.channels, talk.switched) == (["email", "sms"], 1)
    assert asked(town, "continue_conversation")
    with town.session() as session:
        told = session.query(Interaction).filter_by(conversation_id=talk.id)
        assert [each.channel for each in told.order_by(Interaction.id)] == ["email", "sms"]


def test_r33_an_automatic_reply_is_none(town: Town) -> None:
    mira = reach(town, "email")
    writes(town, mira, "email", "I am away.", subject="Automatic reply: Friday?")

    assert talks(town) == []
    assert not asked(town, "continue_conversation")


def test_r33_in_a_company_the_reply_of_another_person_cancels_nothing(town: Town) -> None:
    firm = reach(town, "email", kind="company", owner="gita")
    writes(town, firm, "email", "Shall we?", sender="nora@firm.example")
    town.complete("continue_conversation", "gita", **ANSWER | {"classify": "other"}, resolved=False)

    writes(town, firm, "email", "Not me.", 1, sender="omar@firm.example")

    assert not asked(town, "continue_conversation")


def test_r37_the_answer_to_a_campaign_cancels_what_still_waits_of_it(town: Town) -> None:
    with town.session() as session:
        spring = campaign(session)
        mira = customer(session)
        member(session, spring, mira)
        for decision in ("send", "defer"):
            waits = Contact(customer_id=mira.id, campaign_id=spring.id, purpose="marketing")
            waits.decision, waits.decided_at, waits.created_at = decision, town.now, town.now
            waits.channel = "email"
            session.add(waits)
        session.commit()
        who = mira.id

    writes(town, who, "email", "Not now, thank you.")

    with town.session() as session:
        assert [c.decision for c in town.contacts(session)] == ["send", "skip"]
        assert town.contacts(session)[1].rule == "answered"


def test_a_question_that_is_not_cleared_up_is_a_case_with_a_clock(town: Town) -> None:
    mira = reach(town, "email", owner="gita")
    writes(town, mira, "email", "Does it play vinyl?")
    town.complete("continue_conversation", "gita", **ANSWER, resolved=False)

    with town.session() as session:
        case = session.query(Case).one()
        assert (case.kind, case.state, case.solve_due is not None) == ("question", "open", True)
    town.complete("continue_conversation", "gita", **ANSWER, resolved=True)
    with town.session() as session:
        assert session.query(Case).one().closed_how == "confirmed"


def test_praise_becomes_a_positive_moment_and_private_kudos(town: Town) -> None:
    mira = reach(town, "email", owner="gita")
    writes(town, mira, "email", "Gita was wonderful.")
    town.complete("continue_conversation", "gita", **ANSWER | {"classify": "praise"}, resolved=True)

    with town.session() as session:
        praised = session.query(Kudos).one()
        assert (praised.employee, praised.shared_at) == ("gita", None)
        moments = session.query(MomentOfTruth).filter_by(polarity="positive").all()
        assert len(moments) == 1


# -- pressure --------------------------------------------------------------------------------


def planned(town: Town, name: str, people: list[int], **changes: object) -> int:
    """A campaign of the coming days with these people in its treated arm."""
    with town.session() as session:
        facts = {"name": name, "status": "planned", "starts": date(2026, 12, 1)}
        facts |= {"ends": date(2026, 12, 7)} | changes
        found = campaign(session, **facts)
        for who in people:
            member(session, found, session.get_one(Customer, who), state="planned")
        session.commit()
        return found.id


def heard(town: Town, who: int, *answers: str) -> None:
    """Messages of the last weeks, each with what the customer did: replied, clicked, opened."""
    with town.session() as session:
        for number, answer in enumerate(answers):
            at = town.now - timedelta(days=10 * (len(answers) - number))
            contact = Contact(customer_id=who, purpose="marketing", channel="email", decided_at=at)
            contact.decision, contact.sent_at, contact.created_at = "send", at, at
            if answer:
                setattr(contact, f"{answer}_at", at)
            session.add(contact)
        session.commit()


def monday(town: Town) -> None:
    town.until(town.now + timedelta(days=(7 - town.now.weekday()) % 7 or 7))


def test_r34_overlapping_campaigns_are_resolved_in_the_monday_list(town: Town) -> None:
    # given two campaigns of next week that both address Mira and Nora
    people = [reach(town), reach(town), reach(town)]
    spring = planned(town, "Spring", people[:2])
    summer = planned(town, "Summer", people)

    # when it is Monday, the planner sees them, and leaves both out of the second
    monday(town)
    with town.session() as session:
        assert session.query(CampaignMember).filter_by(state="skipped").count() == 0
    rows = [{"what": "Spring and Summer", "keep": "first", "drop": True}]
    town.complete("resolve_overlaps", "alice", conflicts=rows)

    # then they are in one campaign only, and nothing of the other one is lost
    with town.session() as session:
        skipped = session.query(CampaignMember).filter_by(state="skipped").all()
        assert [(each.campaign_id, each.customer_id) for each in skipped] == [
            (summer, people[0]),
            (summer, people[1]),
        ]
        assert session.get_one(Campaign, spring).status == "planned"
    assert town.incidents() == []


def test_a_moved_campaign_goes_back_to_its_brief(town: Town) -> None:
    people = [reach(town, allows=(("email", "marketing"),)) for _ in range(3)]
    started = town.begin(starts="2026-12-01", ends="2026-12-07", segment="everybody")
    for element in ("marketing_head", "care_head"):
        key = town.task(started, "approve_campaign", element)
        town.engine.by({"marketing_head": "bob", "care_head": "elham"}[element]).tasks.complete(
            key, {"decision": "approve"}
        )
    town.play()
    planned(town, "Summer", people)

    monday(town)
    rows = [{"what": "both", "keep": "second", "move_to": "2026-12-14"}]
    town.complete("resolve_overlaps", "alice", conflicts=rows)

    assert "write_brief" in town.waits(started)
    moved = town.variables(started)
    assert (moved["starts"], moved["ends"]) == ("2026-12-14", "2026-12-20")
    assert "Summer" in moved["problem"]


def test_r34_whoever_is_tired_is_left_in_peace_and_the_gate_keeps_to_it(town: Town) -> None:
    mira = reach(town)
    heard(town, mira, "replied", "clicked", "opened", "")

    monday(town)

    with town.session() as session:
        [rest] = session.query(Rest).all()
        assert (rest.customer_id, rest.reason) == (mira, "tired")
        facts = gather(session, session.get_one(Customer, mira))
        assert facts["resting"] is (rest.until > NOON)


def test_r37_rising_opt_outs_bring_the_caps_before_the_head_of_marketing(town: Town) -> None:
    who = [reach(town) for _ in range(3)]
    for each in who:
        heard(town, each, "opted_out")
    with town.session() as session:
        for contact in town.contacts(session):
            contact.decided_at = contact.opted_out_at = town.now
        session.commit()
    town.engine.messages.publish("optout.spike", "")
    town.play()

    said = {"decision": "change", "segment": "at_risk", "per_30d": 1, "reason": "Too many left."}
    town.complete("set_caps", "bob", **said)

    with town.session() as session:
        assert value(session, "cap_30d.at_risk") == 1


# -- personal offers -------------------------------------------------------------------------


def choose(town: Town, who: int, **more: object) -> Started:
    wanted = {"customer_id": who, "message_ref": "personal-offer", "priority": 3} | more
    started = town.engine.by("alice").instances.start(
        StartRequest("personalise_contact", variables=wanted)
    )
    town.play()
    return started


def choices(town: Town) -> list[OfferChoice]:
    with town.session() as session:
        return list(session.query(OfferChoice).order_by(OfferChoice.id))


def test_the_best_offer_is_chosen_and_its_reason_kept(town: Town) -> None:
    mira = buyer(town, 100)

    started = choose(town, mira)

    said = town.variables(started)
    assert (said["decision"], said["offer"]) == ("send", "come-back-20")
    made = [each for each in choices(town) if each.outcome == "made"]
    assert [each.offer for each in made] == ["come-back-20"]
    with town.session() as session:
        [message] = town.mail(session)
        assert "We chose one thing that fits" in message.body
        assert made[0].contact_id == message.contact_id
    assert all(each.reason for each in choices(town))
    assert town.incidents() == []


def test_r34_personal_offers_fall_back_to_send_nothing(town: Town) -> None:
    # given a letter costs more than any offer earns
    mira = buyer(town, 100)
    with town.session() as session:
        session.query(PolicyValue).filter_by(key="cost.email").one().value = 100_000
        session.commit()

    started = choose(town, mira)

    # then nothing is sent, the ledger says so, and each offer says why
    assert town.variables(started)["decision"] == "skip"
    with town.session() as session:
        assert town.mail(session) == []
        [contact] = town.contacts(session)
        assert (contact.decision, contact.rule) == ("skip", "send_nothing")
    reasons = {each.reason for each in choices(town)}
    assert "The contact would cost more than it earns." in reasons
    assert "May be made." not in reasons


def test_r31_what_a_customer_never_wants_to_hear_of_is_not_offered(town: Town) -> None:
    mira = buyer(town, 100)
    wish = {"never_topics": ["music"], "interests": ["devices"]}
    town.happens("preference.changed", mira, wish)

    choose(town, mira)

    reasons = {each.offer: each.reason for each in choices(town)}
    assert reasons["cd-10"] == "Does not want to hear of this."
    assert not any(each.outcome == "made" and each.offer == "cd-10" for each in choices(town))


def test_r37_an_offer_that_was_not_useful_is_not_made_again_for_half_a_year(town: Town) -> None:
    mira = buyer(town, 100)
    choose(town, mira)
    with town.session() as session:
        [contact] = town.contacts(session)
    payload = {"contact_id": contact.id, "reaction": "not_useful"}
    town.happens("message.reacted", mira, payload)

    choose(town, mira)

    again = [each for each in choices(town) if each.offer == "come-back-20"]
    assert [each.reason for each in again][-1] == "Refused this offer not long ago."


def test_r35_what_is_not_relevant_enough_is_not_offered(town: Town) -> None:
    mira = buyer(town, 100)

    choose(town, mira)

    reasons = {each.offer: each.reason for each in choices(town)}
    assert reasons["player-bundle"] == "Not relevant enough for this customer."


def test_r36_a_message_with_an_empty_field_goes_to_nobody(town: Town) -> None:
    mira = buyer(town, 100)
    with town.session() as session:
        for template in session.query(Template).filter_by(name="personal-offer"):
            template.body += "\n{{offer.valid_until}}\n"
        session.commit()

    started = choose(town, mira)

    assert town.variables(started)["rule"] == "incomplete_message"
    with town.session() as session:
        assert town.mail(session) == []


def test_r36_a_template_without_its_five_ticks_goes_to_nobody(town: Town) -> None:
    mira = buyer(town, 100)
    with town.session() as session:
        for template in session.query(Template).filter_by(name="personal-offer"):
            template.checklist = template.checklist | {"segment_fit": False}
        session.commit()

    choose(town, mira)

    with town.session() as session:
        assert town.mail(session) == []


def test_r38_a_campaign_chooses_for_each_person_and_the_share_is_a_figure(town: Town) -> None:
    people = [buyer(town, 100) for _ in range(4)]
    started = town.begin(
        personal=True, offers=["cd-10", "come-back-20"], template="personal-offer", control_share=0
    )
    for group, person in (("marketing_head", "bob"), ("care_head", "elham"), ("finance", "daina")):
        with suppress(AssertionError):
            key = town.task(started, "approve_campaign", group)
            town.engine.by(person).tasks.complete(key, {"decision": "approve"})
    town.play()

    with town.session() as session:
        assert len(town.mail(session)) == len(people)
        figures = work_out_pressure(session, town.now)["figures"]
        assert figures["individual_percent"] == 100.0
        assert len(town.members(session, "treat", "sent")) == len(people)
    assert town.incidents() == []
