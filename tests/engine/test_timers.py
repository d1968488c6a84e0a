"""The clock: due instants, reminders that repeat, processes that start by themselves."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine import reads, store
from engine.errors import Invalid, NotFound
from tests.engine.house import House
from tests.support.bpmn import resource

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

    assert house.engine.timers.fire_due() == 0
    house.clock.advance(minutes=5)
    assert house.engine.timers.fire_due() == 1

    assert house.state(instance) == "COMPLETED"
    with pytest.raises(NotFound):
        house.engine.timers.fire(timer)


def test_completing_the_task_stops_its_timers(house: House) -> None:
    house.deploy(REMINDED)
    instance = house.start(customer="Ann")
    house.do(instance, "Call")

    house.clock.advance(days=2)

    assert house.engine.timers.fire_due() == 0
    assert house.state(instance) == "COMPLETED"


def test_a_process_starts_by_the_clock_and_the_newest_version_takes_over(house: House) -> None:
    house.deploy("start:Daily(cycle=R/PT24H) -> user:Count -> end")
    for _ in range(2):
        house.clock.advance(hours=24)
        assert house.engine.timers.fire_due() == 1
    house.deploy("start:Daily(cycle=R/PT12H) -> user:Weigh -> end")
    house.clock.advance(hours=12)
    assert house.engine.timers.fire_due() == 1

    with store.reading(house.database) as connection:
        running = reads.instances(connection, process_id="p").items
    assert [item.version for item in running] == [2, 1, 1]


def test_processes_live_in_the_zone_of_the_house_or_in_their_own(house: House) -> None:
    house.engine.zone = "Asia/Tehran"
    house.deploy("start -> catch:Wait(date=2026-07-01T09:00:00) -> end")
    assert house.waits(house.start())["Wait"].due_at == datetime(2026, 7, 1, 5, 30, tzinfo=UTC)

    own = '<zeebe:properties><zeebe:property name="timeZone" value="Europe/Vilnius"/>'
    drawn = resource(
        "start -> call:Inner(process=p) -> end\nstart:Daily(cycle=0 0 9 * * *) -> end:E",
        "outer",
        own + "</zeebe:properties>",
    )
    house.engine.by("alice").definitions.deploy([drawn])
    with store.reading(house.database) as connection:
        start = connection.execute(select(store.timer).where(store.timer.c.process_id == "outer"))
        assert start.one().due_at.hour in (6, 7), "nine o'clock in Vilnius"
    outer = house.start("outer")
    with store.reading(house.database) as connection:
        [child] = reads.children(connection, outer.instance_key)
    assert house.waits(child.key)["Wait"].due_at == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)


def test_a_form_takes_today_for_the_day_it_is_in_the_zone_of_the_process(house: House) -> None:
    field = '{"type": "datetime", "key": "day", "subtype": "date", "disallowPassedDates": true}'
    form = f'<zeebe:userTaskForm id="f">{{"components": [{field}]}}</zeebe:userTaskForm>'
    zone = '<zeebe:properties><zeebe:property name="timeZone" value="Asia/Tehran"/>'
    drawn = "start -> user:Ask(form_key=camunda-forms:bpmn:f) -> end"
    house.engine.definitions.deploy(
        [resource(drawn, attributes=form + zone + "</zeebe:properties>")]
    )
    house.clock.now = datetime(2026, 3, 20, 21, 0, tzinfo=UTC)  # half past midnight there
    instance = house.start()

    with pytest.raises(Invalid) as refused:
        house.do(instance, "Ask", day="2026-03-20")
    assert [problem.element for problem in refused.value.problems] == ["day"]
    house.do(instance, "Ask", day="2026-03-21")
    assert house.state(instance) == "COMPLETED"
