"""What cannot move is put aside with an incident; everything else goes on."""

import json
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from engine import reads, runtime, store
from engine.errors import Conflict, EngineError
from engine.reads import Incident
from tests.engine.house import House

TASK = "start -> user:A -> end"
_instance = store.instance.c


def damage(house: House, instance: Any) -> str:
    """Turn a bit in a stored state; gives the state as it was."""
    with store.writing(house.database) as connection:
        of_it = _instance.key == instance.instance_key
        whole = connection.execute(store.instance.select().where(of_it)).one().data
        broken = whole.replace("ACTIVE", "ACTIVF").replace('"v":1', '"v":3')
        connection.execute(update(store.instance).where(of_it).values(data=broken))
    return str(whole)


def repair(house: House, instance: Any, whole: str) -> None:
    of_it = _instance.key == instance.instance_key
    with store.writing(house.database) as connection:
        connection.execute(update(store.instance).where(of_it).values(data=whole))


def incidents(house: House) -> list[Incident]:
    with store.reading(house.database) as connection:
        return list(reads.incidents(connection).items)


def test_a_damaged_instance_is_put_aside_and_comes_back_when_it_is_whole(house: House) -> None:
    house.deploy(TASK)
    instance = house.start()
    whole = damage(house, instance)

    with pytest.raises(Conflict, match="damaged"):
        house.do(instance, "A")

    [found] = incidents(house)
    assert "checksum" in found.message
    assert (house.state(instance), house.look(instance).incidents) == ("SUSPENDED", 1)
    with pytest.raises(Conflict, match="damaged"):
        house.engine.incidents.resolve(found.key)

    repair(house, instance, whole)
    house.engine.by("alice").incidents.resolve(found.key)
    house.do(instance, "A")
    assert house.state(instance) == "COMPLETED"
    with store.reading(house.database) as connection:
        told = [step.command for step in reads.history(connection, instance.instance_key)]
        assert reads.verify(connection, instance.instance_key) is None
    assert told == ["start", "quarantine", "resolve incident", "complete task"]


def test_one_damaged_instance_keeps_nothing_from_the_others(house: House) -> None:
    house.deploy("start -> catch:Heard(signal=alarm) -> end")
    house.deploy("start -> catch:Paid(message=paid; key==order) -> end", "m")
    house.deploy("start -> service:Print(type=print) -> end", "j")
    house.deploy("start -> catch:Later(timer=PT1H) -> end", "t")
    house.deploy("start -> service:Greet(type=shop.greet) -> end", "s")
    good, bad = [], []
    for process_id in ("p", "j", "t", "s"):
        bad.append(house.start(process_id, customer="Ann"))
        good.append(house.start(process_id, customer="Ann"))
    bad.append(house.start("m", order="o-1"))
    for each in bad:
        damage(house, each)

    house.engine.signals.broadcast("alarm")
    house.engine.messages.publish("paid", "o-1")
    jobs = house.engine.by("w").jobs.activate("print", 10, 60_000)
    house.clock.advance(hours=2)
    house.run()

    assert [job["instance_key"] for job in jobs] == [good[1].instance_key]
    assert [house.state(good[n]) for n in (0, 2, 3)] == ["COMPLETED"] * 3
    assert [house.state(each) for each in bad] == ["SUSPENDED"] * 5
    assert len(incidents(house)) == 5


def test_a_damaged_instance_can_be_cancelled_with_what_it_called(house: House) -> None:
    house.deploy("start -> user:Inner -> end", "child")
    house.deploy(
        "start -> and:Both\nBoth -> call:Gate(process=child) -> end\nBoth -> user:A -> end:Two"
    )
    parent = house.start()
    with store.reading(house.database) as connection:
        [child] = reads.children(connection, parent.instance_key)
    damage(house, parent)
    with pytest.raises(Conflict):
        house.do(parent, "A")

    house.engine.by("alice").instances.cancel(parent.instance_key)

    assert [house.state(each) for each in (parent, child.key)] == ["TERMINATED", "TERMINATED"]
    assert (house.waits(parent), incidents(house)) == ({}, [])
    with store.reading(house.database) as connection:
        assert reads.verify(connection, parent.instance_key) is None
        elements = reads.elements(connection, parent.instance_key)
    assert "ACTIVE" not in {element.state for element in elements}


def test_an_instance_that_waits_for_nothing_is_found_and_reported_once(house: House) -> None:
    house.deploy(TASK)
    instance, healthy = house.start(), house.start()
    with store.writing(house.database) as connection:  # a fault of ours: its task is lost
        of_it = store.user_task.c.instance_key == instance.instance_key
        connection.execute(store.user_task.delete().where(of_it))
        assert reads.stuck(connection) == [instance.instance_key]

    house.engine.incidents.report_stuck(instance.instance_key)
    with store.reading(house.database) as connection:
        assert reads.stuck(connection) == []

    [found] = incidents(house)
    assert (found.instance_key, found.element_id) == (instance.instance_key, "p")
    back = [{"sourceElementId": "A", "targetElementId": "A"}]
    house.engine.by("alice").instances.modify(instance.instance_key, move=back)
    house.engine.by("alice").incidents.resolve(found.key)
    house.do(instance, "A")
    assert house.state(instance) == "COMPLETED"
    assert house.state(healthy) == "ACTIVE"
    house.engine.incidents.report_stuck(healthy.instance_key)
    assert incidents(house) == []


