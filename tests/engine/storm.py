"""A process to be killed: starts and completes (`client`) or runs jobs (`worker`).

    python -m tests.engine.storm client|worker URL FILE

What the client is told is done it writes to FILE before it goes on; what the worker did, too.
"""

import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import store
from engine.engine import Engine
from engine.errors import Conflict, NotFound
from engine.jobs import JobQueue
from engine.model import Resource, StartRequest
from engine.service_task import Registry, service_task
from engine.worker import Worker
from tests.support.bpmn import bpmn

DRAWING = bpmn("start -> user:A -> service:Effect(type=storm.effect) -> user:B -> end", "storm")


def now() -> datetime:
    return datetime.now(UTC)


def make(url: str, file: Path, executor: str = "storm") -> Engine:
    @service_task(name="storm.effect", retries=50)
    def effect(job_key: str) -> dict[str, Any]:
        note(file, f"effect {job_key}")
        return {"effect": job_key}

    database = store.connect(url)
    return Engine(
        database,
        clock=now,
        service_tasks=Registry([effect.__service_task__]),
        queue=JobQueue(database, executor_id=executor),
    )


def note(file: Path, line: str) -> None:
    with file.open("a") as log:
        log.write(line + "\n")


def client(engine: Engine, file: Path) -> None:
    """Start instances and complete whatever task is open, writing down each answer."""
    while True:
        started = engine.by("client").instances.start(StartRequest("storm"))
        note(file, f"start {started.instance_key}")
        with store.reading(engine.database) as connection:
            column = store.user_task.c
            rows = connection.execute(
                select(column.key).where(column.state == "CREATED").limit(5)
            ).scalars()
            tasks = list(rows)
        for key in tasks:
            try:
                engine.by("client").tasks.complete(key, {})
            except (Conflict, NotFound):
                continue
            note(file, f"complete {key}")


def main(role: str, url: str, file: Path, executor: str = "storm") -> None:
    engine = make(url, file, executor)
    if role == "client":
        client(engine, file)
    Worker(engine).start()
    note(file, "ready")
    threading.Event().wait()


def prepare(url: str) -> None:
    database = store.connect(url)
    store.create(database)
    JobQueue(database).migrate()
    Engine(database, clock=now).definitions.deploy([Resource("storm.bpmn", DRAWING)])
    database.dispose()


def settle(engine: Engine, seconds: float) -> None:
    """Complete every task until all instances have ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with store.reading(engine.database) as connection:
            open_tasks = list(
                connection.execute(
                    select(store.user_task.c.key).where(store.user_task.c.state == "CREATED")
                ).scalars()
            )
            running = connection.execute(
                select(store.instance.c.key).where(store.instance.c.state == "ACTIVE").limit(1)
            ).first()
        for key in open_tasks:
            engine.by("settle").tasks.complete(key, {})
        if running is None:
            return
        time.sleep(0.1)
    raise TimeoutError("some instances never ended")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), *sys.argv[4:])
