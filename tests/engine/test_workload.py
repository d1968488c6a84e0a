"""How many tasks a changed table would have made of the instances of last month."""

from datetime import timedelta

import pytest

from engine import store
from engine.model import Resource
from engine.replay.cases import Cases
from engine.replay.version import Version
from engine.replay.workload import Workload, processes, tasks_of, workload
from tests.engine.house import House
from tests.engine.replaying import table

DRAWING = """
    start -> rule:Size(decision=size; result=size) -> service:Greet(type=shop.greet) -> xor:Which
    Which -[size = "large"]-> user:Check -> user:Call -> end:Seen
    Which -/-> event:Wait
    Wait -> catch:Paid(message=paid; key== order) -> end:Done
    Wait -> catch:Over(timer=P60D) -> end:Unpaid
"""
AMOUNTS = range(10, 110, 10)


@pytest.fixture
def lived(house: House) -> House:
    """Ten instances: three above 75 are checked, one of them called too; two others are paid."""
    house.deploy(DRAWING, "p", limit(75))
    for amount in AMOUNTS:
        house.start(customer="Mira", amount=amount, order=str(amount))
    house.run()
    large = house.start(customer="Mira", amount=500, order="500")
    house.run()
    house.do(large, "Check", by="alice")
    for order in ("10", "40"):
        house.engine.messages.publish("paid", order, {})
    house.run()
    house.clock.advance(days=1)
    return house


def limit(amount: int) -> Resource:
    return table((f"> {amount}", '"large"'), ("-", '"small"'))


def estimate(house: House, *files: Resource) -> Workload:
    now = house.clock()
    with store.reading(house.database) as connection:
        assert processes(connection, files, now - timedelta(days=30)) == ["p"]
        version = Version.with_tables(connection, house.engine.catalogue, "p", files)
        chosen = Cases("p", since=now - timedelta(days=30), running_at=now)
        return workload("p", tasks_of(connection, house.engine, version, chosen))


def test_the_current_table_makes_the_tasks_that_were_made(lived: House) -> None:
    found = estimate(lived, limit(75))

    assert (found.cases, found.unknown, found.other) == (11, 0, 0)
    assert found.then == found.now == {"Check": 4, "Call": 1}


@pytest.mark.parametrize(("amount", "checked"), [(5, 11), (35, 8), (95, 2), (1000, 0)])
def test_another_limit_makes_as_many_tasks_as_instances_are_above_it(
    lived: House, amount: int, checked: int
) -> None:
    found = estimate(lived, limit(amount))

    assert found.unknown == 0
    assert found.then["Check"] == 4
    assert found.now["Check"] == checked
    assert found.now["Call"] == (1 if amount < 500 else 0)  # what nobody answered goes no further
    assert found.other == abs(checked - 4)


def test_what_was_erased_is_counted_apart(lived: House) -> None:
    with store.writing(lived.database) as connection:
        first = connection.execute(store.instance.select().order_by(store.instance.c.key)).first()
        assert first is not None
        erased = store.history.update().where(store.history.c.instance_key == first.key)
        connection.execute(erased.values(payload=None))

    found = estimate(lived, limit(5))

    assert (found.cases, found.unknown) == (11, 1)
    assert found.now["Check"] == 10


def test_older_instances_are_no_part_of_last_month(lived: House) -> None:
    lived.clock.advance(days=40)
    lived.start(customer="Mira", amount=100, order="new")
    lived.run()

    assert estimate(lived, limit(5)).cases == 1
