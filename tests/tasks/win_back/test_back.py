"""Only good customers are won back, measured against those left alone; who returns is watched."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.cases.records import Case
from tasks.customers.records import Customer
from tasks.declare.people import Colleague
from tasks.expectations.records import Expectation
from tasks.invoices.records import Invoice
from tasks.lapsed.records import LapsedRecord, LapseReason, SecondLife, WinbackAttempt
from tasks.policy.records import PolicyValue
from tasks.purchases.records import Transaction
from tasks.win_back.cohort import draw_cohort, measure_cohort
from tasks.win_back.lapse_reason import keep_lapse_reason, note_lapse
from tasks.win_back.programme import keep_reaction, note_attempt, other_channel, programme_facts
from tasks.win_back.register import open_lapsed_record
from tasks.win_back.selection import find_lapsed, keep_choices, keep_decisions
from tasks.win_back.welcome_back import (
    judge_cured,
    look_how_it_goes,
    read_touch,
    recall_history,
    watch_cause,
)
from tests.support.crm import DAY, NOON, customer

SERVICES: Any = SimpleNamespace(
    members=lambda _session, _groups: [Colleague("sara", "Sara Stone", frozenset({"sales_rep"}))]
)


def order(session: Session, person: Customer, ago: int, margin: int | None = 900) -> Transaction:
    number, at = f"A-{person.id}-{ago}", NOON - ago * DAY
    made = Transaction(customer_id=person.id, order_no=number, at=at, amount=2_000, margin=margin)
    made.currency, made.created_at = "USD", at
    session.add(made)
    session.flush()
    return made


def left(
    session: Session, why: str = "bought_away", cause: str | None = None, ago: int = 40
) -> Customer:
    """Add somebody who bought twice and left so many days ago."""
    person = customer(session)
    for days in (ago + 200, ago + 10):
        order(session, person, days)
    note_lapse(session, NOON - ago * DAY, person.id, "lapsed")
    keep_lapse_reason(session, NOON - ago * DAY, person.id, why, cause=cause)
    return person


def base(session: Session, came_back: int = 15, people: int = 40) -> None:
    """Given enough people who fell silent a year ago, of whom some came back."""
    for number in range(people):
        person = customer(session)
        for ago in (800, 600):
            order(session, person, ago)
        if number < came_back:
            order(session, person, 60)


def facts(session: Session, person: Customer, **asked: Any) -> dict[str, Any]:
    [found] = [
        each
        for each in find_lapsed(session, NOON, **asked)["lapsed"]
        if each["customer_id"] == person.id
    ]
    return dict(found)


def policy(session: Session, key: str, value: object) -> None:
    session.scalars(select(PolicyValue).where(PolicyValue.key == key)).one().value = value
    session.flush()


def test_r40_a_bad_debtor_is_bad_whatever_the_second_value(session: Session) -> None:
    mira, nora, paid = left(session), left(session), left(session)
    for number, person in enumerate((mira, nora, paid)):
        bill = Invoice(customer_id=person.id, number=f"I-{number}", amount=100, currency="USD")
        bill.issued_on, bill.due_on, bill.created_at = date(2026, 5, 1), date(2026, 5, 31), NOON
        session.add(bill)
        bill.written_off_at = NOON if person is mira else None
        bill.paid_at = NOON if person is paid else None
    session.flush()

    assert [facts(session, each)["bad"] for each in (mira, nora, paid)] == [True, True, False]


def test_r40_who_never_earned_us_anything_is_no_good_customer(session: Session) -> None:
    mira = left(session)
    for each in session.scalars(select(Transaction)):
        each.margin = -5

    assert facts(session, mira)["bad"] is True


def test_the_value_of_a_second_life_rests_on_who_came_back_unaided(session: Session) -> None:
    base(session)
    policy(session, "winback.offer_cost", 100)
    mira = left(session)

    found = facts(session, mira)

    # 15 of 40 came back · 1,800 in 190 days, a month 288.4 · 12 months - 100 - two mails of 2
    assert found["second_value"] == pytest.approx(15 / 40 * 1_800 / (190 / 30.4375) * 12 - 104, 1)
    assert (found["tier"], found["months_since"], found["window_months"]) == (None, 1.3, 24)


def test_with_few_alike_or_unknown_margin_no_value_is_made_up(session: Session) -> None:
    mira = left(session)
    assert facts(session, mira)["second_value"] is None  # nobody alike
    base(session)
    order(session, mira, 45, margin=None)
    assert facts(session, mira)["second_value"] is None


def test_victims_are_held_until_the_cause_is_fixed_and_recalled_then(session: Session) -> None:
    mira = left(session, "pushed_away_unintended", "late delivery")
    parted = left(session, "pushed_away_intended", "late delivery")
    open_lapsed_record(session, NOON, parted.id, "separated")
    other = left(session)
    assert facts(session, mira)["cause_open"] is True
    choice = {"customer_id": mira.id, "name": "Mira Meadow", "reason": "Held"}
    keep_choices(session, NOON, [choice | {"choice": "hold", "cause": "late delivery"}])
    assert mira.id not in [each["customer_id"] for each in find_lapsed(session, NOON)["lapsed"]]

    found = find_lapsed(session, NOON, "late delivery", "A second driver.")["lapsed"]

    assert {each["customer_id"] for each in found} == {mira.id, parted.id}
    assert all(each["own_cause_fixed"] and not each["cause_open"] for each in found)
    assert facts(session, mira)["own_cause_fixed"] is True  # the next weekly run finds her too
    assert facts(session, other)["own_cause_fixed"] is False


def test_r14_whom_we_parted_from_comes_back_only_by_the_head_of_care(session: Session) -> None:
    parted, kept_out = left(session), left(session)
    people = []
    for person in (parted, kept_out):
        open_lapsed_record(session, NOON, person.id, "separated")
        assert facts_of_separated(session, person).excluded_reason == "separated"
        people.append({"customer_id": person.id, "name": person.name, "reason": "Ours."})

    done = keep_decisions(session, NOON, [], [], people, [str(parted.id)])

    assert done == {"entered": []}
    assert facts_of_separated(session, parted).state == "candidate"
    assert facts_of_separated(session, kept_out).excluded_reason == "separated"


def facts_of_separated(session: Session, person: Customer) -> LapsedRecord:
    return session.scalars(select(LapsedRecord).where(LapsedRecord.customer_id == person.id)).one()


def test_a_person_decides_about_the_most_valuable(session: Session) -> None:
    mira, nora = left(session), left(session)
    choices = [
        {"customer_id": each.id, "name": each.name, "value": 900, "choice": "person", "reason": "A"}
        for each in (mira, nora)
    ]
    kept = keep_choices(session, NOON, choices)
    assert (len(kept["personal"]), kept["counted"]) == (2, {"person": 2})

    done = keep_decisions(session, NOON, kept["personal"], [str(mira.id)], [], [])

    assert done == {"entered": [mira.id]}
    states = [facts_of_separated(session, each).state for each in (mira, nora)]
    assert states == ["in_programme", "excluded"]


def candidates(session: Session, number: int) -> list[Customer]:
    people = [left(session) for _ in range(number)]
    for each in people:
        facts_of_separated(session, each).state = "candidate"
    session.flush()
    return people


def test_too_few_are_not_measured_and_nobody_is_left_alone(session: Session) -> None:
    candidates(session, 5)

    drawn = draw_cohort(session, NOON)

    assert (drawn["cohort"], drawn["measurable"]) == ("2026-11-24", False)
    assert {each["arm"] for each in drawn["entered"]} == {"treat"}
    assert draw_cohort(session, NOON)["entered"] == drawn["entered"]
    result = measure_cohort(session, NOON + 120 * DAY, "2026-11-24")["result"]
    assert (result["treated"], result["measurable"], result["added"]) == (5, False, None)


def test_a_cohort_is_measured_against_those_left_alone_who_return_too(session: Session) -> None:
    candidates(session, 40)
    policy(session, "winback.hoped_for", 0.95)
    drawn = draw_cohort(session, NOON)
    arms = {each["customer_id"]: each["arm"] for each in drawn["entered"]}
    assert sorted(arms.values()).count("control") == 8
    back = [n for n, arm in arms.items() if arm == "treat"][:16]
    back += [n for n, arm in arms.items() if arm == "control"][:2]
    for number in back:
        recall_history(session, NOON + 20 * DAY, number)

    result = measure_cohort(session, NOON + 120 * DAY, drawn["cohort"])["result"]

    assert (result["treated"], result["returned"]) == (32, 16)
    assert (result["control"], result["returned_unaided"]) == (8, 2)
    assert result["added"] == 25.0  # 50 % less 25 %
    assert result["low"] < 0 < result["high"]
    outcomes = session.scalars(select(WinbackAttempt.outcome)).all()
    assert sorted(set(outcomes)) == ["dormant", "regained"]


def test_a_programme_begins_thirty_days_after_the_lapse_with_the_owner(session: Session) -> None:
    mira = left(session, "pushed_away_unintended", "late", ago=10)
    mira.owner = "sara"
    find_lapsed(session, NOON, "late", "A second driver.")

    begun = programme_facts(session, NOON, SERVICES, mira.id, "personal")

    assert begun["facts"] == {"reason": "pushed_away_unintended", "repeat": False}
    assert (begun["owner"], begun["owner_name"]) == ("sara", "Sara Stone")
    assert (begun["fixed"], begun["begin_at"]) == ("A second driver.", "2026-12-14T12:00:00Z")
    nora = left(session)
    begun = programme_facts(session, NOON, SERVICES, nora.id)
    assert (begun["owner"], begun["owner_name"]) == (None, "Demo Records")
    assert begun["begin_at"] == "2026-11-24T12:00:00Z"


def test_the_second_approach_takes_another_permitted_channel(session: Session) -> None:
    both = (("email", "marketing"), ("sms", "marketing"))
    mira = customer(session, allows=both, reachable=("email", "sms"))
    nora = customer(session)

    for person, expected in ((mira, "sms"), (nora, "email")):
        found = other_channel(session, person.id, "winback-proof", "email")
        assert found == {"second_channel": expected}


def test_who_is_angry_is_never_approached_again(session: Session) -> None:
    mira = left(session)
    programme_facts(session, NOON, SERVICES, mira.id)

    keep_reaction(session, NOON, "job-1", mira.id, "angry", "Leave me alone.", "sara")
    assert note_attempt(session, NOON, mira.id, "dormant") == {"outcome": "dormant"}

    assert session.scalars(select(LapseReason.may_contact)).all() == [False]
    assert session.scalars(select(WinbackAttempt.outcome)).all() == ["dormant"]


def returned(session: Session) -> Customer:
    mira = left(session, "pushed_away_unintended", "late")
    order(session, mira, 0)
    recalled = recall_history(session, NOON, mira.id)
    assert recalled["left_for"] == "pushed_away_unintended"
    return mira


def test_r41_who_returns_is_known_and_what_is_expected_now_is_asked(session: Session) -> None:
    mira = returned(session)
    again = recall_history(session, NOON, mira.id)
    assert (mira.lifecycle_stage, again["call_wanted"], again["fixed"]) == ("regained", False, "")
    assert again["checks"][0] == "2026-12-24T12:00:00Z"
    asked = [{"expected": "On time", "importance": 9}]

    for _ in range(2):
        watch_cause(session, NOON, mira.id, "You fixed it.", None, asked)

    [life] = session.scalars(select(SecondLife)).all()
    assert (life.why_back, life.left_for, life.cause) == (
        "You fixed it.", "pushed_away_unintended", "late",
    )  # fmt: skip
    [expectation] = session.scalars(select(Expectation)).all()
    assert (expectation.text, expectation.source) == ("On time", "asked")


def test_the_looks_end_on_day_90_and_open_complaints_are_a_worry(session: Session) -> None:
    mira = returned(session)
    checks = recall_history(session, NOON, mira.id)["checks"]

    first = look_how_it_goes(session, NOON + 30 * DAY, mira.id, checks)
    assert first == {"worry": False, "next_look": checks[1]}
    case = Case(number="C-1", customer_id=mira.id, kind="complaint", channel="email", text="Late")
    case.opened_at = case.created_at = NOON
    session.add(case)
    session.flush()
    last = look_how_it_goes(session, NOON + 90 * DAY, mira.id, checks)
    assert last == {"worry": True, "next_look": None}
    assert judge_cured(session, NOON + 90 * DAY, mira.id, touched=False) == {"cured": False}


def test_a_late_delivery_is_read_in_days_and_a_touch_ends_the_watch(session: Session) -> None:
    mira = returned(session)
    late = session.scalars(select(Transaction).order_by(Transaction.id.desc())).first()
    assert late is not None
    late.promised_at, late.delivered_at = NOON + DAY, NOON + 3 * DAY + timedelta(hours=1)
    told = {"type": "order.delivered", "payload": {"order_id": late.order_no}}

    assert read_touch(session, mira.id, told) == {
        "seen": {"type": "order.delivered", "days_late": 2}
    }
    assert judge_cured(session, NOON + 4 * DAY, mira.id, touched=True) == {"cured": False}
    [life] = session.scalars(select(SecondLife)).all()
    assert (life.cured, life.touched_at) == (False, NOON + 4 * DAY)


def test_who_bought_and_was_not_touched_stays(session: Session) -> None:
    mira = returned(session)

    assert judge_cured(session, NOON + 90 * DAY, mira.id, touched=False) == {"cured": True}
