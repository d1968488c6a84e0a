"""Background work: exactly what was committed is run, also when processes are killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import func, select, text

from engine import reads, store
from engine.engine import Engine
from engine.jobs import JobQueue
from engine.model import StartRequest
from engine.service_task import Registry, service_task
from engine.worker import Worker
from tests.engine import storm
from tests.support.bpmn import resource

ROOT = Path(__file__).parents[2]


@pytest.fixture
def jobs(database: Database) -> Iterator[JobQueue]:
    queue = JobQueue(database, executor_id="tests")
    yield queue
    queue.stop()


def engine_of(database: Database, jobs: JobQueue, function: Callable[..., Any]) -> Engine:
    task = service_task(name="t.work", retries=3)(function).__service_task__
    engine = Engine(
        database, clock=lambda: datetime.now(UTC), service_tasks=Registry([task]), queue=jobs
    )
    engine.definitions.deploy([resource("start -> service:Work(type=t.work) -> end")])
    return engine


def eventually(condition: Callable[[], Any], seconds: float = 30) -> Any:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise TimeoutError(condition)


def runs(database: Database) -> int:
    table = "workflow_status" if database.dialect.name == "sqlite" else "dbos.workflow_status"
    with store.reading(database) as connection:
        count = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
    return int(count)


def test_jobs_run_in_the_background_and_are_purged(database: Database, jobs: JobQueue) -> None:
    def work(n: int) -> dict[str, Any]:
        return {"square": n * n}

    engine = engine_of(database, jobs, work)
    started = [
        engine.instances.start(StartRequest("p", variables={"n": n})).instance_key
        for n in range(20)
    ]
    worker = Worker(engine)
    worker.start()
    try:
        squares = [engine.instances.await_end(key, 30)["square"] for key in started]
        assert squares == [n * n for n in range(20)]
        eventually(lambda: jobs.purge(int(time.time() * 1000) + 60_000) or runs(database) == 0)
    finally:
        worker.stop()


def test_a_failed_job_is_run_again_after_its_backoff(database: Database, jobs: JobQueue) -> None:
    failures = [OSError("no network")]

    def work() -> dict[str, Any]:
        if failures:
            raise failures.pop()
        return {"done": True}

    engine = engine_of(database, jobs, work)
    key = engine.instances.start(StartRequest("p")).instance_key
    worker = Worker(engine)
    worker.start()
    try:
        assert engine.instances.await_end(key, 30) == {"done": True}
    finally:
        worker.stop()


def test_a_run_exists_if_and_only_if_the_transaction_committed(
    database: Database, jobs: JobQueue
) -> None:
    jobs.open()
    with database.connect() as connection:
        jobs.enqueue(connection, "job", {"key": 1}, id="lost")
        connection.rollback()
    with store.writing(database) as connection:
        jobs.enqueue(connection, "job", {"key": 1}, id="kept")
        jobs.enqueue(connection, "job", {"key": 1}, id="kept")

    assert (jobs.status("lost"), jobs.status("kept")) == (None, "ENQUEUED")
    assert runs(database) == 1


def test_the_clock_runs_what_is_to_be_done_regularly(database: Database, jobs: JobQueue) -> None:
    ticks: list[dict[str, Any]] = []
    jobs.handler("count", ticks.append)
    jobs.every("* * * * * *", "count")
    jobs.start()

    eventually(lambda: len(ticks) >= 2)


def test_a_job_without_a_run_is_found_and_queued(database: Database, jobs: JobQueue) -> None:
    def work() -> dict[str, Any]:
        return {}

    engine = engine_of(database, jobs, work)
    engine.queue = None
    key = engine.instances.start(StartRequest("p")).instance_key
    engine.queue = jobs
    late = datetime.now(UTC).replace(year=datetime.now(UTC).year + 1)
    worker = Worker(engine)
    worker.start()
    try:
        engine.clock = lambda: late
        assert worker.adopt_orphans() == 1
        assert worker.adopt_orphans() == 0
        assert engine.instances.await_end(key, 30) == {}
    finally:
        worker.stop()


def test_a_job_whose_run_came_and_went_while_its_instance_slept_is_run_on_waking(
    database: Database, jobs: JobQueue
) -> None:
    engine = engine_of(database, jobs, lambda: {"done": True})
    key = engine.instances.start(StartRequest("p")).instance_key
    engine.by("olivia").instances.suspend(key)
    worker = Worker(engine)
    worker.start()
    try:
        eventually(lambda: jobs.waiting() == 0)
        engine.by("olivia").instances.resume(key)
        assert engine.instances.await_end(key, 30) == {"done": True}
    finally:
        worker.stop()


def test_a_job_that_is_done_when_its_instance_sleeps_is_done_anew_under_the_same_key(
    database: Database, jobs: JobQueue
) -> None:
    asked: list[str] = []

    def work(job_key: str, instance_key: str) -> dict[str, Any]:
        if not asked:
            engine.by("olivia").instances.suspend(int(instance_key))
        asked.append(job_key)
        return {"done": True}

    engine = engine_of(database, jobs, work)
    key = engine.instances.start(StartRequest("p")).instance_key
    worker = Worker(engine)
    worker.start()
    try:
        eventually(lambda: asked and jobs.waiting() == 0)
        engine.by("olivia").instances.resume(key)
        assert engine.instances.await_end(key, 30) == {"done": True}
        assert len(asked) == 2
        assert len(set(asked)) == 1
    finally:
        worker.stop()


@contextmanager
def process(role: str, url: str, file: Path, executor: str = "storm") -> Iterator[Any]:
    command = [sys.executable, "-m", "tests.engine.storm", role, url, str(file), executor]
    child = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


def lines(file: Path, word: str) -> list[int]:
    if not file.exists():
        return []
    found = (line.split() for line in file.read_text().splitlines())
    return [int(parts[1]) for parts in found if len(parts) == 2 and parts[0] == word]


def test_kill_9_loses_nothing_that_was_acknowledged(url: str, tmp_path: Path) -> None:
    storm.prepare(url)
    told, done = tmp_path / "told", tmp_path / "done"
    kills = int(os.environ.get("PEYVAND_KILLS", "3"))
    for number in range(1, kills + 1):
        with process("client", url, told), process("worker", url, done):
            enough = 10 * number
            eventually(lambda n=enough: len(lines(told, "complete")) >= n, 60)  # type: ignore[misc]
    engine = storm.make(url, done)
    worker = Worker(engine)
    worker.start()
    try:
        storm.settle(engine, 90)
    finally:
        worker.stop()

    with store.reading(engine.database) as connection:
        ended = set(
            connection.execute(
                select(store.instance.c.key).where(store.instance.c.state == "COMPLETED")
            ).scalars()
        )
        completed = set(
            connection.execute(
                select(store.user_task.c.key).where(store.user_task.c.state == "COMPLETED")
            ).scalars()
        )
        jobs_done = set(connection.execute(select(store.job.c.key)).scalars())
        broken = [key for key in ended if reads.verify(connection, key) is not None]
        twice = connection.execute(
            select(func.count())
            .select_from(store.user_task)
            .group_by(store.user_task.c.instance_key, store.user_task.c.element_id)
            .having(func.count() > 1)
        ).all()
    assert set(lines(told, "start")) <= ended, "an acknowledged start was lost"
    assert set(lines(told, "complete")) <= completed, "an acknowledged completion was lost"
    assert set(lines(done, "effect")) == jobs_done, "every effect at least once, with its key"
    assert (broken, twice) == ([], [])
    engine.database.dispose()


@pytest.mark.postgres
def test_the_runs_of_a_dead_worker_are_taken_over(url: str, tmp_path: Path) -> None:
    if not url.startswith("postgresql"):
        pytest.skip("on SQLite one process runs jobs; it recovers its own")
    storm.prepare(url)
    engine = storm.make(url, tmp_path / "own", "survivor")
    started = [engine.instances.start(StartRequest("storm")).instance_key for _ in range(10)]
    with store.writing(engine.database) as connection:
        connection.execute(store.user_task.update().values(assignee="x"))
    file = tmp_path / "dead"
    with process("worker", url, file, "mortal"):
        eventually(lambda: file.exists())
    # A run that the dead worker had begun and never reported:
    with store.reading(engine.database) as connection:
        tasks = list(connection.execute(select(store.user_task.c.key)).scalars())
    for key in tasks:
        engine.tasks.complete(key, {})
    with store.writing(engine.database) as connection:
        connection.execute(
            text("UPDATE dbos.workflow_status SET status = 'PENDING', executor_id = 'mortal'")
        )
    worker = Worker(engine)
    worker.start()
    try:
        eventually(lambda: len(lines(tmp_path / "own", "effect")) == len(started))
    finally:
        worker.stop()
    engine.database.dispose()
