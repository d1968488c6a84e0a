"""3.2 Listening: unhappy answers become tasks and the loop is closed."""

from datetime import timedelta

from sqlalchemy import select

from tasks.cases.records import Case
from tasks.leads.records import AdvocateRequest
from tasks.promises.records import Promise
from tasks.surveys.records import SurveyAnswer, SurveyInvitation
from tests.processes.getting_to_know.conftest import answer, open_tasks, score
from tests.support.crm import DAY
from tests.support.http_town import HttpTown
from tests.support.town import Town


def sent(town: Town) -> list[str]:
    """Return the names of the messages that went out."""
    with town.session() as session:
        return [each.template_name for each in town.contacts(session) if each.sent_at]


def test_r30_an_unhappy_answer_becomes_a_task_within_a_minute_and_the_loop_is_closed(
    town: Town,
) -> None:
    score(town, 1, "B")
    asked_at = town.now

    answer(town, nps=3, why="The parcel was late again.", may_we_call=True)

    # then an agent has a task with the words of the customer at once
    [task] = open_tasks(town, "close_loop")
    assert task.created_at - asked_at <= timedelta(minutes=1)
    assert task.candidate_groups == ["care_agent"]
    with town.session() as session:
        case = session.scalars(select(Case)).one()
        assert (case.kind, case.state, case.text) == ("care", "open", "The parcel was late again.")
        themes = session.scalars(select(SurveyAnswer.themes).where(SurveyAnswer.question == "why"))
        assert themes.one() == ["Delivered late"]

    # when she has called, the customer hears what we do, and the promise has its date
    town.complete(
        "close_loop", "charlie", customer_ok="yes", listened="Three days late, twice.",
        action="The next parcel goes by courier.", promise_due="2026-12-04",
    )  # fmt: skip
    with town.session() as session:
        case = session.scalars(select(Case)).one()
        [letter] = [each for each in town.mail(session) if "courier" in each.body]
        promise = session.scalars(select(Promise)).one()
        assert (case.state, case.closed_how) == ("closed", "confirmed")
        assert promise.text == "The next parcel goes by courier."
    assert sent(town) == ["you-said-we-did"]
    assert "You told us" in letter.subject


def test_r11_the_tier_sets_the_clock_of_the_next_unhappy_answer(town: Town) -> None:
    town.now -= timedelta(hours=6)  # early in the morning
    score(town, 1, "C")
    answer(town, 1, nps=2, may_we_call=True)
    [slow] = open_tasks(town, "close_loop")
    score(town, 2, "A")

    answer(town, 2, nps=2, may_we_call=True)

    [fast] = [each for each in open_tasks(town, "close_loop") if each.key != slow.key]
    assert fast.due_at < slow.due_at
    assert fast.due_at - town.now <= timedelta(hours=6)


def test_who_is_not_satisfied_with_the_answer_has_a_complaint_under_the_same_number(
    town: Town,
) -> None:
    answer(town, nps=0, why="Never again.", may_we_call=True)

    town.complete("close_loop", "charlie", customer_ok="no", action="Nothing we can do.")

    with town.session() as session:
        case = session.scalars(select(Case)).one()
        assert (case.kind, case.state) == ("complaint", "open")
    assert sent(town) == []


def test_a_second_unhappy_answer_joins_the_conversation_that_is_open(town: Town) -> None:
    answer(town, nps=3, why="Late.")

    answer(town, survey="delivery", csat=1)

    assert len(open_tasks(town, "close_loop")) == 1
    with town.session() as session:
        assert len(session.scalars(select(Case)).all()) == 1


def test_a_delivery_is_asked_about_once_and_silence_is_left_in_peace(town: Town) -> None:
    town.publish("survey.due", "1", customer_id=1)

    assert sent(town) == ["survey-relationship"]
    town.until(town.now + 15 * DAY)

    assert open_tasks(town, "answer_relationship") == []
    assert open_tasks(town, "close_loop") == []
    with town.session() as session:
        asked = session.scalars(select(SurveyInvitation)).one()
        assert asked.silent_at is not None
        assert asked.answered_at is None

    # the gate lets nobody be asked again in half a year
    town.publish("survey.due", "1", customer_id=1)
    assert sent(town) == ["survey-relationship"]


def test_the_answer_by_link_is_kept_by_question_and_acted_on(town: HttpTown) -> None:
    town.publish("survey.due", "1", customer_id=1)

    town.answers(
        1, nps=4, why="Nobody answers.", expected_1=6, perceived_1=3, trust_promises=2,
        may_we_call=True,
    )  # fmt: skip

    with town.session() as session:
        kept = {each.question: each.value for each in session.scalars(select(SurveyAnswer))}
        assert kept["nps"] == 4
        assert kept["trust_promises"] == 2
        assert {name.split(".")[0] for name in kept} >= {"expected", "perceived"}
        assert session.scalars(select(SurveyInvitation)).one().answered_at is not None
    assert len(open_tasks(town, "close_loop")) == 1


def test_r13_an_advocate_is_asked_for_two_favours_a_year_and_not_for_a_third(town: Town) -> None:
    score(town, 1, "A")
    for favour in ("reference", "case_study"):
        answer(town, survey=favour, nps=10)
        town.complete("ask_advocate_task", "hugo", favour=favour, outcome="yes")

    answer(town, survey="third", nps=10)

    assert open_tasks(town, "ask_advocate_task") == []
    with town.session() as session:
        asked = session.scalars(select(AdvocateRequest.kind)).all()
        assert asked == ["reference", "case_study"]

    # after a year there is room again
    town.until(town.now + 366 * DAY)
    answer(town, survey="fourth", nps=10)
    assert len(open_tasks(town, "ask_advocate_task")) == 1
