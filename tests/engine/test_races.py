"""Several at once: one wins, the rest are told so, nothing happens twice."""

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select, text

from engine import reads, store
from engine.errors import EngineError
from engine.model import StartRequest
from engine.transaction import idempotency
from tests.engine.contests import CONTESTS, MOST, Arena
from tests.engine.house import House

RACES = int(os.environ.get("PEYVAND_RACES", "10000"))


def together(actions: Sequence[Callable[[], Any]]) -> Counter[str]:
    """Do all at the same moment; count how they ended."""
    barrier, ended = threading.Barrier(len(actions)), Counter[str]()
    lock = threading.Lock()

    def act(action: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            action()
            result = "done"
        except EngineError as refusal:
            result = type(refusal).__name__
        with lock:
            ended[result] += 1

    threads = [threading.Thread(target=act, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def count(house: House, table: Any, *conditions: Any) -> int:
    with store.reading(house.database) as connection:
        found = connection.execute(select(func.count()).select_from(table).where(*conditions))
        return int(found.scalar_one())


def test_of_ten_who_complete_a_task_one_does(house: House) -> None:
    house.deploy("start -> user:A -> user:B -> end")
    for _ in range(10):
        instance = house.start()
        task = house.task(instance, "A")

        ended = together(
            [lambda n=n, t=task: house.engine.tasks.complete(t, {"n": n}) for n in range(10)]
        )

        assert ended == {"done": 1, "Over": 9}
        assert list(house.waits(instance)) == ["B"]
        with store.reading(house.database) as connection:
            assert len(reads.history(connection, instance.instance_key)) == 2


def test_of_ten_who_claim_a_task_one_has_it(house: House) -> None:
    house.deploy("start -> user:A(groups=all) -> end")
    task = house.task(house.start(), "A")

    ended = together([lambda n=n: house.engine.by(f"user{n}").tasks.claim(task) for n in range(10)])

    assert ended == {"done": 1, "Conflict": 9}


def test_parallel_branches_completed_at_once_join_once(house: House) -> None:
    house.deploy("""
        start -> and:Split -> user:A -> and:Join -> user:After -> end
        Split -> user:B -> Join
        Split -> user:C -> Join
    """)
    for _ in range(10):
        instance = house.start()
        tasks = [house.task(instance, name) for name in "ABC"]

        ended = together([lambda t=t: house.engine.tasks.complete(t, {}) for t in tasks])

        assert ended == {"done": 3}
        assert list(house.waits(instance)) == ["After"]


def test_workers_that_ask_at_once_never_get_the_same_job(house: House) -> None:
    house.deploy("start -> service:Print(type=print) -> end")
    for _ in range(20):
        house.start()
    handed: list[int] = []

    def take() -> None:
        for job in house.engine.by("w").jobs.activate("print", 4, 60_000):
            handed.append(job["key"])

    together([take] * 8)
    while house.engine.by("rest").jobs.activate("print", 4, 60_000):
        pass

    assert len(handed) == len(set(handed))


def test_a_message_published_while_it_is_awaited_is_never_lost(house: House) -> None:
    house.deploy("start -> catch:Paid(message=payment; key==order) -> end")
    for number in range(20):
        order = f"o-{number}"
        together(
            [
                lambda o=order: house.start(order=o),
                lambda o=order: house.engine.messages.publish("payment", o, ttl_ms=60_000),
            ]
        )

    assert count(house, store.instance, store.instance.c.state == "COMPLETED") == 20


def test_a_unique_business_key_starts_one_instance(house: House) -> None:
    house.deploy("start -> user:A -> end")

    ended = together(
        [
            lambda: house.engine.instances.start(
                StartRequest("p", business_key="b", unique_business_key=True)
            )
            for _ in range(8)
        ]
    )

    assert ended == {"done": 1, "AlreadyExists": 7}


def test_two_timers_sweeps_fire_each_timer_once(house: House) -> None:
    house.deploy("start -> catch:Wait(timer=PT1M) -> user:A -> end")
    for _ in range(10):
        house.start()
    house.clock.advance(minutes=2)

    together([house.engine.timers.fire_due] * 4)

    assert count(house, store.user_task) == 10


def test_files_deployed_at_once_get_versions_of_their_own(house: House) -> None:
    from tests.support.bpmn import resource

    drawings = [resource(f"start -> user:A{n} -> end") for n in range(6)]

    ended = together([lambda d=d: house.engine.definitions.deploy([d]) for d in drawings])

    assert ended == {"done": 6}
    with store.reading(house.database) as connection:
        assert [v.version for v in reads.versions(connection, "p")] == [6, 5, 4, 3, 2, 1]


def test_one_request_sent_by_many_at_once_has_one_effect(house: House) -> None:
    house.deploy("start -> user:A -> end")
    house.start()
    for number in range(5):
        answers: list[int] = []

        def ask(key: str = f"order-{number}", told: list[int] = answers) -> None:
            with idempotency.request(idempotency.IdempotentRequest(key, "shop", "start")):
                told.append(house.start().instance_key)

        assert together([ask] * 8) == {"done": 8}
        assert len(set(answers)) == 1, "all hear of the same instance"

    assert count(house, store.instance) == 6


def test_children_completed_at_once_cost_what_they_cost_in_turn(house: House) -> None:
    house.deploy("start -> user:A(each==range; item=n) -> end")

    def children() -> list[int]:
        started = house.start(range=list(range(MOST)))
        with store.reading(house.database) as connection:
            return [wait.key for wait in reads.waiting(connection, started.instance_key)]

    tasks = children()
    with house.counting() as in_turn:
        for task in tasks:
            house.engine.tasks.complete(task, {})
    tasks = children()
    with house.counting() as at_once:
        together([lambda t=t: house.engine.tasks.complete(t, {}) for t in tasks])

    assert at_once.commits == in_turn.commits
    assert len(at_once) == len(in_turn), "nobody has to do his work again"
    assert deadlocks(house) == 0


@pytest.mark.parametrize("name", CONTESTS)
def test_a_contest_has_its_winners_and_loses_nothing(house: House, name: str) -> None:
    arena = Arena(house)
    for users in (2, 7, MOST):
        arena.hold(name, users)

    assert arena.results.wrong == []


@pytest.mark.soak
def test_ten_thousand_contests_have_their_winners_and_lose_nothing(house: House) -> None:
    arena, random, names = Arena(house), Random(11), list(CONTESTS)  # noqa: S311 - the same again
    for number in range(RACES):
        arena.hold(names[number % len(names)], random.randint(2, MOST))

    found = arena.results
    sys.stdout.write(f"{found.held} races of {found.users} users: {len(found.wrong)} wrong; ")
    sys.stdout.write(f"{deadlocks(house)} deadlocks; {dict(found.answers)}\n")
    assert found.wrong == []
    assert deadlocks(house) == 0


def deadlocks(house: House) -> int:
    """How often PostgreSQL had to break a circle of waiting transactions."""
    if house.database.dialect.name == "sqlite":
        return 0
    seen = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    with store.reading(house.database) as connection:
        return int(connection.execute(seen).scalar_one())
