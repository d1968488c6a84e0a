"""Admission: so many instances of a process start a day, whatever the door; the others wait."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import reads, store
from engine.properties.admission import Admission
from tests.engine.house import House

CALLS = "start -> user:Call -> end"
BY_MESSAGE = "start:Told(message=told; key== string(customer_id)) -> user:Call -> end"


def deploy(house: House, text: str, admit: str) -> None:
    house.deploy_with({"admit": admit}, text)


def states(house: House) -> list[str]:
    with store.reading(house.database) as connection:
        rows = connection.execute(select(store.instance.c.state).order_by(store.instance.c.key))
        return [row.state for row in rows]


def waiting(house: House) -> list[Any]:
    with store.reading(house.database) as connection:
        return [each.instance_key for each in reads.admissions(connection, "p")]


def test_starts_beyond_the_number_of_the_day_wait_and_the_best_goes_first(house: House) -> None:
    deploy(house, CALLS, "2 by value")
    first, second, low, high = (house.start(value=value).instance_key for value in (1, 2, 3, 9))

    assert states(house) == ["ACTIVE", "ACTIVE", "SUSPENDED", "SUSPENDED"]
    assert waiting(house) == [high, low]

    house.clock.advance(days=1)
    house.start(value=100)  # comes on the new day and takes one of its places
    house.engine.timers.fire_due()

    assert states(house) == ["ACTIVE", "ACTIVE", "SUSPENDED", "ACTIVE", "ACTIVE"]
    assert waiting(house) == [low]
    assert first < second


def test_who_waited_too_long_is_not_started_any_more(house: House) -> None:
    deploy(house, CALLS, "1 within P2D")
    house.start()
    late = house.start().instance_key

    house.clock.advance(days=2)
    house.start()  # takes the place of the day
    house.engine.timers.fire_due()

    with store.reading(house.database) as connection:
        assert reads.instance(connection, late).state == "TERMINATED"
        assert "not admitted in time" in [s.command for s in reads.history(connection, late)]
    assert waiting(house) == []


def test_the_number_is_a_policy_value_that_may_change(house: House) -> None:
    numbers = {"calls.per_day": 1}
    house.engine.policy_number = lambda _, key: numbers.get(key)
    deploy(house, CALLS, "policy calls.per_day")
    house.start()
    house.start()
    assert states(house) == ["ACTIVE", "SUSPENDED"]

    numbers["calls.per_day"] = 2
    house.engine.timers.fire_due()

    assert states(house) == ["ACTIVE", "ACTIVE"]


def test_without_such_a_policy_value_as_many_start_as_come(house: House) -> None:
    deploy(house, CALLS, "policy nobody.set.it")

    for _ in range(3):
        house.start()

    assert states(house) == ["ACTIVE"] * 3


def test_messages_and_timers_pass_the_same_door(house: House) -> None:
    deploy(house, BY_MESSAGE, "1")

    for number in range(3):
        house.engine.messages.publish("told", str(number), {"customer_id": number})

    assert states(house) == ["ACTIVE", "SUSPENDED", "SUSPENDED"]


def test_what_an_instance_calls_is_not_counted_and_waits_with_it(house: House) -> None:
    house.deploy("start -> user:Do -> end", "child")
    deploy(house, "start -> call:Sub(process=child) -> end", "1")

    house.start()
    house.start()

    with store.reading(house.database) as connection:
        rows = connection.execute(
            select(store.instance.c.process_id, store.instance.c.state).order_by(
                store.instance.c.process_id.desc(), store.instance.c.key
            )
        ).all()
    assert [tuple(row) for row in rows] == [
        ("p", "ACTIVE"),
        ("p", "SUSPENDED"),
        ("child", "ACTIVE"),
        ("child", "SUSPENDED"),
    ]


def test_whom_an_operator_resumes_is_admitted(house: House) -> None:
    deploy(house, CALLS, "1")
    house.start()
    second = house.start().instance_key

    house.engine.by("olga").instances.resume(second)
    house.engine.timers.fire_due()

    assert states(house) == ["ACTIVE", "ACTIVE"]
    assert waiting(house) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("20", Admission(20, "", "", "P30D")),
        ("policy a.b by value + 1 within P2D", Admission(None, "a.b", "value + 1", "P2D")),
    ],
)
def test_how_it_is_written(text: str, read: Admission) -> None:
    assert Admission.parse(text) == read


@pytest.mark.parametrize("text", ["many", "20 by )", "20 within 3", "policy by value"])
def test_what_is_unclear_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has words of its own
        Admission.parse(text)
