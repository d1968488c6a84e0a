"""What a transaction writes: the same on both databases, and on PostgreSQL in one statement."""

from collections.abc import Callable
from typing import Any

import pytest

from engine import store
from engine.limits import Limits
from engine.transaction import instances
from engine.transaction.changes import Changes, Stale
from tests.engine.house import House

DRAWING = "start -> user:Look(groups=team) -> user:Again(groups=team) -> end"
ODD: dict[str, Any] = {
    "quotes": "'\"\\ %s %(x)s :x ? {} $1",
    "far": "یک ✓ 𝄞 \u2028 \t\r\n \x01",
    "numbers": [2**53, -1, 0.1, 1e300, 5e-324, True, None],
    "deep": [[[[{"ö": [{}]}]]]],
    "nothing": None,
    "empty": "",
}


def test_odd_values_come_back_as_they_were(house: House) -> None:
    house.deploy(DRAWING)
    instance = house.start(**ODD)
    assert house.variables(instance) == ODD

    more = {f"{name}_2": value for name, value in ODD.items()}
    house.do(instance, "Look", **more)

    assert house.variables(instance) == ODD | more


@pytest.mark.postgres
@pytest.mark.parametrize("verb", ["start", "claim", "complete", "complete the last"])
def test_postgresql_is_asked_for_a_look_and_to_write(house: House, verb: str) -> None:
    if house.database.dialect.name != "postgresql":
        pytest.skip("SQLite has no wire: its statements come one by one")
    house.deploy(DRAWING)
    house.do(house.start(title="warm"), "Look", text="x")
    first, second = house.start(title="Spring"), house.start(title="Summer")
    house.do(second, "Look")
    look, again = house.task(first, "Look"), house.task(second, "Again")
    verbs: dict[str, Callable[[], Any]] = {
        "start": lambda: house.start(title="Autumn", budget=7),
        "claim": lambda: house.engine.by("bob").tasks.claim(look),
        "complete": lambda: house.engine.tasks.complete(look, {"text": "x", "n": 1}),
        "complete the last": lambda: house.engine.tasks.complete(again, {}),
    }

    with house.counting() as counted:
        verbs[verb]()

    assert [statement.split()[0] for statement in counted.seen] == ["SELECT", "WITH"]
    assert counted.commits == 1


@pytest.mark.parametrize("count", [1, 3])
def test_an_instance_that_was_moved_meanwhile_is_not_written_over(house: House, count: int) -> None:
    house.deploy(DRAWING)
    keys = [house.start(title="Spring").instance_key for _ in range(count)]
    changes = Changes(Limits())
    with store.reading(house.database) as connection:
        for key in keys:
            read = instances.read(connection, key, house.engine.catalogue)
            changes.instances[key] = read
    house.do(keys[-1], "Look", by="alice", text="mine")

    with pytest.raises(Stale), store.writing(house.database) as connection:
        changes.flush(connection)

    assert house.variables(keys[-1])["text"] == "mine"
