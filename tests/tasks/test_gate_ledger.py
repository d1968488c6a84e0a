"""How the gate keeps the pressure ledger: one row per gate, nobody over the cap."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.contacts.records import Contact
from tests.support.crm import NOON, campaign, customer, member, say
from tests.support.gate import complaint, gather, note, reserve, touch


def test_a_slot_is_reserved_once_per_gate(session: Session) -> None:
    mira = customer(session)

    first = reserve(session, mira, "gate-1")
    again = reserve(session, mira, "gate-1")

    assert first == again == {"recheck": False, "contact_id": again["contact_id"]}
    assert session.scalar(select(func.count()).select_from(Contact)) == 1


def test_two_gates_cannot_both_take_the_last_place(session: Session) -> None:
    mira = customer(session)
    touch(session, mira, 2)
    seen = gather(session, mira, "gate-1")["facts_mark"]
    also_seen = gather(session, mira, "gate-2")["facts_mark"]

    first = reserve(session, mira, "gate-1", seen)
    second = reserve(session, mira, "gate-2", also_seen)

    assert not first["recheck"]
    assert second == {"recheck": True, "contact_id": None}


@pytest.mark.parametrize("change", ["opt-out", "do not contact", "complaint", "bounce"])
def test_what_changed_since_the_decision_asks_for_a_new_one(session: Session, change: str) -> None:
    mira = customer(session)
    seen = gather(session, mira)["facts_mark"]

    if change == "opt-out":
        say(session, mira, "email", "marketing", "denied", NOON)
    elif change == "do not contact":
        mira.do_not_contact = True
    elif change == "complaint":
        complaint(session, mira)
    else:
        mira.contact_points[0].valid = False
    session.flush()

    assert reserve(session, mira, "gate-1", seen)["recheck"]
    assert session.scalar(select(func.count()).select_from(Contact)) == 0


@pytest.mark.parametrize(
    ("decision", "state"), [("defer", "deferred"), ("block", "blocked"), ("skip", "skipped")]
)
def test_a_contact_not_made_stands_in_the_ledger_with_its_reason(
    session: Session, decision: str, state: str
) -> None:
    mira = customer(session)
    spring = campaign(session)
    joined = member(session, spring, mira, state="released")

    note(session, mira, "gate-1", decision, campaign_id=spring.id, rule="why", reason="Because.")

    contact = session.scalars(select(Contact)).one()
    assert (contact.decision, contact.rule, contact.reason) == (decision, "why", "Because.")
    assert contact.sent_at is None
    session.refresh(joined)
    assert (joined.state, joined.reason) == (state, "Because.")


def test_a_deferred_contact_that_goes_out_later_is_one_row(session: Session) -> None:
    mira = customer(session)
    spring = campaign(session)
    joined = member(session, spring, mira, state="released")

    note(
        session,
        mira,
        "gate-1",
        "defer",
        campaign_id=spring.id,
        not_before=NOON + timedelta(hours=1),
    )
    mark = gather(session, mira, "gate-1", campaign_id=spring.id)["facts_mark"]
    reserve(session, mira, "gate-1", mark, campaign_id=spring.id)
    note(session, mira, "gate-1", "send", campaign_id=spring.id, channel="email")

    contact = session.scalars(select(Contact)).one()
    assert (contact.decision, contact.deferrals, contact.sent_at) == ("send", 1, NOON)
    session.refresh(joined)
    assert joined.state == "sent"


def test_a_contact_that_could_not_be_delivered_gives_its_slot_back(session: Session) -> None:
    mira = customer(session)
    spring = campaign(session)
    joined = member(session, spring, mira, state="released")
    reserve(session, mira, "gate-1", campaign_id=spring.id)

    note(session, mira, "gate-1", "block", campaign_id=spring.id, rule="not_deliverable")

    contact = session.scalars(select(Contact)).one()
    assert (contact.decision, contact.failed_at, contact.cost) == ("block", NOON, 0)
    session.refresh(joined)
    assert joined.state == "bounced"
    assert gather(session, mira)["touches_7d"] == 0


def test_the_record_does_not_overwrite_what_the_customer_did_meanwhile(session: Session) -> None:
    mira = customer(session)
    spring = campaign(session)
    joined = member(session, spring, mira, state="responded")
    reserve(session, mira, "gate-1", campaign_id=spring.id)

    note(session, mira, "gate-1", "send", campaign_id=spring.id, channel="email")

    session.refresh(joined)
    assert joined.state == "responded"
