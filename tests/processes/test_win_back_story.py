"""Somebody leaves for our fault, is held until it is fixed, won back, and watched for 90 days."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.model import StartRequest
from tasks.customers.records import Customer
from tasks.lapsed.records import LapsedRecord, LapseReason, SecondLife, WinbackAttempt
from tests.support.crm import DAY
from tests.support.town import Town

FOLDERS = ("shared", "development", "welcoming", "win_back")
ALLOWS = (("email", "marketing"), ("email", "relationship"), ("email", "survey"))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    found = Town(f"sqlite:///{tmp_path / 'town.db'}", people=2, folders=FOLDERS, allows=ALLOWS)
    yield found
    found.database.dispose()


def state(town: Town, customer_id: int = 1) -> list[str]:
    with town.session() as session:
        query = select(LapsedRecord.state).where(LapsedRecord.customer_id == customer_id)
        return list(session.scalars(query))


def leave(town: Town) -> None:
    town.happens("account.closed", 1, {"reason": "always late"})
    town.play()


def test_who_left_for_our_fault_is_asked_parted_from_held_and_welcomed_back(town: Town) -> None:
    # given Mira closes her account, she is lapsed, asked once, and says why in a mail
    leave(town)
    with town.session() as session:
        assert session.get_one(Customer, 1).lifecycle_stage == "lapsed"
        assert [each.template_name for each in town.contacts(session)] == ["exit-question"]
    town.happens("interaction.received", 1, {"channel": "email", "text": "Three times late."})
    town.complete(
        "code_reason", "charlie", told=True, reason="pushed_away_unintended",
        cause="late delivery", may_we_ever_contact_again=True,
    )  # fmt: skip
    with town.session() as session:
        reason = session.scalars(select(LapseReason)).one()
        assert (reason.stated, reason.inferred, reason.cause) == (
            "pushed_away_unintended", "unknown", "late delivery",
        )  # fmt: skip

    # and is parted from properly
    town.complete("say_goodbye", "charlie", something_open=False, thanked=True)
    with town.session() as session:
        sent = [each.template_name for each in town.contacts(session)]
        assert session.scalars(select(LapsedRecord)).one().goodbye_at is not None
    assert sent[:2] == ["exit-question", "goodbye"]

    # while the cause is not fixed she is held, and no week changes that
    for _ in range(2):
        town.engine.by("bob").instances.start(StartRequest("winback_selection"))
        town.play()
        assert state(town) == ["hold_until_fixed"]

    # when it is fixed she is looked at again: nobody knows what a second life would be worth
    fixed = {
        "cause_id": 3,
        "cause_name": "late delivery",
        "fixed": "Deliveries have a second driver.",
    }
    town.engine.messages.publish("cause.fixed", "", fixed)
    town.play()
    assert state(town) == ["excluded"]

    # one day she orders again, is greeted with what was fixed, and the goodbye is over
    town.until(town.now + 60 * DAY)
    town.order(1)
    town.play()
    for task in town.open_tasks("accept_customer"):  # others have got an owner meanwhile too
        town.engine.by("charlie").tasks.complete(task, {"accepts": True})
    town.play()
    assert state(town) == ["regained"]
    with town.session() as session:
        assert town.contacts(session)[-1].template_name == "welcome-back-fixed"
        assert session.get_one(Customer, 1).lifecycle_stage == "regained"

    # the order made her valuable, so she is called too, and after ninety good days she stays
    town.complete("call_back", "charlie", reached="yes", why_back="You have a second driver.")
    town.until(town.now + 92 * DAY)
    with town.session() as session:
        assert session.scalars(select(SecondLife.cured)).one() is True


def test_a_programme_writes_twice_at_most_and_leaves_in_peace(town: Town) -> None:
    leave(town)
    town.complete(
        "say_goodbye", "charlie", something_open=False, thanked=True, lesson="Ask earlier."
    )
    with town.session() as session:
        session.scalars(select(LapsedRecord)).one().state = "candidate"
        session.commit()

    town.engine.by("bob").instances.start(StartRequest("winback_cohort"))
    town.until(town.now + 40 * DAY)
    with town.session() as session:
        written = [each.template_name for each in town.contacts(session)]
    assert [each for each in written if each.startswith("winback")] == ["winback-ask"]

    town.until(town.now + 60 * DAY)
    with town.session() as session:
        written = [each.template_name for each in town.contacts(session)]
        attempt = session.scalars(select(WinbackAttempt)).one()
    assert [each for each in written if each.startswith("winback")] == [
        "winback-ask", "winback-news",
    ]  # fmt: skip
    assert (attempt.outcome, state(town)) == ("dormant", ["dormant"])
