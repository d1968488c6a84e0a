"""The kill switch, pausing by hand, and what a crash in the middle of a release leaves behind."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import store
from engine.engine import Engine
from engine.errors import NotFound
from engine.groups.work import Jobs
from engine.model import Started
from engine.worker import Worker
from tasks.policy.records import PolicyValue
from tests.support.town import Town


class Killed(BaseException):
    """The process died here."""


def policy(town: Town, key: str, value: Any) -> None:
    with town.session() as session:
        session.execute(update(PolicyValue).where(PolicyValue.key == key).values(value=value))
        session.commit()


def approved(town: Town, **changes: Any) -> Started:
    """A campaign whose first wave (ten people) has just gone out."""
    policy(town, "kill_switch.first_check_after", 10)
    policy(town, "release.wave_size", 8)
    started = town.begin(**changes)
    for group, person in (("marketing_head", "bob"), ("care_head", "elham")):
        key = town.task(started, "approve_campaign", group)
        town.engine.by(person).tasks.complete(key, {"decision": "approve"})
    town.play()
    return started


def sent(town: Town) -> int:
    with town.session() as session:
        return len(town.mail(session))


def test_the_first_wave_is_as_big_as_the_kill_switch_needs(town: Town) -> None:
    started = approved(town)
    assert (sent(town), town.waits(started)) == (10, ["pause_asked", "wave_goes_out"])

    town.later(minutes=1)
    assert sent(town) == 18

    town.later(minutes=1)
    assert sent(town) == 24

    town.later(minutes=1)
    assert town.waits(started) == ["an_hour", "pause_asked"]


def test_r37_opt_outs_beyond_the_limit_pause_the_campaign(town: Town) -> None:
    started = approved(town)
    with town.session() as session:
        for contact in town.contacts(session)[:5]:
            town.tell("message.opted_out", contact)

    town.later(minutes=1)

    assert sent(town) == 10
    assert town.waits(started) == ["decide_paused"]
    assert town.variables(started)["health"]["opt_out_percent"] == 50
    with town.session() as session:
        campaign = town.campaign(session, started)
        assert campaign.status == "paused"
        assert "opt-outs 50 %" in (campaign.paused_reason or "")


def test_r37_four_opt_outs_of_ten_pause_nothing_because_they_may_be_chance(town: Town) -> None:
    approved(town)
    with town.session() as session:
        for contact in town.contacts(session)[:4]:
            town.tell("message.opted_out", contact)

    town.later(minutes=1)

    assert sent(town) == 18


def test_a_paused_campaign_that_goes_on_counts_the_reactions_anew(town: Town) -> None:
    started = approved(town)
    with town.session() as session:
        for contact in town.contacts(session)[:5]:
            town.tell("message.opted_out", contact)
    town.later(minutes=1)

    town.do(started, "decide_paused", "alice", next_step="resume")
    town.later(minutes=10)

    assert sent(town) == 24
    assert town.waits(started) == ["an_hour", "pause_asked"]


def test_a_stopped_campaign_leaves_the_others_alone_and_is_measured(town: Town) -> None:
    started = approved(town)
    with town.session() as session:
        for contact in town.contacts(session)[:5]:
            town.tell("message.bounced", contact)
    town.later(minutes=1)

    town.do(started, "decide_paused", "alice", next_step="stop")
    town.later(days=31)

    assert town.waits(started) == ["review_campaign"]
    assert sent(town) == 10
    with town.session() as session:
        assert town.campaign(session, started).status == "stopped"
        assert len(town.members(session, "treat", "skipped")) == 14


def test_a_message_pauses_by_hand_and_holds_who_is_deferred_at_the_gate(town: Town) -> None:
    town.now = town.now.replace(hour=22)  # outside the hours in which customers are written to
    started = approved(town)
    assert sent(town) == 0
    number = town.variables(started)["campaign_id"]

    town.engine.messages.correlate(
        "campaign.pause", str(number), {"pause_reason": "Bob: wrong offer"}
    )
    town.play()
    town.later(days=1)

    assert sent(town) == 0
    with town.session() as session:
        assert town.campaign(session, started).paused_reason == "Bob: wrong offer"

    town.do(started, "decide_paused", "bob", next_step="resume")
    town.later(hours=20)
    assert sent(town) >= 10


def test_a_campaign_that_is_not_released_cannot_be_paused(town: Town) -> None:
    started = town.begin()
    number = town.variables(started)["campaign_id"]

    with pytest.raises(NotFound):
        town.engine.messages.correlate("campaign.pause", str(number), {})


def test_a_wave_that_dies_before_it_reports_contacts_nobody_twice(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given the process dies after the gates were started and before the job was reported
    report = Jobs.finish_and_go_on

    def dying(jobs: Jobs, job: Any, variables: Any, run: str | None) -> Any:
        if "released" in variables:
            raise Killed
        return report(jobs, job, variables, run)

    monkeypatch.setattr(Jobs, "finish_and_go_on", dying)
    with pytest.raises(Killed):
        approved(town)
    monkeypatch.undo()

    # when another process takes over
    town.engine = Engine(
        town.database,
        clock=lambda: town.now,
        service_tasks=town.engine.service_tasks,
        services=town.engine.services,
        calendars=town.engine.calendars,
    )
    town.worker = Worker(town.engine)
    town.play()
    town.later(minutes=10)

    # then everybody treated got one message, and has one gate
    with town.session() as session:
        per_person = Counter(contact.customer_id for contact in town.contacts(session))
        assert len(per_person) == 24
        assert set(per_person.values()) == {1}
        assert gates(session) == 24


def gates(session: Session) -> int:
    return (
        session.query(store.instance).where(store.instance.c.process_id == "contact_gate").count()
    )
