"""What a verb costs: statements (a batch counts once), one commit, a state that does not grow."""

import json
from typing import Any

import pytest
from sqlalchemy import event, select

from engine import reads, store
from engine.jobs import JobQueue
from tests.engine.house import House

REVIEW = """
start -> xor:Again -> user:Write(assignee=alice; groups=writers) -> user:Read -> xor:Good
Good -[good]-> end
Good -/-> xor:Again
boundary:Remind(on=Write; cycle=R/PT1H; keep) -> end:Reminded
boundary:Remind2(on=Read; timer=P1D; keep) -> end:Reminded2
"""


def state_bytes(house: House, key: int) -> int:
    with store.reading(house.database) as connection:
        found = connection.execute(
            select(store.instance.c.data).where(store.instance.c.key == key)
        ).scalar_one()
    json.loads(found)
    return len(found)


def test_completing_a_task_takes_eight_statements_and_one_commit(house: House) -> None:
    house.deploy(REVIEW)
    warm = house.start()
    house.do(warm, "Write", text="a")
    instance = house.start()
    write = house.task(instance, "Write")

    with house.counting() as counted:
        house.engine.by("alice").tasks.complete(write, {"text": "b"})

    assert len(counted) <= 8, counted.seen
    assert counted.commits == 1
    assert sorted(house.waits(instance)) == ["Read", "Remind2"]


def test_starting_takes_eight_statements_and_one_commit(house: House) -> None:
    house.deploy(REVIEW)
    house.start()

    with house.counting() as counted:
        house.start(title="Spring", budget=7)

    assert len(counted) <= 8, counted.seen
    assert counted.commits == 1


def test_starting_with_a_job_counts_its_queue_too(house: House) -> None:
    house.engine.queue = jobs = JobQueue(house.database)
    try:
        house.deploy("start -> service:Greet(type=shop.greet) -> end")
        house.start(customer="warm")
        with house.counting() as counted:
            house.start(customer="Ann")
    finally:
        jobs.stop()

    assert len(counted) <= 8, counted.seen
    assert counted.commits == 1


def test_a_claim_is_cheap(house: House) -> None:
    house.deploy("start -> user:Write(groups=writers) -> end")
    task = house.task(house.start(), "Write")

    with house.counting() as counted:
        house.engine.by("bob").tasks.claim(task)

    assert len(counted) <= 4, counted.seen
    assert counted.commits == 1


def test_the_state_is_as_small_after_a_hundred_turns_as_after_one(house: House) -> None:
    house.deploy(REVIEW)
    instance = house.start()
    sizes = []
    for _ in range(100):
        house.do(instance, "Write", text="draft")
        house.do(instance, "Read", good=False)
        sizes.append(state_bytes(house, instance.instance_key))

    assert sizes[-1] <= sizes[0] + 8, "keys grow a digit at most"
    assert sizes[-1] < 2_000


def test_what_waits_is_found_by_an_index(house: House) -> None:
    # An instance that waits costs nothing: no look for something reads all that wait.
    if house.database.dialect.name != "sqlite":
        pytest.skip("PostgreSQL scans small tables, indexes or not; the bench measures it")
    house.deploy("""
        start -> and:Split -> user:Ask(groups=team) -> end
        Split -> catch:Paid(message=payment; key== order) -> end:Done
        Split -> service:Print(type=print) -> end:Printed
        boundary:Late(on=Ask; timer=PT1H) -> end:Overdue
    """)
    house.start(order="o-1")

    looks: list[tuple[str, Any]] = []

    def look(*given: Any) -> None:
        if given[2].startswith("SELECT"):
            looks.append(given[2:4])

    event.listen(house.database, "before_cursor_execute", look)
    house.engine.timers.fire_due()
    house.engine.by("w").jobs.activate("print", 1, 1_000)
    house.engine.messages.correlate("payment", "o-1")
    house.worker.run_until_idle()
    with store.reading(house.database) as connection:
        reads.inbox(connection, "bob", ["team"], "claimable", now=house.clock())
    event.remove(house.database, "before_cursor_execute", look)

    assert len(looks) >= 6
    with house.database.connect() as connection:
        for statement, values in looks:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            lines = [row[-1] for row in plan]
            assert not [line for line in lines if line.startswith("SCAN pv_")], (statement, lines)


@pytest.mark.postgres
def test_postgresql_locks_the_instance_it_moves(house: House) -> None:
    if house.database.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer: it locks the file")
    house.deploy(REVIEW)
    write = house.task(house.start(), "Write")

    with house.counting() as counted:
        house.engine.tasks.complete(write, {})

    assert "FOR UPDATE OF" in counted.seen[0]
