"""Whoever changes the history of an instance behind our back is noticed, whatever they do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from engine import reads, store
from engine.commands.privacy.names import NameMatcher
from tests.engine.house import House

TWO = "start -> user:A -> user:B -> end"
_past = store.history.c
Attack = Callable[[Connection, int], Any]


def step(key: int, seq: int) -> Any:
    return (_past.instance_key == key) & (_past.seq == seq)


def change(**values: Any) -> Attack:
    return lambda c, key: c.execute(update(store.history).where(step(key, 2)).values(**values))


def take_out(seq: int) -> Attack:
    return lambda c, key: c.execute(delete(store.history).where(step(key, seq)))


def take_tail(connection: Connection, key: int) -> None:
    connection.execute(delete(store.history).where(_past.instance_key == key, _past.seq >= 2))


def empty(connection: Connection, key: int) -> None:
    connection.execute(delete(store.history).where(_past.instance_key == key))


def exchange(connection: Connection, key: int) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        connection.execute(update(store.history).where(step(key, old)).values(seq=new))


def repeat(connection: Connection, key: int) -> None:
    row = connection.execute(select(store.history).where(step(key, 3))).mappings().one()
    connection.execute(insert(store.history), [dict(row) | {"seq": 4}])


def later(connection: Connection, key: int) -> None:
    at = connection.execute(select(_past.at).where(step(key, 2))).scalar_one()
    change(at=at + timedelta(seconds=1))(connection, key)


ATTACKS: dict[str, tuple[Attack, int]] = {
    "another actor": (change(actor="mallory"), 2),
    "another command": (change(command="erase"), 2),
    "another time": (later, 2),
    "another element": (change(entries=[{"element": "B", "state": "COMPLETED"}]), 2),
    "another value": (change(payload='{"salt":"","values":[[1,"ok",true]]}'), 2),
    "values blanked": (change(payload=None), 2),
    "another digest": (change(payload_digest="0" * 64), 2),
    "another hash": (change(hash="0" * 64), 2),
    "the first taken out": (take_out(1), 1),
    "one taken out": (take_out(2), 2),
    "the last taken out": (take_out(3), 3),
    "the tail taken out": (take_tail, 2),
    "all taken out": (empty, 1),
    "two exchanged": (exchange, 2),
    "one put in": (repeat, 4),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_change_behind_our_back_is_noticed(house: House, name: str) -> None:
    attack, where = ATTACKS[name]
    house.deploy(TWO)
    instance, other = house.start(), house.start()
    for each in (instance, other):
        house.do(each, "A", by="bob", answer="yes")
        house.do(each, "B", by="alice")

    with store.writing(house.database) as connection:
        attack(connection, instance.instance_key)

    with store.reading(house.database) as connection:
        assert list(reads.verify_all(connection)) == [(instance.instance_key, where)]


def test_a_mention_is_taken_out_and_the_history_says_so(house: House) -> None:
    house.deploy(TWO)
    instance = house.start(guest={"Mira Meadow": ["mira@example.com", "xmira@example.com"]})
    house.do(instance, "A", answer="MIRA MEADOW and Almira Meadows")
    words = NameMatcher(frozenset({"Mira Meadow", "mira@example.com"}))

    assert house.engine.by("leo").privacy.redact(words) == [instance.instance_key]
    assert house.engine.by("leo").privacy.redact(words) == []

    assert house.variables(instance) == {
        "guest": {"…": ["…", "xmira@example.com"]},
        "answer": "… and Almira Meadows",
    }
    with store.reading(house.database) as connection:
        assert reads.verify(connection, instance.instance_key) is None
        last = reads.history(connection, instance.instance_key)[-1]
    assert (last.command, last.actor) == ("erase", "leo")
    house.do(instance, "B")
    assert house.state(instance) == "COMPLETED"


def test_an_instance_whose_state_is_damaged_can_be_emptied_too(house: House) -> None:
    house.deploy(TWO)
    instance = house.start(who="Mira Meadow")
    house.do(instance, "A")
    house.do(instance, "B")
    with store.writing(house.database) as connection:
        connection.execute(update(store.instance).values(checksum="0" * 16))

    house.engine.privacy.erase(store.instance.c.key == instance.instance_key)

    assert house.variables(instance) == {}
    with store.reading(house.database) as connection:
        assert reads.verify(connection, instance.instance_key) is None
