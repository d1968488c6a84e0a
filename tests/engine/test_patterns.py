"""Patterns of docs/patterns.md that need more than one instance, or the world outside."""

from engine import reads, store
from tests.engine.house import House
from tests.support.patterns import drawing


def test_22_recursion(house: House) -> None:
    house.deploy(drawing(22))
    top = house.start(n=3)

    with store.reading(house.database) as connection:
        running = reads.instances(connection).items
    assert len(running) == 3
    deepest = max(item.key for item in running)
    house.do(deepest, "Deepest")
    assert house.state(top) == "COMPLETED"


def test_23_transient_trigger(house: House) -> None:
    house.deploy(drawing(23))
    instance = house.start()

    house.engine.signals.broadcast("bell", {})
    house.do(instance, "A")
    assert list(house.waits(instance)) == ["Heard"], "it rang before anybody listened"
    house.engine.signals.broadcast("bell", {})
    assert list(house.waits(instance)) == ["B"]


def test_24_persistent_trigger(house: House) -> None:
    house.deploy(drawing(24))
    instance = house.start(order="o-1")

    house.engine.messages.publish("paid", "o-1", {"sum": 3}, ttl_ms=60_000)
    house.do(instance, "A")

    assert list(house.waits(instance)) == ["B"], "it came before anybody waited, and was kept"
    assert house.variables(instance)["sum"] == 3
