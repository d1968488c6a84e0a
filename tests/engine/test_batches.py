"""Batch operations: one thing done to many, watched, paused, stopped, finished after a crash."""

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import reads, store
from engine.commands import batches
from engine.errors import Conflict, Invalid, NotFound, Unavailable
from engine.reads.search import Page, Query, equals, find
from engine.reads.search.instances import matching
from engine.reads.search.views import BATCH_ITEMS, BATCHES, PROCESS_INSTANCES
from engine.worker import Worker
from tests.engine import storm
from tests.engine.house import House

TASK = "start -> user:Ask -> end"
ALL = store.instance.c.process_id == "p"


def batch(house: House, key: int) -> dict[str, Any]:
    with store.reading(house.database) as connection:
        [row] = find(connection, BATCHES, Query({"batch_operation_key": equals(key)})).items
    return row


def items(house: House, key: int, state: str) -> list[dict[str, Any]]:
    wanted = {"batch_operation_key": equals(key), "state": equals(state)}
    with store.reading(house.database) as connection:
        return find(connection, BATCH_ITEMS, Query(wanted, page=Page(limit=1_000))).items


def test_many_instances_are_cancelled_in_the_background(house: House) -> None:
    house.deploy(TASK)
    house.deploy("start -> call:Gate(process=p) -> end", "q")
    started = [house.start() for _ in range(batches.CHUNK + 7)]
    called = house.start("q")
    house.do(started[0], "Ask")
    chosen = matching({"process_definition_id": equals("p"), "state": equals("ACTIVE")})

    key = house.engine.by("alice").batches.create("CANCEL_PROCESS_INSTANCE", chosen)
    before = batch(house, key)
    house.run()

    # what is over already and what was called by another is left out
    assert before["operations_total_count"] == batches.CHUNK + 6
    assert before["state"] == "ACTIVE"
    assert house.state(started[0]) == "COMPLETED"
    assert {house.state(each) for each in started[1:]} == {"TERMINATED"}
    assert house.state(called) == "ACTIVE"
    done = batch(house, key)
    assert (done["state"], done["operations_completed_count"]) == ("COMPLETED", batches.CHUNK + 6)
    assert (done["actor_id"], done["end_date"]) == ("alice", house.clock.now)
    with store.reading(house.database) as connection:
        history = reads.history(connection, started[1].instance_key)
        query = Query({"batch_operation_key": equals(str(key))})
        found = find(connection, PROCESS_INSTANCES, query)
    assert (history[-1].actor, history[-1].command) == ("alice", "cancel")
    assert found.total == batches.CHUNK + 6


def test_what_cannot_be_done_is_told_per_item_and_stops_nobody(house: House) -> None:
    house.deploy(TASK)
    asking = [house.start() for _ in range(3)]
    house.deploy("start -> user:Ask -> user:Check -> end")
    checking = house.start()
    house.do(checking, "Ask")
    with store.reading(house.database) as connection:
        first = reads.definition(connection, process_id="p", version=1)

    key = house.engine.by("alice").batches.create(
        "MIGRATE_PROCESS_INSTANCE", ALL, {"target_definition_key": first.key}
    )
    house.run()

    done = batch(house, key)
    assert (done["operations_completed_count"], done["operations_failed_count"]) == (3, 1)
    [failed] = items(house, key, "FAILED")
    assert failed["process_instance_key"] == checking.instance_key
    assert "Check" in failed["error_message"]
    assert [house.look(each).version for each in (*asking, checking)] == [1, 1, 1, 2]


def test_tokens_of_many_are_moved_and_incidents_resolved(house: House) -> None:
    house.deploy("start -> user:Ask -> xor:Big\nBig -[amount > 9]-> end\nBig -[x]-> end:No")
    started = [house.start() for _ in range(3)]
    for each in started:
        house.do(each, "Ask")  # no amount: an incident
    for each in started[:2]:
        house.engine.instances.set_variables(each.instance_key, {"amount": 10})

    key = house.engine.by("alice").batches.create("RESOLVE_INCIDENT", ALL)
    house.run()
    assert [house.state(each) for each in started] == ["COMPLETED", "COMPLETED", "ACTIVE"]
    assert batch(house, key)["operations_total_count"] == 3

    back = {"move": [{"sourceElementId": "Big", "targetElementId": "Ask"}]}
    house.engine.by("alice").batches.create("MODIFY_PROCESS_INSTANCE", ALL, back)
    house.run()
    assert list(house.waits(started[2])) == ["Ask"]


def test_instances_are_put_to_sleep_woken_and_deleted(house: House) -> None:
    house.deploy(TASK)
    started = [house.start() for _ in range(3)]

    for kind, state in (
        ("SUSPEND_PROCESS_INSTANCE", "SUSPENDED"),
        ("RESUME_PROCESS_INSTANCE", "ACTIVE"),
    ):
        house.engine.batches.create(kind, ALL)
        house.run()
        assert {house.state(each) for each in started} == {state}

    house.do(started[0], "Ask")
    house.engine.batches.create("DELETE_PROCESS_INSTANCE", ALL)
    house.run()
    with pytest.raises(NotFound):
        house.look(started[0])
    assert house.state(started[1]) == "ACTIVE"


