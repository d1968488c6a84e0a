"""A house kept from each release, in the middle of everything, is upgraded and comes to its end."""

import ast
import gzip
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import reads, store
from engine.model import Kind, StartRequest
from engine.transaction import idempotency
from tests.engine.house import Clock, House
from tests.support.keep_house import FOLDER, MONDAY

Keys = dict[str, int]


@pytest.fixture(params=sorted(FOLDER.glob("*.sql.gz")), ids=lambda file: file.name)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[House, Keys]]:
    """The house of a release on the tables of this one, and the keys of what it was doing."""
    script = gzip.decompress(request.param.read_bytes()).decode()
    file = tmp_path / "house.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.executescript(script)
    connection.close()
    database = store.connect(f"sqlite:///{file}")
    store.migrate(database)
    clock = Clock(MONDAY)
    clock.advance(hours=5)
    yield House(database, clock), ast.literal_eval(script.partition("\n")[0].removeprefix("-- "))
    database.dispose()


def test_a_kept_house_goes_on_to_its_end(kept: tuple[House, Keys]) -> None:
    house, keys = kept
    engine = house.engine

    # a wide repetition in parts
    for number, task in enumerate(open_tasks(house, keys["wide"])):
        engine.by("bob").tasks.complete(task, {"word": number})
    assert len(house.variables(keys["wide"])["said"]) == 120

    # what slept, with its child
    assert house.state(keys["asleep"]) == "SUSPENDED"
    engine.by("olga").instances.resume(keys["asleep"])
    with store.reading(house.database) as connection:
        [child] = reads.children(connection, keys["asleep"])
    house.do(child.key, "Inside")
    house.do(keys["asleep"], "After")

    # messages, timers, signals
    engine.messages.publish("paid", "o-1", {"amount": 1})
    for key in (keys["heard"], keys["paid"]):
        house.do(key, "Answer")
    house.do(keys["heard"], "Close")
    house.clock.advance(days=1)
    house.run()
    house.do(keys["paid"], "Close")
    buffered = house.start("waits", order="o-3")
    assert "Close" in house.waits(buffered), "the buffered message was still there"
    engine.instances.cancel(buffered.instance_key)

    # a failed job, an outside worker, what is to be undone
    [incident] = [w for w in waits(house, keys["failing"]) if w.kind is Kind.INCIDENT]
    engine.incidents.resolve(incident.key)
    house.run()
    [job] = engine.by("w").jobs.activate("out", 5, 60_000)
    engine.jobs.finish(job["key"])
    house.do(keys["undone"], "Check")
    [job] = engine.by("w").jobs.activate("refund", 5, 60_000)
    engine.jobs.finish(job["key"])

    # a paused batch, a delegated task, a request that is repeated
    engine.batches.resume(keys["batch"])
    house.run()
    desks: list[int] = keys["desks"]  # type: ignore[assignment]
    assert {house.state(key) for key in desks} == {"SUSPENDED"}
    for key in desks:
        engine.instances.resume(key)
    engine.by("bob").tasks.hand_back(house.task(desks[0], "Desk"))
    with idempotency.request(idempotency.IdempotentRequest("asked-once", "ida", "digest")):
        assert engine.by("ida").instances.start(StartRequest("desk")).instance_key == keys["asked"]
    for key in (*desks, keys["asked"]):
        house.do(key, "Desk")

    with store.reading(house.database) as connection:
        running = select(store.instance.c.key).where(store.instance.c.ended_at.is_(None))
        assert list(connection.execute(running)) == []
        assert list(reads.verify_all(connection)) == []


def waits(house: House, key: int) -> list[reads.Waiting]:
    with store.reading(house.database) as connection:
        return reads.waiting(connection, key)


def open_tasks(house: House, key: int) -> list[int]:
    return [wait.key for wait in waits(house, key) if wait.kind is Kind.USER_TASK]


def test_there_is_a_house_of_this_release() -> None:
    assert (FOLDER / "0.1.sql.gz").exists()
