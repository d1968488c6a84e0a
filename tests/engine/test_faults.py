"""A fault at every database call in turn: all is rolled back, and the repeat succeeds."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from engine import store
from engine.errors import Unavailable
from engine.model import Resource
from tests.engine.house import House
from tests.support.bpmn import resource

DRAWING = """
start -> user:A(groups=all) -> and:Split
Split -> service:Job(type=print) -> and:Join
Split -> catch:Paid(message=payment; key==order) -> Join
Split -> call:Child(process=child) -> Join
Join -> end
boundary:Late(on=A; cycle=R3/PT1H; keep) -> user:Reminded -> end:Told
"""
CHILD = "start -> user:Inner -> end"
FORM = b'{"id": "f", "type": "default", "components": []}'
DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="n"><decision id="one" name="one"><literalExpression><text>1</text>
  </literalExpression></decision></definitions>"""


class Fault(OperationalError):
    """The database goes away in the middle."""

    def __init__(self) -> None:
        super().__init__("", {}, Exception("gone"))


@contextmanager
def fault_at(house: House, number: int) -> Iterator[list[int]]:
    """Let call number `number` fail: a statement or the commit."""
    calls = [0]

    def count(*_: Any) -> None:
        calls[0] += 1
        if calls[0] == number:
            raise Fault

    event.listen(house.database, "before_cursor_execute", count)
    event.listen(house.database, "commit", count)
    try:
        yield calls
    finally:
        event.remove(house.database, "before_cursor_execute", count)
        event.remove(house.database, "commit", count)


def picture(house: House) -> dict[str, Any]:
    """Everything that is stored, but for the keys that were handed out."""
    with store.reading(house.database) as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in store.metadata.sorted_tables
            if table is not store.key_block
        }


def start(house: House) -> Callable[[], Any]:
    return lambda: house.start(order="o-1")


def claim(house: House) -> Callable[[], Any]:
    task = house.task(house.start(order="o-1"), "A")
    return lambda: house.engine.by("bob").tasks.claim(task)


def complete(house: House) -> Callable[[], Any]:
    task = house.task(house.start(order="o-1"), "A")
    return lambda: house.engine.by("bob").tasks.complete(task, {"x": 1})


def correlate(house: House) -> Callable[[], Any]:
    house.do(house.start(order="o-1"), "A")
    return lambda: house.engine.messages.correlate("payment", "o-1", {"paid": True})


def publish(house: House) -> Callable[[], Any]:
    return lambda: house.engine.messages.publish(
        "payment", "o-9", {"x": 1}, ttl_ms=1_000, message_id="m"
    )


def fire(house: House) -> Callable[[], Any]:
    timer = house.waits(house.start(order="o-1"))["Late"].key
    return lambda: house.engine.timers.fire(timer)


def finish_job(house: House) -> Callable[[], Any]:
    instance = house.start(order="o-1")
    house.do(instance, "A")
    job = house.waits(instance)["Job"].key
    return lambda: house.engine.jobs.finish(job, {"printed": True})


def cancel(house: House) -> Callable[[], Any]:
    instance = house.start(order="o-1")
    house.do(instance, "A")
    return lambda: house.engine.instances.cancel(instance.instance_key)


def deploy(house: House) -> Callable[[], Any]:
    files = [resource("start -> user:New -> end", "q"), Resource("f.form", FORM)]
    return lambda: house.engine.by("alice").definitions.deploy([*files, Resource("d.dmn", DMN)])


VERBS = [start, claim, complete, correlate, publish, fire, finish_job, cancel, deploy]


@pytest.mark.parametrize("prepare", VERBS, ids=lambda verb: verb.__name__)
def test_a_fault_at_any_call_changes_nothing(
    house: House, prepare: Callable[[House], Callable[[], Any]]
) -> None:
    house.deploy(CHILD, "child")
    house.deploy(DRAWING)
    verb = prepare(house)
    before = picture(house)

    number, covered = 0, 0
    while True:
        number += 1
        with fault_at(house, number) as calls:
            try:
                verb()
            except Unavailable:
                covered += 1
            else:
                break
        assert picture(house) == before, f"call {number} left something behind"
        assert calls[0] >= number

    sys.stdout.write(f"{prepare.__name__}: {covered} calls covered\n")
    assert covered >= 3  # a look, what is written, the commit
    assert picture(house) != before, "without a fault the same request succeeds"
