"""Does the work that waits: runs service tasks, lets timers go off, tries again what failed."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine import reads, store
from engine.commands.job_runs import HandedOut
from engine.engine import Engine
from engine.errors import BpmnError, Conflict, EngineError, Invalid, NotFound, Unavailable
from engine.service_task import ServiceTask
from engine.transaction.pending import NOTICE

TICK_S = 1.0
BATCH = 100
ORPHANED = timedelta(seconds=60)  # due for so long without a run
ADOPT_EVERY = 30  # ticks
QUEUED = ("ENQUEUED", "DELAYED", "PENDING")  # a run that will be, or is being run
SWEEP_LOCK = 7_301  # one worker of the cluster lets timers go off
UPKEEP = "17 * * * *"  # every hour, so that no night's purge is long
WATCH = "41 3 * * *"  # once a night: it looks at every running instance
IN_A_ROW = 10  # jobs of one instance, before its next one queues up behind those of others
BACKOFF_MS = (1_000, 5_000, 30_000, 120_000, 600_000)

_job = store.job.c
_DUE = (
    select(_job.key)
    .join(store.instance, store.instance.c.key == _job.instance_key)
    .where(_job.open, _job.installed, _job.retries > 0)
    .where(_job.available_at <= bindparam("now"), store.instance.c.state == "ACTIVE")
    .order_by(_job.rank, _job.key)
    .limit(BATCH)
)

log = logging.getLogger(__name__)


class Worker:
    """Moves jobs and timers: in the background (`start`) or here and now (`run_until_idle`)."""

    def __init__(self, engine: Engine, *, tick_s: float = TICK_S) -> None:
        """Take an engine whose service tasks are to be run."""
        self.engine = engine
        self._tick_s = tick_s
        self._stopping = threading.Event()
        self._ticker: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work in the background; return at once."""
        jobs = self.engine.queue
        if jobs is not None:
            for kind, function in self._handlers().items():
                jobs.handler(kind, store.in_background()(function))
            jobs.every(UPKEEP, "upkeep")
            jobs.every(WATCH, "look after")
            self._know_installed()
            jobs.start()
        self._ticker = threading.Thread(
            target=store.in_background()(self._tick_for_ever), daemon=True, name="timers"
        )
        self._ticker.start()

    def stop(self) -> None:
        """Finish what runs and take nothing more."""
        self._stopping.set()
        if self._ticker is not None:
            self._ticker.join()
        if self.engine.queue is not None:
            self.engine.queue.stop()

    def run_until_idle(self, timeout: float = 60.0) -> int:
        """Run every job and timer that is due, and what follows from them; return how many."""
        until = time.monotonic() + timeout
        done = 0
        while True:
            moved = self.engine.timers.fire_due(BATCH)
            for key in self._due_jobs():
                moved += self.run_job(key, f"inline-{key}")
            for key in self.engine.batches.active():
                moved += self.engine.batches.process_chunk(key)
            told = len(self.engine.notices)
            while self.engine.notices:
                self.notify(self.engine.notices.popleft())
            if not moved and not told:  # what a notice sets off is worked on too
                return done
            done += moved
            if time.monotonic() > until:
                raise Unavailable(f"not idle after {timeout} s")

    def run_job(self, job_key: int, run: str) -> bool:
        """Run an installed job once and report how it went; False if there was nothing to do."""
        handed = self._begun(job_key, run)
        if handed is not None:
            self._do(handed, None)
        return handed is not None

    def run_jobs(self, job_key: int, run: str) -> None:
        """Run an installed job, and those that follow it in its instance, up to a number."""
        handed = self._begun(job_key, run)
        for left in reversed(range(IN_A_ROW)):
            if handed is not None:
                handed = self._do(handed, run if left else None)

    def purge(self, _tick: Mapping[str, Any]) -> None:
        """Delete what was kept long enough."""
        gone = self.engine.upkeep.purge()
        jobs = self.engine.queue
        if jobs is not None:
            kept_ms = self.engine.retention.runs_days * 86_400_000
            before_ms = int(self.engine.clock().timestamp() * 1_000) - kept_ms
            while deleted := jobs.purge(before_ms):
                gone["runs"] = gone.get("runs", 0) + deleted
        log.info("kept long enough and deleted: %s", gone)

    def report_missing_waits(self) -> int:
        """Report waits that are lost and instances that wait for nothing; return how many."""
        found, after = 0, 0
        while True:
            with store.reading(self.engine.database) as connection:
                keys = reads.active(connection, after=after)
                losers = reads.losers(connection, keys)
            found += sum(self.engine.incidents.report_missing(key) for key in losers)
            if not keys:
                break
            after = keys[-1]
        with store.reading(self.engine.database) as connection:
            stuck = reads.stuck(connection)
        for key in stuck:
            self.engine.incidents.report_stuck(key)
        return found + len(stuck)

    # -- inside ------------------------------------------------------------------------------

    def _handlers(self) -> dict[str, Callable[[dict[str, Any]], object]]:
        batches = self.engine.batches
        return {
            "job": lambda payload: self.run_jobs(payload["key"], payload["run"]),
            "batch": lambda payload: batches.process_chunk(payload["key"], payload["run"]),
            "signal": lambda payload: self.engine.by(payload["by"]).signals.go_on(payload),
            NOTICE: self.notify,
            "upkeep": self.purge,
            "look after": lambda _: self.report_missing_waits(),
        }

    def notify(self, notice: Mapping[str, Any]) -> None:
        """Call the service task of a notice, if it is installed; its key is that of the run."""
        task = self.engine.service_tasks.get(notice["type"])
        if task is None:
            return
        given = {
            "now": self.engine.clock(),
            "job_key": notice["key"],
            "engine": self.engine,
            "services": self.engine.services,
        }
        self._call_with(task, notice["variables"], given)

    def _begun(self, job_key: int, run: str) -> HandedOut | None:
        try:
            return self.engine.by(run).jobs.begin(job_key)
        except Conflict as refused:
            log.warning("job %s cannot begin: %s", job_key, refused)
            return None

    def _do(self, handed: HandedOut, run: str | None) -> HandedOut | None:
        """Run the function and report; return what the run is to do next."""
        report = self._work(handed, run)
        try:
            return report()
        except (NotFound, Conflict) as gone:
            # The instance was cancelled, has moved on or is suspended since the function began.
            log.info("job %s has nobody to report to: %s", handed["key"], gone)
            self.engine.by(handed["worker"]).jobs.release(handed["key"])
        except Unavailable:
            raise  # the run is repeated when the database is back
        except Exception as error:
            # What it answered cannot be taken: an incident, or it would be tried for ever.
            told = error.message if isinstance(error, EngineError) else type(error).__name__
            log.exception("job %s cannot be finished", handed["key"])
            self.engine.by(handed["type"]).jobs.fail(handed["key"], told)
        return None

    def _work(self, handed: HandedOut, run: str | None) -> Callable[[], HandedOut | None]:
        """Run the function; return how to report what came of it."""
        jobs = self.engine.by(handed["type"]).jobs
        try:
            variables = self._call(handed)
        except BpmnError as no:
            return partial(jobs.throw_and_go_on, handed, no, run)
        except Invalid as wrong:
            return partial(jobs.fail, handed["key"], wrong.message)
        except Unavailable:
            raise  # the run is repeated when the database is back
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            return self._failed(handed, error)
        except BaseException as end:
            # Who wants to end the process ends its job: the runs of others are here too.
            if isinstance(end, KeyboardInterrupt) and _in_front():
                raise
            return self._failed(handed, end)
        return partial(jobs.finish_and_go_on, handed, variables, run)

    def _call(self, handed: HandedOut) -> dict[str, Any]:
        task = self.engine.service_tasks.get(handed["type"])
        if task is None:
            raise Invalid(f"no service task '{handed['type']}' is installed")
        if not task.belongs_to(handed["process_id"]):
            raise Invalid(f"service task '{task.name}' does not belong to this process")
        given = {
            "now": self.engine.clock(),
            "job_key": str(handed["key"]),
            "instance_key": str(handed["instance_key"]),
            "business_key": handed["business_key"],
            "headers": handed["headers"],
            "engine": self.engine,
            "services": self.engine.services,
        }
        return self._call_with(task, handed["variables"], given)

    def _call_with(
        self, task: ServiceTask, variables: Mapping[str, Any], given: dict[str, Any]
    ) -> dict[str, Any]:
        if "session" not in task.injected:
            return task.call(variables, given)
        with Session(self.engine.database) as session:
            answer = task.call(variables, given | {"session": session})
            session.commit()
        return answer

    def _failed(self, handed: HandedOut, error: BaseException) -> Callable[[], None]:
        key, actor = handed["key"], handed["type"]
        log.warning("job %s (%s) failed: %s", key, actor, type(error).__name__)
        backoff = BACKOFF_MS[min(handed["attempt"], len(BACKOFF_MS) - 1)]
        message = _told(error)
        left = handed["retries"] - 1
        return partial(self.engine.by(actor).jobs.fail, key, message, left, backoff)

    def _know_installed(self) -> None:
        """Jobs of functions that were installed (or removed) since they were opened."""
        job, names = store.job.c, [task.name for task in self.engine.service_tasks]
        with store.writing(self.engine.database) as connection:
            for installed, of_ours in (
                (True, job.type.in_(names)),
                (False, job.type.not_in(names)),
            ):
                connection.execute(
                    update(store.job)
                    .where(job.open, job.installed != installed, of_ours)
                    .values(installed=installed)
                )

    def adopt_orphans(self) -> int:
        """Queue due jobs again that have no run: lost by a fault, or opened without a queue."""
        jobs, now = self.engine.queue, self.engine.clock()
        if jobs is None:
            return 0
        adopted = 0
        for key, attempt in self._overdue_jobs(now):
            run = f"job-{key}-{attempt + 1}"
            status = jobs.status(run)
            if status in QUEUED:
                continue
            if status is not None:
                run += f"-{int(now.timestamp())}"
            with store.writing(self.engine.database) as connection:
                jobs.enqueue(connection, "job", {"key": key, "run": run}, id=run)
            adopted += 1
        adopted += self.engine.batches.restart_lost(
            ORPHANED, lambda run: jobs.status(run) in QUEUED
        )
        return adopted

    def _overdue_jobs(self, now: datetime) -> list[tuple[int, int]]:
        job, instance = store.job.c, store.instance.c
        with store.reading(self.engine.database) as connection:
            found = connection.execute(
                select(job.key, job.attempt)
                .join(store.instance, instance.key == job.instance_key)
                .where(job.open, job.installed, job.retries > 0)
                .where(job.available_at <= now - ORPHANED, instance.state == "ACTIVE")
                .where(job.deadline.is_(None) | (job.deadline <= now))
                .order_by(job.available_at)
                .limit(BATCH)
            )
            return [(row.key, row.attempt) for row in found]

    def _due_jobs(self) -> list[int]:
        with store.reading(self.engine.database) as connection:
            return list(connection.execute(_DUE, {"now": self.engine.clock()}).scalars())

    def _tick_for_ever(self) -> None:
        ticks = 0
        while not self._stopping.wait(self._tick_s):
            try:
                self._tick()
                if ticks % ADOPT_EVERY == 0:
                    self.adopt_orphans()
                ticks += 1
            except (EngineError, DBAPIError) as error:
                log.warning("timers and orphans wait: %s", error)

    def _tick(self) -> None:
        with store.reading(self.engine.database) as connection:
            if _alone(connection):
                while self.engine.timers.fire_due(BATCH) == BATCH and not self._stopping.is_set():
                    continue


def _told(error: BaseException) -> str:
    """Return what went wrong; an error that cannot be shown is named all the same."""
    try:
        said = str(error)
    except Exception:
        log.exception("%s cannot say what it is", type(error).__name__)
        said = ""
    return f"{type(error).__name__}: {said}"


def _in_front() -> bool:
    """Return whether somebody sits at the keyboard of this thread."""
    return threading.current_thread() is threading.main_thread()


def _alone(connection: Connection) -> bool:
    """Return whether this worker may sweep; the lock is free again when the transaction ends."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(select(func.pg_try_advisory_xact_lock(SWEEP_LOCK))).scalar())
