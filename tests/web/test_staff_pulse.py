"""Employees answer three questions once a quarter; nobody is found by the answers."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import store
from tasks.surveys.records import Survey, SurveyAnswer, SurveyInvitation
from tasks.surveys.staff_pulse import Quarter, answer
from tests.web.browser import Browser
from tests.web.conftest import Clock

Opens = Callable[[str], Browser]
ASKED = ["work_goes_well", "customers_are_heard", "i_can_decide"]
PAGE = "/staff-pulse"
ALL_FOUR = dict.fromkeys(ASKED, 4)


@pytest.fixture
def session(app: Flask) -> Session:
    with store.writing(app.extensions["peyvand"].database) as connection:
        inside = Session(connection)
        inside.add(
            Survey(
                name="staff-pulse", kind="staff_pulse", confidentiality="anonymous",
                questions=ASKED, benefit_statement="Shown to everybody.", created_at=Clock()(),
            )
        )  # fmt: skip
        inside.flush()
    return Session(app.extensions["peyvand"].database)


def test_an_employee_answers_once_and_nothing_leads_to_who(
    enter: Opens, session: Session, clock: Clock
) -> None:
    charlie = enter("charlie")
    charlie.get(PAGE)

    assert charlie.post(PAGE, **(ALL_FOUR | {"i_can_decide": 2})).status_code == 303
    assert charlie.post(PAGE, **ALL_FOUR).status_code == 409
    assert "You have answered." in charlie.get(PAGE)

    begins = Quarter.of(clock()).begins
    rows = session.scalars(select(SurveyAnswer).order_by(SurveyAnswer.question)).all()
    assert [(one.question, one.value) for one in rows] == [
        ("customers_are_heard", 4), ("i_can_decide", 2), ("work_goes_well", 4),
    ]  # fmt: skip
    assert {(one.at, one.created_at, one.created_by, one.text) for one in rows} == {
        (begins, begins, "", "")
    }
    assert session.scalars(select(SurveyInvitation.created_by)).all() == ["charlie"]


def test_marks_that_are_none_are_refused(enter: Opens, session: Session) -> None:
    charlie = enter("charlie")
    charlie.get(PAGE)
    for given in (ALL_FOUR | {"i_can_decide": 6}, {"i_can_decide": 3}, ALL_FOUR | {"who": 1}):
        assert charlie.post(PAGE, **given).status_code == 422
    assert session.scalars(select(SurveyAnswer)).all() == []


def test_a_quarter_is_shown_when_it_is_over_and_from_eight_answers(
    enter: Opens, session: Session, clock: Clock
) -> None:
    for n in range(8):
        answer(session, clock(), f"somebody-{n}", ALL_FOUR | {"i_can_decide": 1 + n % 2})
    session.commit()
    assert "n = 8" not in enter("charlie").get(PAGE)  # one more would tell what it was

    clock.time = Quarter.of(clock()).ends
    page = enter("charlie").get(PAGE)
    assert page.count("n = 8") == 3
    assert "1.5" in page

    for n in range(7):
        answer(session, clock(), f"somebody-{n}", ALL_FOUR)
    session.commit()
    clock.time = Quarter.of(clock()).ends
    page = enter("charlie").get(PAGE)
    assert "n = 7" not in page
    assert page.count("n = 8") == 3


def test_the_order_of_the_rows_tells_nothing(session: Session, clock: Clock) -> None:
    for n in range(40):
        answer(session, clock(), f"somebody-{n:02}", dict.fromkeys(ASKED, 5 if n < 20 else 1))
    session.flush()

    of_one = select(SurveyAnswer.value).where(SurveyAnswer.question == ASKED[0])
    marks = session.scalars(of_one.order_by(SurveyAnswer.id)).all()

    assert sorted(marks) == [1.0] * 20 + [5.0] * 20
    assert 5.0 in marks[20:]  # by chance it fails once in 10^11


def test_customers_surveys_do_not_show_it(enter: Opens, session: Session) -> None:
    assert "Work goes well" not in enter("bob").get("/surveys")
