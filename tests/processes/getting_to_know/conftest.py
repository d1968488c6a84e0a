"""What the stories of getting to know share: a town that is asked and answers."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import store
from tasks.expectations.records import Expectation
from tasks.promises.records import Promise
from tasks.scores.records import CustomerScore
from tasks.surveys.records import SurveyAnswer
from tests.support.crm import DAY
from tests.support.http_town import HttpTown, http_town
from tests.support.town import Town

FOLDERS = ("shared", "getting_to_know")


ALLOWS = tuple(("email", each) for each in ("survey", "service_recovery", "relationship"))


@pytest.fixture
def town() -> Iterator[HttpTown]:
    # The stories state the tiers of their customers: no night works out others.
    with http_town(FOLDERS, people=2, allows=ALLOWS, without=("nightly_scoring",)) as found:
        yield found
        assert found.incidents() == []


def score(town: Town, customer_id: int, tier: str) -> None:
    """Give a customer a value tier, as the nightly scoring does."""
    with town.session() as session:
        session.add(
            CustomerScore(
                customer_id=customer_id, as_of=town.now, r=5, f=5, m=5, segment="champions",
                tier=tier, orders=9, spent=90_000, margin_12m=40_000,
            )
        )  # fmt: skip
        session.commit()


def answer(town: Town, customer_id: int = 1, survey: str = "relationship", **given: Any) -> None:
    """Let another system tell what a customer answered."""
    with town.session() as session:
        number = len(session.scalars(select(SurveyAnswer.id)).all())
    town.happens("survey.answered", customer_id, {"survey_id": survey, "answers": given}, number)


def open_tasks(town: Town, element_id: str) -> list[Any]:
    """Return the open tasks of an element."""
    task = store.user_task.c
    query = select(task).where(task.element_id == element_id, task.ended_at.is_(None))
    with store.reading(town.database) as connection:
        return list(connection.execute(query))


def reached(town: Town, element_id: str) -> int:
    """Return how often instances came to an element."""
    column = store.element_instance.c
    query = select(func.count()).where(column.element_id == element_id)
    with store.reading(town.database) as connection:
        return connection.scalar(query) or 0


def promise(town: Town, due: int, customer_id: int = 1, by: str = "hugo") -> int:
    """Promise something to a customer, due in some days."""
    with town.session() as session:
        made = Promise(
            customer_id=customer_id, made_by=by, text="A second driver",
            due=(town.now + due * DAY).date(), created_at=town.now,
        )  # fmt: skip
        session.add(made)
        session.commit()
        return made.id


def expects(town: Town, text: str, *, source: str = "asked", days: int | None = None) -> None:
    """Note an expectation of the first customer; it holds for some days."""
    with town.session() as session:
        made = Expectation(customer_id=1, text=text, source=source, created_at=town.now)
        made.valid_until = None if days is None else (town.now + days * DAY).date()
        made.asked_at = town.now if source == "asked" else None
        session.add(made)
        session.commit()


def talk(town: Town, **said: Any) -> None:
    """Let the owner talk with the customer, and keep what was said."""
    given = {"reached": True, "how_are_we_doing": 8, "agreed_next": "Nothing to change"}
    town.complete("health_talk", "hugo", **(given | {"expectations_changed": False} | said))


def check(town: Town) -> None:
    """Begin the health check of the first customer, as after the first 90 days."""
    town.publish("customer.known", "1", customer_id=1)
    town.later(minutes=6)
