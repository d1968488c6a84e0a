"""A quarter of answers: drivers with n and R², gaps by segment, the staff pulse from eight."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.getting_to_know.answers import keep_answer
from tasks.getting_to_know.quarter import keep_insights, read_quarter
from tasks.insights.records import Insight
from tasks.scores.records import CustomerScore
from tasks.surveys.records import SurveyAnswer
from tests.support.crm import NOON, customer


def answers(session: Session, n: int, **said: Any) -> None:
    """Let a new customer answer the survey of the relationship."""
    person = customer(session, name=f"Mira {n}")
    score = CustomerScore(customer_id=person.id, as_of=NOON, r=3, f=3, m=3, tier="B", orders=2)
    score.segment, score.spent, score.margin_12m = ("loyal" if n % 2 else "new"), 900, 300
    session.add(score)
    keep_answer(session, NOON, f"job-{n}", "relationship", said, customer_id=person.id)


def levels(dimension: str, expected: int, perceived: int) -> list[dict[str, Any]]:
    return [{"dimension": dimension, "expected": expected, "perceived": perceived}]


def test_r06_the_report_ranks_drivers_with_n_and_r2(session: Session) -> None:
    for n in range(60):
        mark = 1 + n % 7
        said = levels("reliability", 6, mark) + levels("price", 4, 1 + (n * 3) % 7)
        answers(session, n, nps=min(10, mark + 3), levels=said)

    found = read_quarter(session, NOON)["drivers"]

    assert [each["dimension"] for each in found] == ["Reliability", "price"]
    assert found[0]["weight"] > 0.9
    assert found[0]["r2"] > 0.8
    assert found[0]["n"] == 60


def test_r06_fewer_than_fifty_answers_rank_nothing(session: Session) -> None:
    for n in range(49):
        answers(session, n, nps=n % 11, levels=levels("reliability", 6, 1 + n % 7))

    assert read_quarter(session, NOON)["drivers"] == []


def test_r03_the_report_shows_the_gap_by_segment(session: Session) -> None:
    for n in range(40):
        loyal = n % 2 == 1
        answers(session, n, nps=8, levels=levels("access", 6, 6 if loyal else 3))

    found = read_quarter(session, NOON)["gaps"]

    assert [(each["segment"], each["gap"], each["n"]) for each in found] == [
        ("loyal", 0, 20),
        ("new", -3, 20),
    ]


def test_the_staff_pulse_is_shown_from_eight_answers_and_without_words(session: Session) -> None:
    for n in range(7):
        said = {"customers_are_heard": 4, "comment": "It was me, Charlie."}
        keep_answer(session, NOON, f"pulse-{n}", "staff-pulse", said)
    after = NOON + timedelta(days=92)
    assert read_quarter(session, after)["staff"] == []

    keep_answer(session, NOON, "pulse-7", "staff-pulse", {"customers_are_heard": 2})

    assert read_quarter(session, NOON)["staff"] == []  # the quarter is not over
    assert read_quarter(session, after)["staff"] == [
        {"question": "customers_are_heard", "mean": 3.8, "n": 8}
    ]
    kept = session.execute(select(SurveyAnswer.text, SurveyAnswer.customer_id)).all()
    assert set(kept) == {("", None)}


def test_insights_are_passed_on_once(session: Session) -> None:
    for _ in range(2):
        keep_insights(session, NOON, "job-1", [{"to": "operations", "text": "Late again."}])

    passed = session.scalars(select(Insight)).one()
    assert (passed.to_department, passed.text) == ("operations", "Late again.")
