"""PostgreSQL goes away and comes back: who asks is told to come again, and no job fails."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine import reads, store
from engine.engine import Engine
from engine.errors import Unavailable
from engine.jobs import JobQueue
from engine.model import StartRequest
from engine.service_task import Registry, service_task
from engine.worker import Worker
from tests.support import postgres
from tests.support.bpmn import resource

pytestmark = pytest.mark.postgres
PATIENCE_S = 90


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL server binaries on this machine")
    with postgres.mortal() as running:
        yield running


def engine_of(url: str, *functions: Callable[..., Any]) -> Engine:
    database = store.connect(url)
    store.create(database)
    tasks = [service_task(name=f"t.{f.__name__}", retries=3)(f) for f in functions]
    return Engine(
        database,
        clock=lambda: datetime.now(UTC),
        service_tasks=Registry([task.__service_task__ for task in tasks]),  # type: ignore[attr-defined]
        queue=JobQueue(database, executor_id="outage"),
    )


def eventually(condition: Callable[[], Any]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.1)


def test_who_asks_a_database_that_is_away_is_told_to_come_again(server: postgres.Server) -> None:
    engine = engine_of(server.url)
    engine.queue = None
    engine.definitions.deploy([resource("start -> user:A -> end")])
    key = engine.instances.start(StartRequest("p")).instance_key
    with store.reading(engine.database) as connection:
        task = reads.waiting(connection, key)[0].key
    server.crash()

    for verb in (
        lambda: engine.instances.start(StartRequest("p")),
        lambda: engine.tasks.complete(task, {}),
    ):
        with pytest.raises(Unavailable):
            verb()
    server.start()

    # Each connection of the pool finds out for itself that its server died.
    eventually(lambda: not _unavailable(lambda: engine.tasks.complete(task, {})))
    with store.reading(engine.database) as connection:
        assert reads.instance(connection, key).state == "COMPLETED"
    engine.database.dispose()


def test_a_database_that_goes_away_never_fails_a_job(server: postgres.Server) -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow() -> dict[str, Any]:
        begun.set()
        assert finish.wait(PATIENCE_S)
        return {"done": True}

    engine = engine_of(server.url, slow)
    engine.definitions.deploy([resource("start -> service:Slow(type=t.slow) -> end")])
    key = engine.instances.start(StartRequest("p")).instance_key
    worker = Worker(engine)
    worker.start()
    try:
        # Given a job that runs when the database dies
        assert begun.wait(PATIENCE_S)
        server.crash()
        finish.set()
        time.sleep(1)  # it tries to report, and cannot
        server.start()

        # Then it is reported once the database is back, and was never counted as failed
        eventually(lambda: not _unavailable(lambda: engine.instances.await_end(key, PATIENCE_S)))
    finally:
        worker.stop()
    with store.reading(engine.database) as connection:
        job = connection.execute(select(store.job)).one()
        incidents = connection.execute(select(store.incident)).all()
    assert (job.state, job.retries, job.error_message, incidents) == ("COMPLETED", 3, None, [])
    engine.database.dispose()


def _unavailable(ask: Callable[[], Any]) -> bool:
    try:
        ask()
    except Unavailable:
        return True
    return False
