"""Nothing disappears: whatever is open waits for something, and what may go on does."""

import os
import sys
from random import Random

import pytest
from sqlalchemy import delete, select

from engine import reads, store
from engine.limits import Limits
from tests.engine.house import House
from tests.engine.population import Population

MANY = int(os.environ.get("PEYVAND_INSTANCES", "100000"))
ROUNDS = 1_000


def stuck(house: House) -> list[int]:
    with store.reading(house.database) as connection:
        return reads.stuck(connection)


def populate(house: House, instances: int, moves: int) -> None:
    """Let a population live; nobody may be left waiting for nothing."""
    # A soak may share its machine: its wall clock is no judge of fifty starts in one transaction.
    house.engine.limits = Limits(engine_seconds=600)
    population = Population(house, Random(5))  # noqa: S311 - the same population every time
    population.start(instances)
    population.move(moves)

    found, open_ = stuck(house), len(population.active())
    told = f"{population.count()} instances, {open_} open, {dict(population.moved)}"
    sys.stdout.write(f"{told}: {len(found)} orphans\n")
    assert found == []

    # And the detector would have seen it
    column = store.user_task.c
    with store.writing(house.database) as connection:
        tasks = select(column.instance_key).where(column.state == "CREATED")
        for victim in list(connection.execute(tasks).scalars()):
            if len(reads.waiting(connection, victim)) == 1:
                break
        connection.execute(delete(store.user_task).where(column.instance_key == victim))
    assert stuck(house) == [victim]


def test_every_open_instance_waits_for_something(house: House) -> None:
    populate(house, 100, 200)


@pytest.mark.soak
def test_among_a_hundred_thousand_nobody_waits_for_nothing(house: House) -> None:
    populate(house, MANY, MANY // 2)


LOOPS = {
    "a person's": "start -> xor:Again -> user:Do -> xor:Enough",
    "a worker's": "start -> xor:Again -> service:Do(type=work) -> xor:Enough",
    "a clock's": "start -> xor:Again -> catch:Do(timer=PT1H) -> xor:Enough",
    "a called": "start -> xor:Again -> call:Do(process=inner) -> xor:Enough",
    "the engine's": "start -> xor:Again -> task:Do -> xor:Enough",
}
BACK = """
Enough -[n < rounds]-> script:Count(expression==n + 1; result=n) -> Again
Enough -/-> end
"""


def go_round(house: House, kind: str, rounds: int) -> None:
    """Let a loop go round; it ends when it should."""
    house.deploy("start -> user:Inside -> end", "inner")
    house.deploy(LOOPS[kind] + BACK)
    started = house.start(n=1, rounds=rounds)
    for _ in range(rounds if kind != "the engine's" else 0):
        if kind == "a clock's":
            house.clock.advance(hours=1)
            house.engine.timers.fire_due()
        elif kind == "a worker's":
            house.engine.jobs.finish(house.waits(started)["Do"].key)
        elif kind == "a called":
            _inside(house)
        else:
            house.engine.tasks.complete(house.task(started, "Do"), {})
    assert house.state(started) == "COMPLETED"


def _inside(house: House) -> None:
    column = store.user_task.c
    with store.reading(house.database) as connection:
        [key] = connection.execute(select(column.key).where(column.state == "CREATED")).scalars()
    house.engine.tasks.complete(key, {})


@pytest.mark.parametrize("kind", LOOPS)
def test_a_legal_loop_ends(house: House, kind: str) -> None:
    go_round(house, kind, 20)


@pytest.mark.soak
@pytest.mark.parametrize("kind", LOOPS)
def test_a_legal_loop_of_a_thousand_rounds_ends(house: House, kind: str) -> None:
    go_round(house, kind, ROUNDS)
    sys.stdout.write(f"{kind} loop of {ROUNDS} rounds ends\n")
