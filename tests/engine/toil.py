"""Workers that die between an effect and its commit, and an audit of what they did.

    python -m tests.engine.toil URL [--jobs N] [--calls N] [--external]

Two workers live at a time, and each kills itself after a random number of calls: effects,
statements, commits. By default they are ours, with sixteen jobs at work at once (on SQLite one of
them stands by); with `--external` they are programs that lease jobs for a moment and report them
one by one. Another takes the place of the dead until every job is done.
"""

import argparse
import gc
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event, func, select

from engine import reads, store
from engine.engine import Engine
from engine.errors import EngineError
from engine.jobs import JobQueue
from engine.service_task import Registry, service_task
from engine.worker import Worker
from tests.support.bpmn import resource

CALLS = 600  # of a worker's life, on average; a job takes about sixteen
LEASE_MS = 400
AT_ONCE = 16
CREW = 2
ANSWER_S = 0.02
PATIENCE_S = 120
EXTERNAL = "toil.outside"


@dataclass
class Death:
    """Kills this process at its call number `left`."""

    left: int

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def call(self, *_: Any) -> None:
        with self._lock:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Toil:
    """One queue of jobs, the log of their effects, and the workers it forks."""

    def __init__(self, url: str, log: Path, *, external: bool) -> None:
        self.url, self.log, self.external = url, log, external
        self.killed = 0
        engine = self.make(None)
        store.create(engine.database)
        JobQueue(engine.database).migrate()
        kind = EXTERNAL if external else "toil.effect"
        engine.definitions.deploy(
            [resource(f"start -> service:Effect(type={kind}; retries=99) -> end")]
        )
        engine.database.dispose()
        gc.freeze()

    def make(self, death: Death | None) -> Engine:
        """Build an engine whose only service task writes down that it was run, and for what."""

        @service_task(name="toil.effect")
        def effect(instance_key: str, job_key: str) -> dict[str, Any]:
            self.effect(instance_key, job_key, death)
            return {"effect": job_key}

        database = store.connect(self.url)
        jobs = JobQueue(database, executor_id="toil", concurrency=AT_ONCE)
        tasks = Registry([effect.__service_task__])  # type: ignore[attr-defined]
        return Engine(database, clock=lambda: datetime.now(UTC), service_tasks=tasks, queue=jobs)

    def effect(self, instance_key: str, job_key: str, death: Death | None) -> None:
        """Do what cannot be taken back."""
        with self.log.open("a") as log:
            log.write(f"{instance_key} {job_key}\n")
        if death is not None:
            death.call()
        time.sleep(ANSWER_S)  # what is outside takes its time; so many jobs are in this state

    def start(self, count: int) -> None:
        """Queue so many jobs."""
        engine = self.make(None)
        engine.instances.start_many(
            "p", ((f"b-{n}", {}) for n in range(count)), unique_business_key=False
        )
        engine.database.dispose()

    def crew(self, random: Random, calls: int) -> None:
        """Let two workers work; whoever dies is replaced, until nothing is left to do."""
        alive, over = {self._fork(random.randint(calls // 20, 2 * calls)) for _ in range(CREW)}, 0
        while alive:
            child, status = os.wait()
            alive.discard(child)
            self.killed += os.WIFSIGNALED(status)
            if not os.WIFSIGNALED(status):
                over += 1
            if status and not os.WIFSIGNALED(status):
                raise RuntimeError("a worker failed")
            if not over:
                alive.add(self._fork(random.randint(calls // 20, 2 * calls)))

    def _fork(self, death: int) -> int:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                self._live(Death(death))
                status = 0
            finally:
                os._exit(status)
        return child

    def _live(self, death: Death) -> None:
        engine = self.make(death)
        for moment in ("before_cursor_execute", "commit", "checkin"):
            event.listen(engine.database, moment, death.call)
        if self.external:
            self._lease(engine, death)
        else:
            worker = Worker(engine)
            worker.start()
            until(lambda: not self.open_jobs(engine))
            worker.stop()

    def _lease(self, engine: Engine, death: Death) -> None:
        """Be a program outside: take jobs, do them, report them."""
        while self.open_jobs(engine):
            found = engine.by(f"w{os.getpid()}").jobs.activate(EXTERNAL, AT_ONCE, LEASE_MS)
            for job in found:
                self.effect(str(job["instance_key"]), str(job["key"]), death)
                try:
                    engine.jobs.finish(job["key"], {"effect": str(job["key"])})
                except EngineError:
                    continue  # its lease was over, and somebody else has done it
            if not found:
                time.sleep(LEASE_MS / 4_000)

    def open_jobs(self, engine: Engine) -> int:
        """Count the jobs that can still be done without an operator."""
        job = store.job.c
        wanted = select(func.count()).where(job.open, job.retries > 0)
        with store.reading(engine.database) as connection:
            return int(connection.execute(wanted).scalar_one())


def until(condition: Callable[[], bool]) -> None:
    """Wait until it is so."""
    late = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > late:
            raise TimeoutError
        time.sleep(0.1)


def resolve(engine: Engine) -> int:
    """Be an operator: try again what had killed its process too often."""
    with store.reading(engine.database) as connection:
        incident = store.incident.c
        keys = list(
            connection.execute(select(incident.key).where(incident.state == "ACTIVE")).scalars()
        )
    for key in keys:
        engine.incidents.resolve(key)
    return len(keys)


def audit(toil: Toil) -> dict[str, Any]:
    """Compare the effects with what is stored."""
    effects = [line.split() for line in toil.log.read_text().splitlines()]
    keys: dict[str, set[str]] = {}
    for instance, job in effects:
        keys.setdefault(instance, set()).add(job)
    times = Counter(instance for instance, _ in effects)
    engine = toil.make(None)
    with store.reading(engine.database) as connection:
        column = store.instance.c
        states = {
            str(row.key): row.state for row in connection.execute(select(column.key, column.state))
        }
        broken = [key for key in states if reads.verify(connection, int(key)) is not None]
    engine.database.dispose()
    return {
        "jobs": len(states),
        "effects": len(effects),
        "repeated": sum(count > 1 for count in times.values()),
        "missed": sorted(set(states) - set(keys)),
        "other key": sorted(key for key, used in keys.items() if len(used) > 1),
        "open": sorted(key for key, state in states.items() if state != "COMPLETED"),
        "torn": broken,
    }


def run(url: str, jobs: int, calls: int, *, external: bool) -> dict[str, Any]:
    """Do so many jobs with workers that die; gives what the audit found."""
    random, begun, incidents = Random(3), time.monotonic(), 0  # noqa: S311 - the same deaths
    with TemporaryDirectory() as folder:
        toil = Toil(url, Path(folder) / "effects", external=external)
        toil.start(jobs)
        left = True
        while left:
            toil.crew(random, calls)
            engine = toil.make(None)
            resolved = resolve(engine)
            left = toil.open_jobs(engine) > 0
            engine.database.dispose()
            incidents += resolved
        found = audit(toil)
    seconds = round(time.monotonic() - begun, 1)
    return {"killed": toil.killed, **found, "incidents": incidents, "seconds": seconds}


def main() -> None:
    """Print what was found as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--jobs", type=int, default=100)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--external", action="store_true")
    wanted = parser.parse_args()
    found = run(wanted.url, wanted.jobs, wanted.calls, external=wanted.external)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
