"""1.4 One conversation over all channels: a reply takes the call away."""

from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.conversations.records import Conversation
from tasks.intents.records import IntentSignal
from tasks.interactions.records import Interaction
from tasks.moments.records import Kudos, MomentOfTruth
from tests.processes.targeting.conftest import asked, reach
from tests.support.crm import campaign, customer, member
from tests.support.town import Town


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
    town.start("conversation", "gita", **said)
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
    town.start("contact_gate", "olivia", **wanted)

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
