"""Trouble is noticed before the customer leaves; intensive care ends rebuilt or with dignity."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.cases.records import Case, numbered
from tasks.contracts.records import Contract
from tasks.customers.lifecycle import LifecycleChange
from tasks.customers.records import Customer
from tasks.declare.people import Colleague
from tasks.inbound_events.records import Event
from tasks.interactions.records import Interaction
from tasks.policy.records import value
from tasks.problems.care import (
    begin_care,
    care_facts,
    end_care,
    extend_care,
    note_plan,
    note_week,
)
from tasks.problems.risk import gather_signs, keep_risk_call, look_again, note_risk, weigh_risk
from tasks.problems.risk_night import find_risks, note_outcomes
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.risks.records import CareProgramme, RiskAssessment
from tests.support.crm import DAY, NOON, customer

SERVICES: Any = SimpleNamespace(
    members=lambda _session, _groups: [
        Colleague("elham", "Elham", frozenset({"care_head"})),
        Colleague("farid", "Farid", frozenset({"care_supervisor", "care_agent"})),
    ]
)
PLAN: dict[str, Any] = {
    "what_hurt": "Nobody called back.",
    "customer_words": "You forgot me.",
    "steps": [{"what": "Send a new one", "who": "operations", "due": "2026-12-01"}],
}


def order(session: Session, person: Customer, ago: float, late: int = 0, margin: int = 900) -> None:
    at = NOON - ago * DAY
    made = Transaction(customer_id=person.id, order_no=f"A-{person.id}-{ago}", at=at, amount=2_000)
    made.margin, made.currency, made.created_at = margin, "USD", at
    made.promised_at, made.delivered_at = at, at + late * DAY
    session.add(made)
    session.flush()


def complaint(session: Session, person: Customer, ago: int = 1, **facts: Any) -> Case:
    at = NOON - ago * DAY
    wanted = {"kind": "complaint", "channel": "email", "text": "Late."} | facts
    return numbered(session, Case(customer_id=person.id, opened_at=at, created_at=at, **wanted))


def told(session: Session, person: Customer, kind: str, ago: float = 1, **payload: Any) -> None:
    at = NOON - ago * DAY
    number = f"{kind}-{person.id}-{ago}"
    session.add(
        Event(source="test", event_id=number, type=kind, occurred_at=at, received_at=at,
              customer_id=person.id, payload=payload)
    )  # fmt: skip
    session.flush()


def signs(session: Session, person: Customer) -> dict[str, Any]:
    found: dict[str, Any] = gather_signs(session, NOON, person.id)["signs"]
    return found


def weigh(session: Session, person: Customer, points: int, job: str = "1") -> dict[str, Any]:
    found: dict[str, Any] = weigh_risk(session, NOON, job, person.id, points, [])["risk"]
    return found


# -- signs ---------------------------------------------------------------------------------------


def test_a_customer_without_trouble_gives_no_sign(session: Session) -> None:
    person = customer(session)
    order(session, person, 10)

    found = signs(session, person)

    assert {name for name, seen in found.items() if seen} == set()


def test_what_happened_in_ninety_days_is_seen_and_what_was_before_is_not(session: Session) -> None:
    person = customer(session)
    order(session, person, 30, late=3)
    order(session, person, 120, late=3)
    told(session, person, "competitor.mentioned", name="Other")
    told(session, person, "stakeholder.left", ago=100, name="Ada")
    told(session, person, "payment.failed", amount=5)
    told(session, person, "survey.answered", answers={"csat": 2, "nps": 9})

    found = signs(session, person)

    assert (found["late_deliveries"], found["csat"], found["nps"]) == (1, 2, 9)
    assert (found["competitor_mentioned"], found["payment_dispute"]) == (True, True)
    assert found["contact_left"] is False


def test_refusing_contact_is_no_sign(session: Session) -> None:
    person = customer(session)
    order(session, person, 10)
    before = signs(session, person)
    person.do_not_contact = True
    told(session, person, "preference.changed", do_not_contact=True)

    assert signs(session, person) == before


def test_a_repeat_that_is_open_and_public_may_speak_against_us(session: Session) -> None:
    person = customer(session)
    first = complaint(session, person, ago=40, state="closed")
    complaint(session, person, channel="social", repeat_of_id=first.id)

    found = signs(session, person)

    assert (found["same_cause_twice"], found["may_speak_against_us"]) == (True, True)
    assert found["open_talk"] is True


def test_a_contract_that_ends_is_a_sign_until_somebody_talks(session: Session) -> None:
    person = customer(session)
    ends = (NOON + 40 * DAY).date()
    session.add(
        Contract(customer_id=person.id, number="K-1", starts_on=NOON.date(), ends_on=ends,
                 value=90_000, currency="USD", created_at=NOON)
    )  # fmt: skip
    assert signs(session, person)["contract_days"] == 40

    talk = Interaction(source="t", external_id="1", customer_id=person.id, channel="phone")
    talk.at, talk.text, talk.agent, talk.created_at = NOON - DAY, "…", "sara", NOON
    talk.direction = "out"
    session.add(talk)
    assert signs(session, person)["contract_days"] is None


# -- what is at stake ----------------------------------------------------------------------------


def test_the_expected_loss_is_a_share_of_what_a_year_is_worth(session: Session) -> None:
    person = customer(session)
    order(session, person, 30, margin=20_000)
    order(session, person, 500, margin=99_000)  # longer ago than a year

    found = weigh(session, person, 60)

    share = value(session, "risk.assumed_share")
    assert found["expected_loss"] == share * 200
    assert (found["worth_care"], found["assumed"]) == (True, True)
    assert weigh(session, person, 60) == found  # the same job again changes nothing
    assert len(session.scalars(select(RiskAssessment)).all()) == 1


def test_from_200_outcomes_on_the_share_is_learnt(session: Session) -> None:
    person = customer(session)
    order(session, person, 30, margin=20_000)
    for number in range(240):
        points = 10 if number % 2 else 70
        left = number % (4 if points == 70 else 12) == 0 or number % 12 == 1
        kept = RiskAssessment(customer_id=person.id, at=NOON, points=points, created_at=NOON)
        kept.p_leave, kept.assumed, kept.at_stake, kept.expected_loss = 0.5, True, 0, 0
        kept.outcome_90 = "left" if left else "stayed"
        session.add(kept)
    session.flush()

    found = weigh(session, person, 70)

    assert found["assumed"] is False
    assert 0.3 * 200 < found["expected_loss"] < 0.7 * 200


def test_who_is_at_risk_is_shown_so_and_back_when_nothing_new_comes(session: Session) -> None:
    person = customer(session)
    risk = weigh(session, person, 40)
    note_risk(session, NOON, person.id, risk, "watch", "30 points or more.")
    assert person.lifecycle_stage == "at_risk"

    later = NOON + 30 * DAY
    assert look_again(session, later, person.id, risk) == {"anything_new": False}
    session.flush()
    changes = session.scalars(select(LifecycleChange).order_by(LifecycleChange.id)).all()
    assert [(each.was, each.became) for each in changes] == [
        ("known", "at_risk"), ("at_risk", "known"),
    ]  # fmt: skip
    assert changes[0].why == "30 points or more."


def test_new_signs_after_it_was_weighed_keep_the_risk_open(session: Session) -> None:
    person = customer(session)
    risk = weigh(session, person, 40)
    note_risk(session, NOON, person.id, risk, "watch", "…")
    told(session, person, "competitor.mentioned", ago=-5, name="Other")

    assert look_again(session, NOON + 30 * DAY, person.id, risk) == {"anything_new": True}
    assert person.lifecycle_stage == "at_risk"


def test_what_is_promised_in_the_call_is_a_promise(session: Session) -> None:
    person = customer(session)
    risk = weigh(session, person, 40)
    said: dict[str, Any] = {"what": "Late.", "put_right": "Sent anew.", "leaving": "thinking"}
    for _ in range(2):  # a repeat changes nothing
        keep_risk_call(session, NOON, "9", person.id, risk, "yes", promise_due="2026-12-04", **said)

    assert [each.text for each in session.scalars(select(Promise))] == ["Sent anew."]
    assert session.scalars(select(RiskAssessment)).one().leaving == "thinking"


# -- the night -----------------------------------------------------------------------------------


def test_r42_each_night_only_new_signs_are_told_the_most_valuable_first(session: Session) -> None:
    small, large = customer(session), customer(session)
    for person, margin in ((small, 900), (large, 9_000)):
        order(session, person, 3, margin=margin)
        told(session, person, "payment.failed", ago=0.5, amount=5)

    assert find_risks(session, NOON) == {"raised": [large.id, small.id]}
    assert find_risks(session, NOON + DAY) == {"raised": []}


def test_the_first_night_raises_nothing_of_what_was_imported(session: Session) -> None:
    person = customer(session)
    for ago in (700, 650, 600):  # has been silent for long
        order(session, person, ago, late=9)

    assert find_risks(session, NOON) == {"raised": []}


def test_the_night_in_which_the_silence_gets_unusual_it_is_told(session: Session) -> None:
    person = customer(session)
    for ago in (120, 90, 56.5):
        order(session, person, ago)

    assert find_risks(session, NOON) == {"raised": [person.id]}


@pytest.mark.parametrize(("stage", "outcome"), [("lapsed", "left"), ("known", "stayed")])
def test_after_thirty_days_it_is_noted_who_left(session: Session, stage: str, outcome: str) -> None:
    person = customer(session)
    weigh(session, person, 40)
    person.lifecycle_stage = stage

    assert note_outcomes(session, NOON + 29 * DAY) == {"noted": 0}
    assert note_outcomes(session, NOON + 30 * DAY) == {"noted": 1}
    kept = session.scalars(select(RiskAssessment)).one()
    assert (kept.outcome_30, kept.outcome_90) == (outcome, None)


# -- intensive care ------------------------------------------------------------------------------


def begun(session: Session) -> tuple[Customer, int]:
    person = customer(session)
    order(session, person, 30, margin=50_000)
    care = care_facts(session, NOON, SERVICES, person.id)["care"]
    assert (care["worth_care"], care["lead"]) == (True, "farid")
    programme = begin_care(session, NOON, person.id, care["lead"], "Late twice.")["programme"]
    return person, programme


def test_care_stops_selling_and_shows_the_customer_at_risk(session: Session) -> None:
    person, programme = begun(session)

    assert person.intensive_care_until is not None
    assert person.lifecycle_stage == "at_risk"
    again = begin_care(session, NOON, person.id, "farid", "Asked twice.")
    assert again == {"programme": programme}


def test_nobody_has_more_cases_than_one_can_have(session: Session) -> None:
    for _ in range(value(session, "care.cases_per_lead")):
        begun(session)
    person = customer(session)
    order(session, person, 30, margin=50_000)

    assert care_facts(session, NOON, SERVICES, person.id)["care"]["lead"] is None


def test_an_anonymous_complaint_has_nobody_to_care_for(session: Session) -> None:
    assert care_facts(session, NOON, SERVICES)["care"]["known"] is False


def test_a_changed_plan_takes_the_place_of_the_first(session: Session) -> None:
    person, programme = begun(session)
    note_plan(session, NOON, "1", person.id, programme, **PLAN)
    sooner = PLAN | {"steps": [{"what": "Bring it", "who": "sara", "due": "2026-11-27"}]}
    note_plan(session, NOON, "2", person.id, programme, authority_limit=200, **sooner)

    assert [each.text for each in session.scalars(select(Promise))] == ["Bring it"]
    kept = session.get_one(CareProgramme, programme)
    assert (kept.authority_limit, kept.steps) == (20_000, sooner["steps"])


def test_three_good_weeks_with_nothing_open_and_a_good_mark_are_rebuilt(session: Session) -> None:
    person, programme = begun(session)
    note_plan(session, NOON, "1", person.id, programme, **PLAN)
    done = ["Send a new one"]
    course: dict[str, Any] = {}
    for week in (1, 2, 3):
        at = NOON + timedelta(weeks=week)
        kept = done if week > 1 else []
        course = note_week(
            session, at, str(week), person.id, programme, 1, "Call.", kept=kept, csat=4
        )["course"]
    assert (course["good_in_a_row"], course["open_problems"], course["csat"]) == (3, 0, 4)

    end_care(session, NOON + timedelta(weeks=3), person.id, programme, "rebuilt", "A named person.")
    assert (person.lifecycle_stage, person.intensive_care_until) == ("known", None)


def test_a_bad_week_begins_the_count_anew(session: Session) -> None:
    person, programme = begun(session)
    course: dict[str, Any] = {}
    for week, mood in enumerate((1, 1, -1, 2), start=1):
        at = NOON + timedelta(weeks=week)
        course = note_week(session, at, str(week), person.id, programme, mood, "…")["course"]

    assert (course["good_in_a_row"], course["quiet_days"]) == (1, 7)


def test_care_is_reviewed_at_day_30_and_once_extended_at_day_90(session: Session) -> None:
    person, programme = begun(session)

    def due(days: int) -> tuple[bool, bool]:
        at = NOON + days * DAY
        seen = note_week(session, at, str(days), person.id, programme, 0, "…")["course"]
        return seen["review_due"], seen["extended"]

    assert [due(29), due(30)] == [(False, False), (True, False)]
    extend_care(session, NOON + 30 * DAY, person.id, programme)
    assert [due(31), due(90)] == [(False, True), (True, True)]
