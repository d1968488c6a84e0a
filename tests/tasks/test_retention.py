"""Retention: what is due is counted, then erased or blanked; holds and evidence stay (9, 29)."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.cases.records import Case, numbered
from tasks.consents.records import Consent
from tasks.customers.records import Customer
from tasks.interactions.records import Interaction
from tasks.leads.records import Lead
from tasks.notes.records import CustomerNote
from tasks.retention.kinds import KINDS
from tasks.retention.records import RetentionRule, RetentionRun
from tasks.retention.running import due, months_before, run_retention
from tests.support.crm import NOON, customer

LONG_AGO = NOON - timedelta(days=3000)


def old_records(session: Session, who: Customer) -> None:
    about = {"customer_id": who.id, "created_at": LONG_AGO}
    for n, at in enumerate((LONG_AGO, NOON)):
        session.add(CustomerNote(**about, text=f"Note {n}", at=at))
        said = Interaction(**about, source="t", external_id=f"{who.id}-{n}", channel="phone",
                           at=at, text=f"Said {n}")  # fmt: skip
        session.add(said)
    session.add(Lead(**about, source="fair", stage="lost", closed_at=LONG_AGO))
    session.flush()


def run(session: Session) -> int:
    return int(run_retention(session, NOON)["rows"])


@pytest.fixture
def mira(session: Session) -> Customer:
    mira = customer(session)
    old_records(session, mira)
    return mira


def test_29_a_dry_run_counts_and_changes_nothing(session: Session, mira: Customer) -> None:
    counted = {one.rule.record: one.rows for one in due(session, NOON)}
    assert (counted["notes"], counted["interactions"], counted["leads"]) == (1, 1, 1)
    assert counted["invoices"] == counted["consents"] == 0
    assert len(session.scalars(select(CustomerNote)).all()) == 2


def test_29_what_is_over_goes_and_what_is_not_stays(session: Session, mira: Customer) -> None:
    assert run(session) == 3
    assert [note.text for note in session.scalars(select(CustomerNote))] == ["Note 1"]
    assert [said.text for said in session.scalars(select(Interaction))] == ["Said 1"]
    done = {one.record: one.rows for one in session.scalars(select(RetentionRun))}
    assert done == {"notes": 1, "interactions": 1, "leads": 1}
    assert run(session) == 0


def test_29_a_legal_hold_keeps_everything(session: Session, mira: Customer) -> None:
    mira.legal_hold = True
    session.flush()
    assert run(session) == 0


def test_29_what_proves_a_refusal_stays(session: Session, mira: Customer) -> None:
    old = session.scalars(select(Interaction).where(Interaction.at == LONG_AGO)).one()
    session.add(
        Consent(customer_id=mira.id, channel="email", purpose="marketing", state="denied",
                source="call", evidence=f"interaction:{old.id}", at=NOON)
    )  # fmt: skip
    session.flush()
    run(session)
    assert session.get(Interaction, old.id) is not None


def test_29_a_case_of_a_stranger_loses_its_words_and_stays(session: Session) -> None:
    case = Case(
        kind="complaint", channel="email", text="The lid broke.", contact_channel="email",
        contact_address="omid@example.org", opened_at=LONG_AGO, closed_at=LONG_AGO,
        state="closed", closed_how="confirmed", created_at=LONG_AGO,
    )  # fmt: skip
    numbered(session, case)
    assert run(session) == 1
    session.refresh(case)
    assert (case.text, case.contact_address, case.state) == ("", None, "closed")


def test_29_each_rule_is_about_records_that_there_are(session: Session) -> None:
    rules = session.scalars(select(RetentionRule)).all()
    acting = {rule.record for rule in rules if rule.ending != "keep"}
    assert acting == set(KINDS)
    assert all(rule.months for rule in rules if rule.ending != "keep")
    assert all(KINDS[r.record].blank is not None for r in rules if r.ending == "blank")


def test_a_month_before_the_last_of_march_is_the_last_of_february() -> None:
    assert months_before(NOON.replace(year=2028, month=3, day=31), 1).day == 29
    assert months_before(NOON, 24).year == NOON.year - 2
