"""The clock: due instants, reminders that repeat, processes that start by themselves."""

import pytest

from engine import queries, store
from engine.errors import NotFound
from tests.engine.house import House

REMINDED = """
start -> user:Call -> end
boundary:Remind(on=Call; cycle=R2/PT1H; keep) -> service:Note(type=shop.greet) -> end:Noted
boundary:Escalate(on=Call; timer=P1D) -> user:Boss -> end:Done
"""


def test_a_reminder_repeats_and_an_escalation_takes_over(house: House) -> None:
    house.deploy(REMINDED)
    instance = house.start(customer="Ann")

    house.run()
    assert house.calls == []
    for _ in range(3):
        house.clock.advance(hours=1)
        house.run()
    assert len(house.calls) == 2, "twice, as the drawing says"

    house.clock.advance(days=1)
    house.run()
    assert list(house.waits(instance)) == ["Boss"]


def test_a_timer_fires_once(house: House) -> None:
    house.deploy("start -> catch:Wait(timer=PT5M) -> end")
    instance = house.start()
    timer = house.waits(instance)["Wait"].key

    assert house.engine.fire_due() == 0
    house.clock.advance(minutes=5)
    assert house.engine.fire_due() == 1

    assert house.state(instance) == "COMPLETED"
    with pytest.raises(NotFound):
        house.engine.fire(timer)


def test_completing_the_task_stops_its_timers(house: House) -> None:
    house.deploy(REMINDED)
    instance = house.start(customer="Ann")
    house.do(instance, "Call")

    house.clock.advance(days=2)

    assert house.engine.fire_due() == 0
    assert house.state(instance) == "COMPLETED"


def test_a_process_starts_by_the_clock_and_the_newest_version_takes_over(house: House) -> None:
    house.deploy("start:Daily(cycle=R/PT24H) -> user:Count -> end")
    for _ in range(2):
        house.clock.advance(hours=24)
        assert house.engine.fire_due() == 1
    house.deploy("start:Daily(cycle=R/PT12H) -> user:Weigh -> end")
    house.clock.advance(hours=12)
    assert house.engine.fire_due() == 1

    with store.reading(house.database) as connection:
        running = queries.instances(connection, process_id="p").items
    assert [item.version for item in running] == [2, 1, 1]
