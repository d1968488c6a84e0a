"""When a condition holds for many at once people get what they can do in a day, the best first."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine import reads, store
from tasks.policy.records import PolicyValue
from tests.support.town import Town

PER_DAY = 2
WORTH = {1: 500, 2: 400, 3: 100, 4: 9_000, 5: 3_000}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    found = Town(f"sqlite:///{tmp_path / 'town.db'}", people=5, folders=("shared", "win_back"))
    with found.session() as session:
        key = PolicyValue.key == "lapse.asked_per_day"
        session.execute(update(PolicyValue).where(key).values(value=PER_DAY))
        session.commit()
    yield found
    assert found.incidents() == []
    found.database.dispose()


def silent(town: Town, customer_id: int) -> None:
    """Tell of a customer who fell silent, as the night does."""
    event = {"type": "customer.silent", "payload": {"worth": WORTH[customer_id]}}
    variables = {"customer_id": customer_id, "event": event}
    town.engine.messages.publish("customer.silent", str(customer_id), variables)
    town.play()


def waiting(town: Town) -> list[str]:
    """The customers on the list of the process, in its order."""
    with store.reading(town.database) as connection:
        keys = [each.instance_key for each in reads.admissions(connection, "lapse_reason")]
    about = of_process(town)
    return [about[key][0] for key in keys]


def at_work(town: Town) -> set[str]:
    return {customer for customer, state in of_process(town).values() if state != "SUSPENDED"}


def of_process(town: Town) -> dict[int, tuple[str, str]]:
    column = store.instance.c
    query = select(column.key, column.customer, column.state)
    with store.reading(town.database) as connection:
        found = connection.execute(query.where(column.process_id == "lapse_reason"))
        return {key: (customer, state) for key, customer, state in found}


def test_many_fall_silent_in_one_night_and_are_asked_by_worth_within_the_capacity_of_a_day(
    town: Town,
) -> None:
    for customer_id in WORTH:
        silent(town, customer_id)

    # then as many as a day allows are at work, and the list says who waits, the best first
    assert at_work(town) == {"1", "2"}
    assert waiting(town) == ["4", "5", "3"]

    # and on the next day the most valuable of them follow
    town.until(town.now + timedelta(days=1))
    assert at_work(town) == {"1", "2", "4", "5"}
    assert waiting(town) == ["3"]

    town.until(town.now + timedelta(days=1))
    assert (at_work(town), waiting(town)) == ({"1", "2", "3", "4", "5"}, [])


def test_who_says_goodbye_in_words_goes_before_everybody_who_is_silent(town: Town) -> None:
    for customer_id in (1, 2, 4):
        silent(town, customer_id)
    event = {"type": "contract.cancelled", "payload": {}}
    variables = {"customer_id": 3, "event": event}
    town.engine.messages.publish("contract.cancelled", "3", variables)
    town.play()

    assert waiting(town) == ["3", "4"]


def test_a_night_with_fewer_than_the_capacity_makes_nobody_wait(town: Town) -> None:
    for customer_id in (1, 2):
        silent(town, customer_id)

    assert (at_work(town), waiting(town)) == ({"1", "2"}, [])