WAITS = {
    "a task": ("start -> user:A -> end", "pv_user_task", "A"),
    "a job": ("start -> service:A(type=print) -> end", "pv_job", "A"),
    "a job of ours": ("start -> service:A(type=shop.greet) -> end", "pv_job", "A"),
    "a listener": ("start -> task:A(on_start=print) -> end", "pv_job", "A"),
    "a task listener": ("start -> user:A(task_creating=print) -> end", "pv_job", "A"),
    "a timer": ("start -> catch:A(timer=PT1H) -> end", "pv_timer", "A"),
    "a reminder": (
        "start -> user:A -> end\nboundary:Late(on=A; cycle=R/PT1H; keep) -> task:T -> end:E",
        "pv_timer",
        "Late",
    ),
    "a first event": (
        "start -> event:First\nFirst -> catch:A(timer=PT1H) -> end\n"
        "First -> catch:B(signal=s) -> end:E",
        "pv_timer",
        "A",
    ),
    "a message": ("start -> catch:A(message=m; key==1) -> end", "pv_subscription", "A"),
    "a signal": ("start -> catch:A(signal=s) -> end", "pv_subscription", "A"),
    "a condition": ("start -> catch:A(condition== x = 1) -> end", "pv_subscription", "A"),
    "an incident": ("start -> user:A(assignee== 1) -> end", "pv_incident", "A"),
    "one of many": (
        "start -> user:A(each== for i in 1..120 return i; item=i) -> end",
        "pv_user_task",
        "A",
    ),
}


@pytest.mark.parametrize("what", sorted(WAITS))
def test_what_is_lost_behind_its_back_is_an_incident_and_asked_for_anew(
    house: House, what: str
) -> None:
    drawing, name, element_id = WAITS[what]
    house.deploy("start -> user:Calm -> end", "other")
    house.start("other")
    house.deploy(f"start:S -> and:Both -> user:Beside -> end:F\nBoth -> {drawing[9:]}")
    instance = house.start(customer="Ann", x=0)
    assert house.worker.report_missing_waits() == 0
    before = wanted(house, name, element_id)
    table = store.metadata.tables[name]
    with store.writing(house.database) as connection:
        connection.execute(delete(table).where(table.c.key == before[0]))

    assert house.worker.report_missing_waits() == 1
    assert house.worker.report_missing_waits() == 0, "told once"

    [found] = [each for each in incidents(house) if "is lost" in each.message]
    assert (found.instance_key, found.element_id) == (
        instance.instance_key,
        "A" if what != "a first event" else "First",
    )
    house.engine.by("alice").incidents.resolve(found.key)
    after = wanted(house, name, element_id)
    assert len(after) == len(before)
    assert before[0] not in after
    assert house.worker.report_missing_waits() == 0
    with store.reading(house.database) as connection:
        assert reads.verify(connection, instance.instance_key) is None


def test_a_child_that_is_lost_is_called_again(house: House) -> None:
    house.deploy("start -> user:Inner -> end", "child")
    house.deploy("start -> call:Gate(process=child) -> end")
    parent = house.start()
    with store.writing(house.database) as connection:
        [child] = reads.children(connection, parent.instance_key)
        connection.execute(delete(store.instance).where(_instance.key == child.key))

    assert house.worker.report_missing_waits() == 1
    [found] = incidents(house)
    house.engine.by("alice").incidents.resolve(found.key)

    with store.reading(house.database) as connection:
        [again] = reads.children(connection, parent.instance_key)
    house.do(again.key, "Inner")
    assert house.state(parent) == "COMPLETED"


def wanted(house: House, name: str, element_id: str) -> list[int]:
    """Keys of the open rows of an element."""
    table = store.metadata.tables[name]
    found = select(table.c.key).where(table.c.element_id == element_id).order_by(table.c.key)
    if name != "pv_timer":
        open_ = {"pv_job": "CREATED", "pv_incident": "ACTIVE"}.get(name, "CREATED")
        found = found.where(table.c.state == open_)
    with store.reading(house.database) as connection:
        return list(connection.execute(found).scalars())


def test_an_incident_of_ours_ends_with_its_instance(house: House) -> None:
    house.deploy("start -> catch:Later(timer=PT1H) -> end")
    instance = house.start()
    with store.writing(house.database) as connection:
        connection.execute(store.timer.delete())
    house.worker.report_missing_waits()

    house.engine.instances.cancel(instance.instance_key)

    assert (incidents(house), house.look(instance).incidents) == ([], 0)


