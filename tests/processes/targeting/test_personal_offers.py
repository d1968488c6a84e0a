"""1.3 Personal offers: the best one with its reason, or nothing."""

from contextlib import suppress

from engine.model import Started
from tasks.offers.records import OfferChoice
from tasks.policy.records import PolicyValue
from tasks.targeting.pressure_control.pressure import work_out_pressure
from tasks.templates.records import Template
from tests.processes.targeting.conftest import buyer
from tests.support.town import Town


def choose(town: Town, who: int, **more: object) -> Started:
    wanted = {"customer_id": who, "message_ref": "personal-offer", "priority": 3} | more
    return town.start("personalise_contact", "olivia", **wanted)


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
            town.finish(key, person, decision="approve")
    town.play()

    with town.session() as session:
        assert len(town.mail(session)) == len(people)
        figures = work_out_pressure(session, town.now)["figures"]
        assert figures["individual_percent"] == 100.0
        assert len(town.members(session, "treat", "sent")) == len(people)
    assert town.incidents() == []
