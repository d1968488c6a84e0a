"""The lifecycle of a customer is changed by processes only, each change with when and why."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.customers.lifecycle import LifecycleChange, develop, end_risk, move
from tests.support.crm import DAY, NOON, customer

ROOT = Path(__file__).parents[2]
SETS = re.compile(r"\.lifecycle_stage(, \w+\.updated_at)? = ")


def test_nothing_but_the_lifecycle_sets_a_stage() -> None:
    found = [
        file.relative_to(ROOT).as_posix()
        for package in ("engine", "tasks", "web")
        for file in (ROOT / package).rglob("*.py")
        if SETS.search(file.read_text("utf-8"))
    ]

    assert found == ["tasks/customers/lifecycle.py"]


def test_a_change_says_when_by_which_process_and_why(session: Session) -> None:
    person = customer(session)
    move(session, person, "at_risk", NOON, "risk_triggers", "30 points or more.")
    move(session, person, "at_risk", NOON + DAY, "risk_triggers", "40 points or more.")

    session.flush()
    [kept] = session.scalars(select(LifecycleChange)).all()
    assert (kept.was, kept.became, kept.at) == ("known", "at_risk", NOON)
    assert (kept.process, kept.why) == ("risk_triggers", "30 points or more.")


@pytest.mark.parametrize(
    ("stage", "after"), [("known", "developed"), ("new", "new"), ("at_risk", "at_risk")]
)
def test_only_whom_we_know_is_developed(session: Session, stage: str, after: str) -> None:
    person = customer(session, lifecycle_stage=stage)
    develop(session, person, NOON, "tailored_offer", "Took an offer made for them.")

    assert person.lifecycle_stage == after


def test_who_was_developed_is_developed_again_when_the_risk_is_over(session: Session) -> None:
    person = customer(session, lifecycle_stage="developed")
    move(session, person, "at_risk", NOON, "risk_triggers", "…")
    session.flush()
    end_risk(session, person, NOON + DAY, "risk_triggers", "…")

    assert person.lifecycle_stage == "developed"