def test_a_timer_that_cannot_fire_becomes_an_incident_and_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.deploy("start -> catch:Later(timer=PT1H) -> end")
    instance, other = house.start(), house.start()
    broken = runtime.resume

    def fault(definition: Any, state: dict[str, Any], *rest: Any, **more: Any) -> Any:
        if state["key"] == instance.instance_key:
            raise RuntimeError("a fault of ours")
        return broken(definition, state, *rest, **more)

    house.clock.advance(hours=2)
    with monkeypatch.context() as patched:
        patched.setattr(runtime, "resume", fault)
        for _ in range(5):
            house.engine.timers.fire_due()
            house.clock.advance(minutes=1)

    assert house.state(other) == "COMPLETED"
    [found] = incidents(house)
    assert (found.element_id, found.message) == ("Later", "The timer cannot fire: RuntimeError")
    house.engine.by("alice").incidents.resolve(found.key)
    house.engine.timers.fire_due()
    assert house.state(instance) == "COMPLETED"


def test_a_result_that_cannot_be_taken_is_an_incident_of_its_job(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.deploy("start -> service:Greet(type=shop.greet) -> end")
    instance = house.start(customer="Ann")

    def fault(*_: Any, **__: Any) -> Any:
        raise EngineError("it stands still")

    with monkeypatch.context() as patched:
        patched.setattr(runtime, "resume", fault)
        house.run()

    [found] = incidents(house)
    assert (found.element_id, found.error_type) == ("Greet", "JOB_NO_RETRIES")
    assert "it stands still" in found.message
    house.engine.by("alice").incidents.resolve(found.key)
    house.run()
    assert house.state(instance) == "COMPLETED"


def test_what_a_damaged_instance_called_waits_for_it(house: House) -> None:
    house.deploy("start -> user:Inner -> end", "child")
    house.deploy("start -> call:Gate(process=child; propagate=true) -> user:After -> end")
    parent = house.start()
    with store.reading(house.database) as connection:
        [child] = reads.children(connection, parent.instance_key)
    whole = damage(house, parent)

    with pytest.raises(Conflict, match="damaged"):
        house.do(child.key, "Inner")
    assert [house.state(each) for each in (parent, child.key)] == ["SUSPENDED", "SUSPENDED"]
    [found] = incidents(house)
    repair(house, parent, whole)
    house.engine.incidents.resolve(found.key)
    house.do(child.key, "Inner", answer=42)

    assert list(house.waits(parent)) == ["After"]


WIDE = "start -> user:Each(each== 1..n; item=i) -> end"


def damage_part(house: House, instance: Any) -> Any:
    """Turn a bit in a part of a wide state; gives the part as it was."""
    column = store.state_part.c
    with store.writing(house.database) as connection:
        of_it = column.instance_key == instance.instance_key
        part = connection.execute(store.state_part.select().where(of_it).limit(1)).one()
        one = of_it & (column.part == part.part)
        connection.execute(update(store.state_part).where(one).values(data=part.data[:-1]))
    return part


def tasks_of(house: House, part: Any) -> list[int]:
    with store.reading(house.database) as connection:
        keys = [int(key) for key in json.loads(part.data)["tokens"]]
        task = store.user_task.c
        inside = store.user_task.select().where(task.element_instance_key.in_(keys))
        return [row.key for row in connection.execute(inside)]


def test_a_damaged_part_of_a_wide_state_puts_the_instance_aside_too(house: House) -> None:
    house.deploy(WIDE)
    instance = house.start(n=150)
    part = damage_part(house, instance)
    [task, *_] = tasks_of(house, part)

    with pytest.raises(Conflict, match="damaged"):
        house.engine.tasks.complete(task, {})
    assert house.state(instance) == "SUSPENDED"
    [found] = incidents(house)
    with pytest.raises(Conflict, match="damaged"):
        house.engine.incidents.resolve(found.key)

    column = store.state_part.c
    one = (column.instance_key == part.instance_key) & (column.part == part.part)
    with store.writing(house.database) as connection:
        connection.execute(update(store.state_part).where(one).values(data=part.data))
    house.engine.incidents.resolve(found.key)
    house.engine.tasks.complete(task, {})
    assert house.state(instance) == "ACTIVE"


def test_a_damaged_part_keeps_nobody_from_cancelling_or_judging(house: House) -> None:
    house.deploy(WIDE)
    instance = house.start(n=150)
    damage_part(house, instance)

    [verdict] = house.engine.instances.check_migration(
        house.look(instance).definition_key, _instance.key == instance.instance_key
    )
    assert "damaged" in verdict.problems[0].message
    house.engine.by("alice").instances.cancel(instance.instance_key)

    assert house.state(instance) == "TERMINATED"
    assert house.waits(instance) == {}
    with store.reading(house.database) as connection:
        assert connection.execute(store.state_part.select()).all() == []
