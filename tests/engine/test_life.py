"""The life of an instance: started many at once, asleep, changed from outside, remembered."""

import pytest
from sqlalchemy import update

from engine import reads, store
from engine.errors import AlreadyExists, Conflict, TooLate
from engine.model import StartRequest
from tests.engine.house import House

TASK = "start -> user:A -> service:Greet(type=shop.greet) -> end"


def test_a_business_key_is_unique_on_request(house: House) -> None:
    house.deploy(TASK)
    house.engine.instances.start(StartRequest("p", business_key="b-1", unique_business_key=True))

    with pytest.raises(AlreadyExists):
        house.engine.instances.start(
            StartRequest("p", business_key="b-1", unique_business_key=True)
        )
    house.engine.instances.start(StartRequest("p", business_key="b-1"))


def test_many_instances_start_at_once_and_the_repeat_changes_nothing(house: House) -> None:
    house.deploy(TASK)
    items = [(f"c-{number}", {"customer": str(number)}) for number in range(120)]

    keys = house.engine.by("alice").instances.start_many("p", items)
    again = house.engine.by("alice").instances.start_many("p", items)

    assert len(set(keys)) == 120
    assert again == keys
    assert house.look(keys[7]).business_key == "c-7"


def test_a_suspended_instance_moves_for_nobody(house: House) -> None:
    house.deploy("start -> user:A -> end\nboundary:Late(on=A; timer=PT1H) -> end:Over")
    instance = house.start()
    house.engine.by("alice").instances.suspend(instance.instance_key)
    house.clock.advance(hours=2)

    assert house.engine.timers.fire_due() == 0
    with pytest.raises(Conflict, match="suspended"):
        house.do(instance, "A")

    house.engine.by("alice").instances.resume(instance.instance_key)
    assert house.engine.timers.fire_due() == 1
    assert house.state(instance) == "COMPLETED"


def test_variables_change_from_outside_and_in_their_own_scope(house: House) -> None:
    house.deploy("start -> user:A(in.note==text) -> end")
    instance = house.start(text="one")
    element = house.waits(instance)["A"].element_instance_key

    house.engine.by("alice").instances.set_variables(element, {"note": "mine"}, local=True)
    house.engine.by("alice").instances.set_variables(instance.instance_key, {"text": "two"})

    with store.reading(house.database) as connection:
        seen = reads.task_sees(connection, house.task(instance, "A"))
    assert seen == {"text": "two", "note": "mine"}


def test_awaiting_the_end_gives_the_variables_or_gives_up(house: House) -> None:
    house.deploy(TASK)
    instance = house.start(customer="Ann")
    with pytest.raises(TooLate):
        house.engine.instances.await_end(instance.instance_key, 0.01)

    house.do(instance, "A")
    house.run()

    assert house.engine.instances.await_end(instance.instance_key, 1)["greeting"] == "Hello Ann"


def test_the_history_says_who_did_what_and_a_changed_row_is_found(house: House) -> None:
    house.deploy(TASK)
    instance = house.start(customer="Ann")
    house.engine.by("bob").tasks.claim(house.task(instance, "A"))
    house.do(instance, "A", by="bob", note="hi")
    house.run()

    key = instance.instance_key
    with store.reading(house.database) as connection:
        steps = reads.history(connection, key)
        assert reads.verify(connection, key) is None
    told = [(step.actor, step.command) for step in steps]
    assert told == [
        ("alice", "start"),
        ("bob", "claim task"),
        ("bob", "complete task"),
        ("shop.greet", "finish job"),
    ]
    assert steps[2].values == [(key, "note", "hi")]

    with store.writing(house.database) as connection:
        connection.execute(
            update(store.history).where(store.history.c.seq == 2).values(actor="mallory")
        )
        assert reads.verify(connection, key) == 2


def test_erasing_the_values_keeps_the_proof(house: House) -> None:
    house.deploy(TASK)
    instance = house.start(customer="Ann")
    house.do(instance, "A", by="bob", note="hi")
    house.run()
    key = instance.instance_key

    house.engine.by("alice").privacy.erase(store.instance.c.key == key)

    with store.reading(house.database) as connection:
        assert reads.verify(connection, key) is None
        assert reads.history(connection, key)[0].values == []


def test_values_that_vanish_without_a_word_are_noticed(house: House) -> None:
    house.deploy(TASK)
    key = house.start(customer="Ann").instance_key

    with store.writing(house.database) as connection:
        connection.execute(update(store.history).values(payload=None))
        assert reads.verify(connection, key) == 1


def test_what_an_instance_called_sleeps_and_wakes_with_it(house: House) -> None:
    house.deploy("start -> user:Inner -> end", "child")
    house.deploy("start -> call:Gate(process=child; propagate=true) -> user:After -> end")
    parent = house.start()
    with store.reading(house.database) as connection:
        [child] = reads.children(connection, parent.instance_key)

    house.engine.by("alice").instances.suspend(parent.instance_key)
    with pytest.raises(Conflict, match="suspended"):
        house.do(child.key, "Inner")
    with pytest.raises(Conflict, match="resume that one"):
        house.engine.instances.resume(child.key)

    house.engine.by("alice").instances.resume(parent.instance_key)
    house.do(child.key, "Inner", answer=42)
    assert list(house.waits(parent)) == ["After"]
    assert house.variables(parent) == {"answer": 42}


def test_a_called_instance_may_sleep_alone(house: House) -> None:
    house.deploy("start -> user:Inner -> end", "child")
    house.deploy("start -> call:Gate(process=child) -> end")
    parent = house.start()
    with store.reading(house.database) as connection:
        [child] = reads.children(connection, parent.instance_key)

    house.engine.instances.suspend(child.key)
    assert house.state(parent) == "ACTIVE"
    house.engine.instances.resume(child.key)
    house.do(child.key, "Inner")
    assert house.state(parent) == "COMPLETED"
