"""Complaints from the first word to the customer's yes, with the service tasks that really run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import reads, store
from tasks.cases.causes import Cause
from tasks.cases.records import Case
from tasks.contacts.records import Contact, Message
from tasks.customers.records import Customer
from tests.support.crm import customer
from tests.support.happenings import receive
from tests.support.town import Town

LATE = "My order is a week late and it was for a birthday."


@pytest.fixture
def care(tmp_path: Path) -> Iterator[Town]:
    """A town whose people may complain."""
    found = Town(f"sqlite:///{tmp_path / 'care.db'}", folders=("shared", "problems"))
    yield found
    assert found.incidents() == []
    found.database.dispose()


def complain(care: Town, number: int = 1, **said: Any) -> Case:
    """Let a complaint come in, and everything happen that needs nobody."""
    event = {
        "event_id": f"complaint-{number}",
        "type": "complaint.received",
        "occurred_at": care.now.isoformat(),
        "source": "portal",
        "payload": {"text": LATE, "channel": "portal"} | said,
    }
    with care.session() as session:
        receive(session, care.engine.messages, event, care.now)
    care.play()
    with care.session() as session:
        return session.scalars(select(Case).order_by(Case.id.desc())).first() or Case()


def at(address: str) -> dict[str, str]:
    return {"channel": "email", "address": address}


def key_of(care: Town, process: str, number: str) -> int:
    """Find the newest instance of a process about a case."""
    with store.reading(care.database) as connection:
        for one in reads.instances(connection, process_id=process).items:
            values = {v.name: v.value for v in reads.variables(connection, one.key)}
            if values.get("number") == number:
                return one.key
    raise AssertionError(f"no {process} of {number}")


def answer(care: Town, key: int, element: str, by: str, **values: Any) -> None:
    """Complete a task of an instance and let everything happen that needs nobody."""
    with store.reading(care.database) as connection:
        [wait] = [w for w in reads.waiting(connection, key) if w.element_id == element]
    care.engine.by(by).tasks.complete(wait.key, values)
    care.play()


def facts(care: Town, key: int) -> None:
    """Speak with the customer and find out: our fault, delivered late."""
    with care.session() as session:
        cause = session.scalars(select(Cause.id).where(Cause.name == "Delivered late")).one()
    answer(care, key, "speak_with_customer", "jamshid", reached="yes", understood="A week late.")
    found = {"facts_found": "Lost by the carrier.", "our_fault": "yes", "cause": cause, "loss": 45}
    answer(care, key, "find_facts", "jamshid", **found)


def decide(care: Town, key: int, by: str = "jamshid", **said: Any) -> None:
    wanted = {"acknowledge": "You waited.", "decision": "grant", "reason": "Lost on the way."}
    answer(care, key, "decide_and_tell", by, **(wanted | {"offer": "Sent again."} | said))


def open_tasks(care: Town, key: int) -> list[str]:
    with store.reading(care.database) as connection:
        waits = reads.waiting(connection, key)
    return sorted(wait.element_id for wait in waits if wait.kind == "user_task")


def written(care: Town) -> list[tuple[str, str]]:
    """List what went out: to whom, with which subject."""
    with care.session() as session:
        kept = session.scalars(select(Message).order_by(Message.id)).all()
    return [(message.recipient, message.subject) for message in kept]


def test_a_complaint_is_thanked_for_handled_and_confirmed_by_the_customer(care: Town) -> None:
    with care.session() as session, session.begin():
        address = customer(session).contact_points[0].value
    case = complain(care, contact=at(address), wish="fix")

    [(recipient, subject)] = written(care)
    assert (recipient, subject) == (
        address,
        f"Your complaint {case.number}: thank you, we are on it",
    )
    assert (case.category, case.severity, case.state) == ("delivery", "normal", "open")
    key = key_of(care, "complaint_control", case.number)
    facts(care, key)
    decide(care, key, amount=9.5)
    assert written(care)[1][1] == f"Our answer to your complaint {case.number}"
    answer(care, key, "answer_proposal", "jamshid", accepted=True)
    answer(care, key, "carry_out", "daina", done_what="Sent.", done_on="2026-11-26", proof="DN-1")

    closed = case_of(care, case.id)
    assert (closed.state, closed.closed_how, closed.given) == ("closed", "confirmed", 950)
    assert ended(care, key)


def test_a_complaint_is_acknowledged_within_15_minutes_at_night_too(care: Town) -> None:
    with care.session() as session, session.begin():
        known = customer(session).contact_points[0].value
    night = datetime(2026, 11, 28, 23, 50, tzinfo=UTC)  # to a Sunday
    care.until(night)
    first = complain(care, contact=at(known))
    second = complain(care, 2, contact=at("stranger@example.net"))
    care.until(night + timedelta(minutes=15))

    assert [(to, case.number in subject) for (to, subject), case in zip(
        written(care), (first, second), strict=True
    )] == [(known, True), ("stranger@example.net", True)]  # fmt: skip
    with care.session() as session:
        for contact in session.scalars(select(Contact)):
            assert contact.decision == "send"
            assert timedelta(0) <= contact.decided_at - night <= timedelta(minutes=15)


def test_somebody_unknown_is_answered_at_the_address_of_the_case_and_is_no_customer(
    care: Town,
) -> None:
    complain(care, contact=at("stranger@example.net"), language="lt")

    [(recipient, subject)] = written(care)
    assert recipient == "stranger@example.net"
    assert subject.startswith("Jūsų skundas C-")
    with care.session() as session:
        [contact] = session.scalars(select(Contact)).all()
    assert (contact.customer_id, contact.purpose, contact.decision) == (
        None,
        "case_handling",
        "send",
    )


def test_who_wants_no_contact_is_left_alone_and_told_so(care: Town) -> None:
    with care.session() as session, session.begin():
        mira = customer(session)
        address, number = mira.contact_points[0].value, mira.id
    complain(care, contact=at(address), wish="stop_contact")

    [(_, subject)] = written(care)
    assert subject.startswith("We leave you alone")
    with care.session() as session:
        assert session.get_one(Customer, number).do_not_contact


def test_an_anonymous_complaint_is_handled_and_closed_without_confirmation(care: Town) -> None:
    case = complain(care)
    key = key_of(care, "complaint_control", case.number)
    facts(care, key)
    decide(care, key)

    assert written(care) == []
    assert case_of(care, case.id).closed_how == "unconfirmed"


def test_r15_the_customer_declines_and_somebody_one_level_up_takes_over(care: Town) -> None:
    case = complain(care, contact=at("stranger@example.net"))
    key = key_of(care, "complaint_control", case.number)
    facts(care, key)
    decide(care, key)
    answer(care, key, "answer_proposal", "jamshid", accepted=False, customer_words="Not enough.")

    [task] = tasks_of(care, key)
    assert (task.element_id, task.candidate_groups) == ("speak_with_customer", ["care_supervisor"])


def test_r21_the_same_cause_again_is_severe_and_the_supervisor_calls(care: Town) -> None:
    with care.session() as session, session.begin():
        address = customer(session).contact_points[0].value
    first = complain(care, contact=at(address))
    key = key_of(care, "complaint_control", first.number)
    facts(care, key)
    decide(care, key)
    answer(care, key, "answer_proposal", "jamshid", accepted=True)
    answer(care, key, "carry_out", "daina", done_what="Sent.", done_on="2026-11-26", proof="DN-1")

    care.later(days=30)
    second = complain(care, 2, contact=at(address))

    assert (second.severity, second.repeat_of_id) == ("high", first.id)
    assert open_tasks(care, key_of(care, "receive_complaint", second.number)) == [
        "call_about_repeat"
    ]


def test_harm_is_read_by_a_person_and_comes_before_the_head_of_care(care: Town) -> None:
    case = complain(care, text="It came late and burned my hand.")
    key = key_of(care, "receive_complaint", case.number)
    sorted_as = {"category": "product", "alarm": "harm"}
    answer(care, key, "sort_complaint", "charlie", **sorted_as)

    assert case_of(care, case.id).severity == "critical"
    assert open_tasks(care, key) == ["contain_damage"]


def test_nobody_waits_without_a_word_and_two_weeks_of_silence_close_it(care: Town) -> None:
    case = complain(care, contact=at("stranger@example.net"))
    key = key_of(care, "complaint_control", case.number)
    care.later(days=5)
    answer(care, key, "write_update", "jamshid", update_text="We look for the parcel.")
    assert written(care)[-1][1] == f"How your complaint {case.number} stands"
    facts(care, key)
    decide(care, key)
    care.later(days=15)

    assert case_of(care, case.id).closed_how == "unconfirmed"
    assert ended(care, key)


def test_a_first_answer_that_is_late_is_open_to_the_supervisor_then_to_the_head_of_care(
    care: Town,
) -> None:
    case = complain(care)
    key = key_of(care, "complaint_control", case.number)
    care.until(datetime(2026, 11, 25, 12, 1, tzinfo=UTC))
    [task] = [t for t in tasks_of(care, key) if t.element_id == "speak_with_customer"]
    assert set(task.candidate_groups) == {"complaint_handler", "care_supervisor"}
    care.later(days=5)

    [task] = [t for t in tasks_of(care, key) if t.element_id == "speak_with_customer"]
    assert "care_head" in task.candidate_groups


def case_of(care: Town, number: int) -> Case:
    with care.session() as session:
        return session.get_one(Case, number)


def tasks_of(care: Town, key: int) -> list[reads.Task]:
    with store.reading(care.database) as connection:
        waits = reads.waiting(connection, key)
        return [reads.task(connection, w.key) for w in waits if w.kind == "user_task"]


def ended(care: Town, key: int) -> bool:
    with store.reading(care.database) as connection:
        return reads.instance(connection, key).state == "COMPLETED"
