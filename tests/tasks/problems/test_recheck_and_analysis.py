"""After the solution: asked whether it holds, and its cause analysed until it stops coming."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BpmnError
from tasks.cases.analyses import Action, RootCause
from tasks.cases.causes import Cause
from tasks.cases.decisions import CaseDecision
from tasks.cases.rechecks import CaseRecheck
from tasks.cases.records import Case, numbered
from tasks.problems.analysis import (
    check_effect,
    list_causes,
    note_action,
    note_root,
    weigh_cause,
)
from tasks.problems.recheck import note_recheck, plan_recheck
from tests.support.crm import DAY, NOON, customer

WEEK = timedelta(weeks=1)


def case(session: Session, at: datetime = NOON, **facts: Any) -> Case:
    """Add a complaint, late by default."""
    late = session.scalars(select(Cause.id).where(Cause.name == "Delivered late")).one()
    wanted = {"kind": "complaint", "channel": "email", "text": "Late.", "cause_id": late} | facts
    return numbered(session, Case(opened_at=at, created_at=at, **wanted))


def test_a_solved_complaint_is_asked_about_after_two_working_days(session: Session) -> None:
    solved = case(session, contact_channel="email", contact_address="a@example.net")

    plan = plan_recheck(session, NOON, solved.id)

    assert plan["ask_at"].startswith("2026-11-28")  # Tuesday, Wednesday; then Saturday
    assert (plan["watched"], plan["ask_fairness"], plan["reachable"]) == (False, False, True)


def test_severe_and_repeated_ones_are_watched_and_severe_ones_asked_about_fairness(
    session: Session,
) -> None:
    first = case(session)
    severe = plan_recheck(session, NOON, case(session, severity="high").id)
    repeat = plan_recheck(session, NOON, case(session, repeat_of_id=first.id).id)

    assert (severe["watched"], severe["ask_fairness"]) == (True, True)
    assert (repeat["watched"], repeat["ask_fairness"]) == (True, False)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"solved": True, "csat": 5}, 1),
        ({"solved": False, "csat": 5}, 2),
        ({"solved": True, "csat": 2}, 2),
        ({}, 1),
    ],
)
def test_r30_who_says_no_or_is_unhappy_gets_somebody_one_level_higher(
    session: Session, said: dict[str, Any], level: int
) -> None:
    answer = note_recheck(session, NOON, "j", case(session).id, **said)

    assert answer == {"really_solved": level == 1, "level": level}


def test_a_justly_refused_case_is_not_reopened_for_a_low_mark(session: Session) -> None:
    refused = case(session)
    session.add(
        CaseDecision(
            case_id=refused.id, acknowledge="", decision="refuse", reason="", created_at=NOON
        )
    )
    session.flush()

    assert note_recheck(session, NOON, "j", refused.id, solved=True, csat=1)["really_solved"]
    assert not note_recheck(session, NOON, "k", refused.id, solved=False, csat=1)["really_solved"]


def test_an_answer_is_kept_once(session: Session) -> None:
    number = case(session).id

    for _ in range(2):
        note_recheck(session, NOON, "j", number, solved=True, csat=4, anything_else="Thanks.")

    [kept] = session.scalars(select(CaseRecheck)).all()
    assert (kept.csat, kept.words) == (4, "Thanks.")


def test_r25_fewer_than_three_whys_or_a_symptom_is_not_an_analysis(session: Session) -> None:
    whys = {"why1": "The parcel was late.", "why2": "The truck left late.", "why3": "No loader."}
    shown = {"evidence1": "Log", "evidence2": "Log", "evidence3": "Rota"}

    def note(**changes: Any) -> dict[str, Any]:
        asked = {"would_prevent": True} | whys | shown | changes
        return note_root(session, NOON, "j", "Late parcels", "process", **asked)

    for shallow in ({"why3": " "}, {"evidence2": None}, {"would_prevent": False}):
        with pytest.raises(BpmnError, match=r"three whys|symptom"):
            note(**shallow)
    assert note() == note()
    [kept] = session.scalars(select(RootCause)).all()
    assert [each["why"] for each in kept.whys] == list(whys.values())


def test_causes_of_the_month_are_listed_by_what_they_cost(session: Session) -> None:
    mira = customer(session)
    session.flush()
    invoice = session.scalars(select(Cause.id).where(Cause.name == "Wrong invoice")).one()
    for _ in range(3):
        case(session, NOON - DAY, customer_id=mira.id)
    case(session, NOON - DAY, cause_id=invoice, given=5_000)
    case(session, NOON - 60 * DAY, cause_id=invoice, given=90_000)

    listed = list_causes(session, NOON)

    assert [(c["name"], c["n"], c["customers"], c["cost"]) for c in listed["causes"]] == [
        ("Wrong invoice", 1, 0, 50.0),
        ("Delivered late", 3, 1, 0.0),
    ]
    assert weigh_cause(session, NOON, invoice)["weight"]["rank"] == 1
    assert weigh_cause(session, NOON, invoice)["owner_group"] == "finance"


def test_a_cause_that_rises_above_its_own_past_is_a_signal_and_chance_is_not(
    session: Session,
) -> None:
    late = case(session, NOON - 30 * WEEK).cause_id
    for week in range(1, 30):
        case(session, NOON - week * WEEK + DAY)

    assert weigh_cause(session, NOON, late)["weight"]["signal"] is False
    for _ in range(6):
        case(session, NOON - 2 * DAY)
    assert weigh_cause(session, NOON, late)["weight"]["signal"] is True


def acted(session: Session, cause_id: int | None) -> int:
    """Do something about a cause, now."""
    root = RootCause(
        cause_id=cause_id, problem="Late", whys=[], category="process", created_at=NOON
    )
    session.add(root)
    session.flush()
    plan = {"action_what": "A loader.", "action_owner": "operations", "action_measure": "Rate"}
    note_action(
        session,
        NOON,
        "j",
        root.id,
        "preventive",
        expected_effect="None late.",
        action_done="Hired.",
        **plan,
    )
    return root.id


def test_an_action_works_when_the_cause_stays_away_or_falls_below_its_limits(
    session: Session,
) -> None:
    for week in range(26):
        for _ in range(20):
            case(session, NOON - week * WEEK - DAY)
    late = case(session, NOON - DAY).cause_id
    root = acted(session, late)

    assert check_effect(session, NOON + 8 * WEEK, root, late)["effect"] == "effective"
    for week in range(8):
        for _ in range(4):
            case(session, NOON + week * WEEK + DAY)
    assert check_effect(session, NOON + 8 * WEEK, root, late)["effect"] == "effective"
    assert session.scalars(select(Action.effect)).one() == "effective"


def test_an_action_that_changes_nothing_is_too_early_to_judge_and_then_has_not_worked(
    session: Session,
) -> None:
    for week in range(1, 27):
        for _ in range(3 + week % 2):
            case(session, NOON - week * WEEK + DAY)
    late = case(session, NOON - 200 * WEEK).cause_id
    root = acted(session, late)
    for week in range(26):
        for _ in range(3 + week % 2):
            case(session, NOON + week * WEEK + DAY)

    assert check_effect(session, NOON + 8 * WEEK, root, late)["effect"] == "not_yet"
    assert check_effect(session, NOON + 26 * WEEK, root, late)["effect"] == "none"
