"""One open instance per value, by whatever door it starts."""

import threading

import pytest
from sqlalchemy import func, select

from engine import reads, store
from engine.errors import AlreadyExists
from engine.model import Resource, StartRequest
from tests.engine.house import House
from tests.support.bpmn import resource

PROPERTY = (
    b'<bpmn:extensionElements><zeebe:properties><zeebe:property name="one_open_per"'
    b' value="= customer_id"/></zeebe:properties></bpmn:extensionElements>'
)


def one_per(drawing: str, process_id: str = "p") -> Resource:
    found = resource(drawing, process_id)
    head, _, rest = found.content.partition(b"<bpmn:process ")
    opening, _, body = rest.partition(b">")
    return Resource(found.name, head + b"<bpmn:process " + opening + b">" + PROPERTY + body)


def count(house: House) -> int:
    with store.reading(house.database) as connection:
        return connection.execute(select(func.count(store.instance.c.key))).scalar_one()


def test_c15_a_second_start_names_the_first(house: House) -> None:
    house.engine.definitions.deploy([one_per("start -> user:Ask -> end")])
    first = house.start(customer_id=7)

    with pytest.raises(AlreadyExists, match=str(first.instance_key)):
        house.start(customer_id=7)
    house.start(customer_id=8)
    house.start()  # nothing to be one of
    house.start()
    house.do(first, "Ask")

    assert house.start(customer_id=7).instance_key != first.instance_key


def test_many_starts_give_the_one_that_runs(house: House) -> None:
    house.engine.definitions.deploy([one_per("start -> user:Ask -> end")])
    items = [("a", {"customer_id": 7}), ("b", {"customer_id": 7}), ("c", {"customer_id": 8})]

    first, same, other = house.engine.instances.start_many("p", items)

    assert first == same != other


def test_c15_messages_signals_and_calls_start_no_second(house: House) -> None:
    house.engine.definitions.deploy(
        [
            one_per("start:By(message=order) -> user:Ask -> end"),
            one_per("start:By(signal=all) -> user:Ask -> end", "q"),
            one_per("start -> user:Ask -> end", "r"),
        ]
    )
    house.deploy("start -> call:Other(process=r) -> end", "caller")
    for _ in range(2):
        house.engine.messages.publish("order", "", {"customer_id": 7})
        house.engine.signals.broadcast("all", {"customer_id": 7})
    assert count(house) == 2

    house.start("caller", customer_id=7)
    house.start("caller", customer_id=7)

    with store.reading(house.database) as connection:
        [incident] = reads.incidents(connection).items
    assert (incident.element_id, incident.error_type) == ("Other", "CALLED_ELEMENT_ERROR")


def test_a_call_of_what_is_open_is_an_error_that_the_drawing_can_catch(house: House) -> None:
    house.engine.definitions.deploy([one_per("start -> user:Ask -> end", "r")])
    house.deploy(
        """
        start -> call:Other(process=r) -> end:Called
        boundary:Open(on=Other; error=already_open) -> user:Instead -> end
        """,
        "caller",
    )
    first, second = (house.start("caller", customer_id=7) for _ in range(2))

    with store.reading(house.database) as connection:
        [child] = reads.children(connection, first.instance_key)
        waiting = reads.waiting(connection, second.instance_key)
        variables = reads.variables(connection, second.instance_key)
        assert not reads.incidents(connection).items
    assert [each.element_id for each in waiting] == ["Instead"]
    assert ("open_instance", str(child.key)) in [(each.name, each.value) for each in variables]


def test_starts_at_the_same_time_leave_one(house: House) -> None:
    house.engine.definitions.deploy([one_per("start -> user:Ask -> end")])
    refused: list[AlreadyExists] = []

    def start() -> None:
        try:
            house.engine.instances.start(StartRequest("p", variables={"customer_id": 7}))
        except AlreadyExists as refusal:
            refused.append(refusal)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (count(house), len(refused)) == (1, 7)
