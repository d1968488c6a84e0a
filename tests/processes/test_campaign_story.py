"""A campaign from brief to lesson, on a real engine, through the real contact gate."""

from datetime import datetime

from engine.model import Started, StartRequest
from tasks.campaigns.records import Campaign
from tasks.contacts.records import Message
from tests.support.town import BRIEF, Town


def approved(town: Town, **changes: object) -> Started:
    """A campaign that everybody asked has approved."""
    started = town.begin(**changes)
    for group, person in (("marketing_head", "bob"), ("care_head", "elham")):
        key = town.task(started, "approve_campaign", group)
        town.engine.by(person).tasks.complete(key, {"decision": "approve"})
    town.play()
    return started


def test_a_campaign_is_planned_approved_released_measured_and_reviewed(town: Town) -> None:
    # given a brief for everybody, a large part of all customers, so two heads are asked
    started = town.begin()
    assert town.waits(started) == ["approve_campaign", "approve_campaign"]
    assert town.variables(started)["approval"]["approvers"] == ["marketing_head", "care_head"]

    # when both approve, six of thirty are drawn as control and the others pass the gate
    for group, person in (("marketing_head", "bob"), ("care_head", "elham")):
        key = town.task(started, "approve_campaign", group)
        town.engine.by(person).tasks.complete(key, {"decision": "approve"})
    town.play()

    with town.session() as session:
        control = {member.customer_id for member in town.members(session, "control")}
        sent = town.contacts(session)
        assert len(control) == 6
        assert len(town.members(session, "treat", "sent")) == 24
        assert len(town.mail(session)) == 24
        assert control.isdisjoint(contact.customer_id for contact in sent)
        buyers = [contact.customer_id for contact in sent[:6]]
        town.tell("message.clicked", sent[0])
    for customer in buyers:
        town.order(customer)

    # and the response window is over, the effect is measured
    town.until(datetime.fromisoformat(town.variables(started)["measure_at"]))
    assert town.waits(started) == ["review_campaign"]
    effect = town.variables(started)["effect"]
    assert (effect["n_treated"], effect["responded_treated"]) == (24, 6)
    assert (effect["n_control"], effect["responded_control"]) == (6, 0)
    assert effect["uplift_percent"] == 25.0
    assert effect["incremental_margin"] == 75.0  # a quarter of 24, at 12.50 each
    assert effect["cost"] == 0.48
    assert effect["contacted"] == 24

    # then the review ends it and the lesson stays with the campaign
    town.do(started, "review_campaign", "alice", verdict="keep", lesson="Loyal people read mail.")
    assert town.state(started) == "COMPLETED"
    with town.session() as session:
        campaign = town.campaign(session, started)
        assert (campaign.status, campaign.verdict) == ("measured", "keep")
        assert campaign.lesson == "Loyal people read mail."


def test_a_brief_below_break_even_comes_back_with_the_reason(town: Town) -> None:
    started = town.begin(expected_response=0.1)

    assert town.waits(started) == ["write_brief"]
    assert "below break-even" in town.variables(started)["approval"]["reason"]


def test_a_brief_that_ends_before_it_starts_comes_back_and_can_be_mended(town: Town) -> None:
    started = town.begin(ends="2026-11-20")
    assert town.waits(started) == ["write_brief"]
    assert "ends before it starts" in town.variables(started)["problem"]

    town.do(started, "write_brief", "alice", **brief(ends="2026-11-30"))

    assert town.waits(started) == ["approve_campaign", "approve_campaign"]
    with town.session() as session:
        assert session.query(Campaign).count() == 1


def test_one_approver_who_sends_it_back_ends_the_round(town: Town) -> None:
    started = town.begin()

    key = town.task(started, "approve_campaign", "care_head")
    town.engine.by("elham").tasks.complete(key, {"decision": "back", "comment": "Not in November."})
    town.play()

    assert town.waits(started) == ["write_brief"]


def test_a_refused_campaign_contacts_nobody_and_keeps_who_refused(town: Town) -> None:
    started = town.begin()

    key = town.task(started, "approve_campaign", "marketing_head")
    town.engine.by("bob").tasks.complete(key, {"decision": "reject", "comment": "Too dear."})
    town.play()

    assert town.state(started) == "COMPLETED"
    with town.session() as session:
        campaign = town.campaign(session, started)
        assert campaign.status == "stopped"
        assert campaign.result["refused"] == [
            {"approver": "marketing_head", "decision": "reject", "comment": "Too dear."}
        ]
        assert town.contacts(session) == []


def test_the_release_waits_for_the_start_date(town: Town) -> None:
    started = approved(town, starts="2026-11-26")
    with town.session() as session:
        assert town.contacts(session) == []

    town.later(days=2)

    with town.session() as session:
        assert len(town.members(session, "treat", "sent")) == 24
    assert "release_wave" not in town.waits(started)


def test_who_has_a_task_is_reminded_and_then_the_next_level_may_take_it(town: Town) -> None:
    started = town.engine.by("alice").instances.start(StartRequest("campaign_planning"))
    town.play()

    town.later(days=8)

    key = town.task(started, "write_brief")
    with town.session() as session:
        subjects = {m.subject for m in session.query(Message).all()}
    assert subjects == {"Reminder: Write the brief", "Overdue: Write the brief"}
    assert town.task(started, "write_brief", "marketing_head") == key


def brief(**changes: object) -> dict[str, object]:
    return BRIEF | changes
