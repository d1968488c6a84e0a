"""The steps of complaints on the records: registered, compared, timed, decided, closed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from engine.errors import BpmnError
from tasks.cases.causes import Cause, Recurrence
from tasks.cases.decisions import CaseAnswer, CaseDecision
from tasks.cases.records import Case
from tasks.consents.records import Consent
from tasks.customers.records import Customer
from tasks.interactions.records import Interaction
from tasks.problems.classify import classify
from tasks.problems.clock import next_update, start_clock
from tasks.problems.first_talk import join_case, settle
from tasks.problems.follow_up import close, note_call, note_cause, note_decision, take_up
from tasks.problems.register import register
from tests.support.crm import DAY, NOON, customer

CLOCK = {"first_answer": "4 bh", "update_every": "2 bd", "solve_within": "5 bd"}
LATE = "It came a week late."


def cause(session: Session, name: str) -> int:
    return session.scalars(select(Cause.id).where(Cause.name == name)).one()


def complained(session: Session, person: Customer | None, **said: Any) -> dict[str, Any]:
    """Register a complaint as an employee takes it down."""
    session.flush()
    asked = {"text": LATE, "channel": "phone", "instance_key": "1"} | said
    if person is not None:
        asked |= {"who": str(person.id)}
    return register(session, NOON, **asked)


def found(session: Session, case_id: int, at: datetime = NOON) -> dict[str, Any]:
    """Note the facts of a case: our fault, delivered late."""
    number = cause(session, "Delivered late")
    return note_cause(
        session, at, f"job-{case_id}", case_id, facts_found="Lost.", our_fault="yes", cause=number
    )


def decide(session: Session, case_id: int, **said: Any) -> dict[str, Any]:
    wanted = {
        "acknowledge": "You waited.",
        "decision": "grant",
        "reason": "Lost.",
        "offer": "Again.",
    }
    return note_decision(session, NOON, "j", case_id, **(wanted | said))


def test_a_complaint_has_a_number_at_once_and_the_same_one_when_asked_again(
    session: Session,
) -> None:
    mira = customer(session)

    first = complained(session, mira)
    again = complained(session, mira)

    assert first == again
    assert first["number"] == f"C-{first['case_id']:06d}"
    assert (first["customer_id"], first["reachable"]) == (mira.id, True)
    assert first["next_date"] == "2026-11-25"
    assert first["limits"] == {"first_talk": 30.0}


def test_somebody_unknown_stays_a_contact_of_the_case(session: Session) -> None:
    """Nobody becomes a customer by complaining."""
    answer = complained(session, None, who="stranger@example.net")

    case = session.get_one(Case, answer["case_id"])
    assert (answer["customer_id"], answer["reachable"]) == (None, True)
    assert (case.contact_channel, case.contact_address) == ("email", "stranger@example.net")
    assert session.scalars(select(Customer)).all() == []


def test_an_anonymous_complaint_cannot_be_answered_and_counts_all_the_same(
    session: Session,
) -> None:
    """R-28."""
    answer = complained(session, None)

    assert (answer["customer_id"], answer["reachable"]) == (None, False)


def test_the_wish_not_to_be_contacted_is_an_objection_at_once(session: Session) -> None:
    mira = customer(session)

    complained(session, mira, wish="stop_contact")
    complained(session, mira, wish="stop_contact")

    assert mira.do_not_contact
    denied = session.scalars(select(Consent.purpose).where(Consent.state == "denied")).all()
    assert sorted(denied) == ["marketing", "relationship", "survey"]


def test_keywords_say_what_it_is_about_and_unsure_ones_ask_a_person(session: Session) -> None:
    mira = customer(session)
    clear = classify(session, NOON, complained(session, mira)["case_id"])
    vague = complained(session, None, text="I am not happy.", instance_key="2")["case_id"]
    harmed = complained(session, None, text="Late, and it burned me.", instance_key="3")["case_id"]

    assert (clear["category"], clear["clear"], clear["alarm"]) == ("delivery", True, "none")
    assert classify(session, NOON, vague)["clear"] is False
    assert (classify(session, NOON, harmed)["clear"], session.get_one(Case, harmed).alarm) == (
        False,
        "harm",
    )


def test_the_same_trouble_of_the_same_sender_joins_the_open_case(session: Session) -> None:
    mira = customer(session)
    first = complained(session, mira)["case_id"]
    classify(session, NOON, first)
    second = complained(session, mira, text="Still late!", instance_key="2")["case_id"]

    same = classify(session, NOON, second)["same_case"]
    assert same == first
    join_case(session, NOON, second, same)
    join_case(session, NOON, second, same)

    case = session.get_one(Case, second)
    assert (case.state, case.closed_how, case.joined_id) == ("closed", "joined", first)
    [said] = session.scalars(select(Interaction)).all()
    assert (said.case_id, said.text) == (first, "Still late!")


def test_another_sender_or_another_matter_does_not_join(session: Session) -> None:
    mira, shirin = customer(session), customer(session, name="Shirin Sadr")
    classify(session, NOON, complained(session, mira)["case_id"])
    other = complained(session, shirin, instance_key="2")["case_id"]
    matter = complained(session, mira, text="The invoice is wrong.", instance_key="3")["case_id"]

    assert classify(session, NOON, other)["same_case"] is None
    assert classify(session, NOON, matter)["same_case"] is None


def test_r21_the_same_cause_within_180_days_is_a_repeat_for_this_customer_only(
    session: Session,
) -> None:
    mira, shirin = customer(session), customer(session, name="Shirin Sadr")
    first = complained(session, mira)["case_id"]
    found(session, first)
    decide(session, first)
    close(session, NOON, first, "confirmed")

    soon = complained(session, mira, instance_key="2")["case_id"]
    other = complained(session, shirin, instance_key="3")["case_id"]
    answer = found(session, soon, NOON + 100 * DAY)

    assert answer["repeat"]
    assert answer["facts"]["previous_severity"] == "normal"
    assert answer["facts"]["previous_number"] == session.get_one(Case, first).number
    assert not found(session, other, NOON + 100 * DAY)["repeat"]
    late = complained(session, mira, instance_key="4")["case_id"]
    session.get_one(Recurrence, 2).at = NOON - 300 * DAY
    assert not found(session, late, NOON + 200 * DAY)["repeat"]


def test_the_clock_runs_in_working_time_and_only_comes_nearer(session: Session) -> None:
    number = complained(session, None)["case_id"]

    first = start_clock(session, NOON, number, "high", CLOCK)
    slower = CLOCK | {"first_answer": "2 bd", "solve_within": "10 bd"}
    again = start_clock(session, NOON, number, "normal", slower)

    # the team works from Saturday to Wednesday: five days after Tuesday is Monday week
    assert first["solve_due"] == "2026-12-01T12:00:00Z"
    assert again == first


def test_what_the_law_gives_is_earlier_less_two_working_days(session: Session) -> None:
    number = complained(session, None, language="lt")["case_id"]
    slow = CLOCK | {"solve_within": "15 bd"}

    due = start_clock(session, NOON, number, "low", slow)["solve_due"]

    case = session.get_one(Case, number)
    assert case.law_due == NOON + 14 * DAY
    assert datetime.fromisoformat(due) == NOON + 12 * DAY


def test_updates_follow_each_other_in_working_time(session: Session) -> None:
    number = complained(session, None)["case_id"]
    start_clock(session, NOON, number, "high", CLOCK)

    answer = next_update(session, NOON + DAY, number)

    assert answer == {"update_due": "2026-11-29T12:00:00Z"}


def test_settled_in_the_first_talk_is_closed_with_what_was_given(session: Session) -> None:
    number = complained(session, customer(session))["case_id"]

    settle(session, NOON, number, given=12.5, given_what="Sent again")

    case = session.get_one(Case, number)
    assert (case.state, case.closed_how, case.given) == ("closed", "settled", 1250)


def test_a_talk_is_kept_once_with_the_case(session: Session) -> None:
    number = complained(session, customer(session))["case_id"]

    for _ in range(2):
        note_call(session, NOON, "job-1", number, reached=True, customer_said="Never again.")

    [talk] = session.scalars(select(Interaction)).all()
    assert (talk.case_id, talk.channel, talk.text) == (number, "phone", "Never again.")


def test_r18_what_departments_and_partners_answer_is_kept_once(session: Session) -> None:
    number = complained(session, customer(session))["case_id"]
    said = [{"who": "operations", "answer": "It left on Monday.", "can_prevent": None}]
    cause_id = cause(session, "Delivered late")

    for _ in range(2):
        note_cause(
            session,
            NOON,
            "job-1",
            number,
            facts_found="Lost.",
            our_fault="shared",
            cause=cause_id,
            department_answers=said,
            partner_answers=[{"who": "Fast Parcel", "answer": "Lost in the depot."}],
        )

    kept = session.scalars(select(CaseAnswer).order_by(CaseAnswer.id)).all()
    assert [(each.who, each.text) for each in kept] == [
        ("operations", "It left on Monday."),
        ("Fast Parcel", "Lost in the depot."),
    ]


@pytest.mark.parametrize(
    "missing", [{"reason": " ", "alternative": "Another shop."}, {"alternative": None}]
)
def test_r44_a_refusal_without_reason_or_another_way_is_not_sent(
    session: Session, missing: dict[str, Any]
) -> None:
    number = complained(session, customer(session))["case_id"]

    with pytest.raises(BpmnError, match="another way"):
        decide(session, number, decision="refuse", **missing)


def test_a_decision_is_told_as_acknowledging_offering_and_giving_the_reason(
    session: Session,
) -> None:
    number = complained(session, customer(session))["case_id"]

    proposal = decide(session, number, amount=9.5, goodwill=2)["proposal"]
    decide(session, number, amount=9.5, goodwill=2)

    assert proposal == {
        "text": "You waited.\n\nAgain.\n\nLost.",
        "amount": 9.5,
        "goodwill": 2.0,
        "to_carry_out": True,
    }
    [kept] = session.scalars(select(CaseDecision)).all()
    assert (kept.amount, kept.goodwill, kept.accepted) == (950, 200, None)


def test_what_the_customer_accepts_counts_as_given(session: Session) -> None:
    number = complained(session, customer(session))["case_id"]
    decide(session, number, amount=9.5, goodwill=2)

    close(session, NOON + DAY, number, "confirmed")

    case = session.get_one(Case, number)
    assert (case.closed_how, case.given, case.goodwill) == ("confirmed", 1150, 200)
    assert session.scalars(select(CaseDecision.accepted)).one()


def test_r20_a_severe_complaint_does_not_close_without_cause_and_prevention(
    session: Session,
) -> None:
    number = complained(session, customer(session))["case_id"]
    start_clock(session, NOON, number, "high", CLOCK)

    with pytest.raises(BpmnError, match="prevention"):
        decide(session, number)
    decide(session, number, prevention="none_needed", prevention_reason="The carrier is gone.")
    with pytest.raises(DatabaseError, match="cause"), session.begin_nested():
        close(session, NOON, number, "confirmed")
    session.refresh(session.get_one(Case, number))
    found(session, number)
    close(session, NOON, number, "confirmed")

    assert session.get_one(Case, number).state == "closed"


def test_the_final_answer_is_kept_with_the_way_outside(session: Session) -> None:
    number = complained(session, customer(session))["case_id"]

    for _ in range(2):
        close(session, NOON, number, "not_agreed", final_text="We stand by it.", recourse="VVTAT")

    [kept] = session.scalars(select(CaseDecision)).all()
    assert (kept.decision, kept.reason, kept.alternative) == ("final", "We stand by it.", "VVTAT")
    assert session.get_one(Case, number).closed_how == "not_agreed"


def test_a_closed_case_is_taken_up_again_one_level_higher_with_the_same_number(
    session: Session,
) -> None:
    number = complained(session, customer(session))["case_id"]
    close(session, NOON, number, "unconfirmed")

    answer = take_up(session, NOON + 30 * DAY, number, level=2)

    case = session.get_one(Case, number)
    assert (case.state, case.level, case.reopened, case.closed_at) == ("open", 2, 1, None)
    assert answer["level"] == 2
    assert datetime.fromisoformat(answer["first_answer_due"]) > NOON + 30 * DAY
    assert {"label": "Delivered late", "value": cause(session, "Delivered late")} in answer[
        "choices"
    ]["causes"]


def test_goodwill_of_the_last_twelve_months_is_known_to_the_tables(session: Session) -> None:
    mira = customer(session)
    first = complained(session, mira)["case_id"]
    decide(session, first, goodwill=5)
    close(session, NOON, first, "confirmed")
    second = complained(session, mira, instance_key="2")["case_id"]

    facts = take_up(session, NOON, second)["facts"]

    assert (facts["goodwill_12m"], facts["claims_12m"]) == (5.0, 1)
    session.get_one(Case, first).opened_at = NOON - timedelta(days=400)
    assert take_up(session, NOON, second)["facts"]["goodwill_12m"] == 0
