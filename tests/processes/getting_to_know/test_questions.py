"""3.1 Questions: one in a contact, with its benefit, never again when refused."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine import reads, store
from tasks.declare.trigger import install
from tasks.expectations.records import Expectation
from tasks.installed import SUBJECTS
from tasks.profiles.records import AskedQuestion, InfoNeed, ProfileFact
from tasks.surveys.records import Survey
from tests.processes.getting_to_know.conftest import check, expects, open_tasks, score, talk
from tests.support.crm import DAY
from tests.support.town import Town


def placed(town: Town) -> list[str]:
    """Return the fields that the first customer was asked for, in order."""
    query = select(AskedQuestion.field).where(AskedQuestion.customer_id == 1)
    with town.session() as session:
        return list(session.scalars(query.order_by(AskedQuestion.id)))


def question_of(town: Town, task: Any) -> Any:
    """Return the question that the form of a task shows."""
    with store.reading(town.database) as connection:
        found = reads.variables(connection, task.instance_key)
    return next(each.value for each in found if each.name == "question")


def test_r09_one_question_in_one_contact_with_its_benefit_stated(town: Town) -> None:
    # given a customer of whom nothing is known, and an expectation that has expired
    score(town, 1, "A")
    expects(town, "A fixed driver", days=10)
    town.until(town.now + 40 * DAY)

    # when the owner is to talk with him
    check(town)

    # then the talk has one question, the most important one, and says what it is good for
    [task] = open_tasks(town, "health_talk")
    assert question_of(town, task) == {
        "field": "expectation",
        "question": "What do you expect of us above all?",
        "benefit_statement": "We work by it, and tell you where we cannot keep it.",
    }
    assert placed(town) == ["expectation"]

    # its answer is kept with source and date, and holds for half a year
    talk(town, question_answer="A driver who calls before he comes")
    with town.session() as session:
        fact = session.scalars(select(ProfileFact)).one()
        newest = session.scalars(select(Expectation).order_by(Expectation.id.desc())).first()
        assert (fact.field, fact.source) == ("expectation", "health check")
        assert newest is not None
        assert newest.text == "A driver who calls before he comes"
        assert newest.valid_until == (town.now + 180 * DAY).date()

    # and for thirty days nothing else is asked
    planned = {"customer_id": 1, "reply_to": "survey", "began_by_customer": False}
    town.publish("conversation.planned", "1", **planned)
    assert placed(town) == ["expectation"]
    town.until(town.now + 31 * DAY)
    town.publish("conversation.planned", "1", **planned)
    assert placed(town) == ["expectation", "preferred_channel"]


def test_what_was_refused_is_never_asked_again(town: Town) -> None:
    score(town, 1, "A")
    check(town)
    [task] = open_tasks(town, "health_talk")
    field = question_of(town, task)["field"]
    talk(town, question_refused=True, expectations_changed=False)

    for _ in range(4):
        town.until(town.now + 31 * DAY)
        planned = {"customer_id": 1, "reply_to": "survey", "began_by_customer": False}
        town.publish("conversation.planned", "1", **planned)

    assert placed(town).count(field) == 1


def test_r08_a_question_or_survey_without_its_benefit_is_not_kept(town: Town) -> None:
    with store.writing(town.database) as connection:
        install(connection, SUBJECTS.triggers)
    without = InfoNeed(field="shoe_size", question="Which size?", benefit_statement=" ")
    without.used_in, without.retention_months, without.created_at = ["D-14"], 12, town.now
    survey = Survey(name="idle", kind="poll", benefit_statement="", created_at=town.now)

    for made in (without, survey):
        with town.session() as session:
            session.add(made)
            with pytest.raises(IntegrityError):
                session.flush()


def test_the_data_steward_changes_the_questions_and_takes_out_what_nothing_uses(
    town: Town,
) -> None:
    town.start("question_review", "leo")
    kept = {
        "field": "expectation", "question": "What matters most to you?",
        "benefit_statement": "We work by it.", "used_in": "D-11", "retention_months": 12,
    }  # fmt: skip

    town.complete("approve_questions", "leo", questions=[kept])

    with town.session() as session:
        active = session.scalars(select(InfoNeed).where(InfoNeed.active)).one()
        assert (active.question, active.used_in) == ("What matters most to you?", ["D-11"])