def test_a_batch_is_paused_goes_on_and_is_cancelled(house: House) -> None:
    house.deploy(TASK)
    started = [house.start() for _ in range(2 * batches.CHUNK + 5)]
    key = house.engine.batches.create("CANCEL_PROCESS_INSTANCE", ALL)
    assert house.engine.batches.process_chunk(key)

    house.engine.batches.pause(key)
    assert not house.engine.batches.process_chunk(key)
    with pytest.raises(Conflict, match="suspended"):
        house.engine.batches.pause(key)
    assert batch(house, key)["operations_completed_count"] == batches.CHUNK

    house.engine.batches.resume(key)
    assert house.engine.batches.process_chunk(key)
    house.engine.batches.cancel(key)
    house.run()

    done = batch(house, key)
    assert (done["state"], done["operations_completed_count"]) == ("CANCELED", 2 * batches.CHUNK)
    assert len(items(house, key, "CANCELED")) == 5
    assert house.state(started[-1]) == "ACTIVE"
    with pytest.raises(Conflict, match="canceled"):
        house.engine.batches.resume(key)
    with pytest.raises(NotFound):
        house.engine.batches.pause(1)


def test_a_plan_that_cannot_work_is_refused_at_once(house: House) -> None:
    house.deploy(TASK)
    house.start()
    with store.reading(house.database) as connection:
        definition = reads.definition(connection, process_id="p")
    target = {"target_definition_key": definition.key}

    for kind, plan in (
        ("BAKE_CAKE", {}),
        ("MIGRATE_PROCESS_INSTANCE", {}),
        ("MIGRATE_PROCESS_INSTANCE", target | {"mapping": {"Ask": "Nowhere"}}),
        ("MODIFY_PROCESS_INSTANCE", {"move": [{"sourceElementId": "Ask"}]}),
    ):
        with pytest.raises(Invalid):
            house.engine.batches.create(kind, ALL, plan)
    with pytest.raises(NotFound):
        house.engine.batches.create("MIGRATE_PROCESS_INSTANCE", ALL, {"target_definition_key": 1})
    with store.reading(house.database) as connection:
        assert connection.execute(select(store.batch.c.key)).all() == []


def test_nothing_to_do_is_done_at_once(house: House) -> None:
    key = house.engine.batches.create("CANCEL_PROCESS_INSTANCE", ALL)

    assert batch(house, key)["state"] == "COMPLETED"


def test_two_runs_that_meet_do_nothing_twice(house: House) -> None:
    house.deploy(TASK)
    instance = house.start()
    key = house.engine.batches.create("SUSPEND_PROCESS_INSTANCE", ALL)
    with store.reading(house.database) as connection:
        row = batches.read(connection, key)

    house.engine.batches.process_item(row, instance.instance_key)
    house.engine.batches.process_item(row, instance.instance_key)  # the second comes late

    assert batch(house, key)["operations_completed_count"] == 1
    assert batch(house, key)["operations_failed_count"] == 0
    assert not house.engine.batches.process_chunk(key, run=99), "a run that was replaced stops"


def test_a_batch_whose_run_was_lost_is_taken_up_again(house: House) -> None:
    house.deploy(TASK)
    house.start()
    key = house.engine.batches.create("CANCEL_PROCESS_INSTANCE", ALL)
    minute = timedelta(seconds=60)

    assert house.engine.batches.restart_lost(minute, lambda run: False) == 0
    house.clock.advance(minutes=2)
    assert house.engine.batches.restart_lost(minute, lambda run: True) == 0
    assert house.engine.batches.restart_lost(minute, lambda run: run != f"batch-{key}-1") == 1
    assert not house.engine.batches.process_chunk(key, run=1)
    assert house.engine.batches.process_chunk(key, run=2)
    assert batch(house, key)["state"] == "COMPLETED"


def test_a_database_that_is_away_fails_no_item(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.deploy(TASK)
    house.start()
    key = house.engine.batches.create("CANCEL_PROCESS_INSTANCE", ALL)

    def gone(*_: Any) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(batches.batch_kinds, "kind", gone)
        with pytest.raises(Unavailable):
            house.engine.batches.process_chunk(key)

    house.run()
    assert batch(house, key)["operations_failed_count"] == 0
    assert batch(house, key)["state"] == "COMPLETED"


def test_a_batch_survives_the_death_of_its_worker(url: str, tmp_path: Path) -> None:
    # given a worker on 80 instances that is killed in the middle
    storm.prepare(url)
    engine = storm.make(url, tmp_path / "own", "survivor")
    started = engine.instances.start_many("storm", [(f"n-{n}", {}) for n in range(80)])
    key = engine.batches.create("CANCEL_PROCESS_INSTANCE", store.instance.c.process_id == "storm")
    command = [sys.executable, "-m", "tests.engine.storm", "worker", url, tmp_path / "w", "mortal"]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as mortal:
        _until(lambda: _row(engine, key)["completed"] >= 15)
        mortal.send_signal(signal.SIGKILL)

    # when another takes over
    worker = Worker(engine)
    worker.start()
    try:
        _until(lambda: _row(engine, key)["state"] == "COMPLETED")
    finally:
        worker.stop()

    # then each instance was cancelled exactly once
    row = _row(engine, key)
    assert (row["total"], row["completed"], row["failed"]) == (80, 80, 0)
    with store.reading(engine.database) as connection:
        told = [
            [step.command for step in reads.history(connection, instance)] for instance in started
        ]
    assert told == [["start", "cancel"]] * 80
    engine.database.dispose()


def _row(engine: Any, key: int) -> Any:
    with store.reading(engine.database) as connection:
        return batches.read(connection, key)


def _until(condition: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)
