"""Background work behind one small interface; nothing else knows that DBOS Transact does it.

A run exists if and only if the transaction that enqueued it committed. It is run at least once,
by exactly one process at a time on SQLite (a file lock decides), by any worker on PostgreSQL.
"""

import fcntl
import logging
import os
import threading
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

from engine.errors import Unavailable
from engine.executor_recovery import ExecutorRecovery

Payload = Mapping[str, Any]
Handler = Callable[[dict[str, Any]], object]

NAME = "peyvand"
VERSION = "1"  # fixed, or pending runs of older code would not be recovered
QUEUE = "peyvand"
RUN = "peyvand_run"
TICK = "peyvand_tick"
WAIT_S = (0.2, 0.5, 1.0, 2.0, 5.0)  # between tries while the database is away

log = logging.getLogger(__name__)


class JobQueue:
    """The queue of one database. `open` is enough to enqueue; `start` also runs what is queued."""

    def __init__(
        self,
        database: Engine,
        *,
        executor_id: str = "local",
        concurrency: int = 16,
        polling_s: float = 0.05,
    ) -> None:
        """Nothing is opened yet. `executor_id` must outlive restarts of the same worker."""
        self.database = database
        self.executor_id = executor_id
        self._concurrency = concurrency
        self._polling_s = polling_s
        self._handlers: dict[str, Handler] = {}
        self._schedules: list[tuple[str, str]] = []
        self._client: DBOSClient | None = None
        self._opening = threading.Lock()
        self._stopping = threading.Event()
        self._starter: threading.Thread | None = None
        self._launched = False
        self._lock: IO[str] | None = None
        self._recovery: ExecutorRecovery | None = None

    def handler(self, kind: str, function: Handler) -> None:
        """Register who does runs of a kind."""
        self._handlers[kind] = function

    def every(self, cron: str, kind: str) -> None:
        """Run a kind by the clock, once per tick in the whole cluster."""
        self._schedules.append((cron, kind))

    def enqueue(
        self,
        connection: Connection,
        kind: str,
        payload: Payload,
        *,
        id: str,  # noqa: A002 - the word of the interface
        delay: float = 0.0,
    ) -> None:
        """Queue a run in the caller's transaction; the same id is queued once."""
        options: dict[str, Any] = {
            "workflow_name": RUN,
            "queue_name": QUEUE,
            "workflow_id": id,
            "app_version": VERSION,
            "serialization_type": "portable",
        }
        if delay > 0:
            options["delay_seconds"] = delay
        self.open().enqueue_in_transaction(connection, options, kind, dict(payload))

    def enqueue_job(self, connection: Connection, job_key: int, attempt: int, delay: float) -> None:
        """Queue run number `attempt` of a job of the engine."""
        run = f"job-{job_key}-{attempt}"
        self.enqueue(connection, "job", {"key": job_key, "run": run}, id=run, delay=delay)

    def status(self, run: str) -> str | None:
        """Return how a run stands; None if it is not known."""
        found = self.open().list_workflows(workflow_ids=[run], limit=1)
        return found[0].status if found else None

    def waiting(self) -> int:
        """Count the runs that are queued or at work, up to a thousand."""
        queued = ["ENQUEUED", "DELAYED", "PENDING"]
        return len(self.open().list_workflows(status=queued, limit=1_000, load_input=False))

    def migrate(self) -> None:
        """Make or update the tables of the queue."""
        DBOS.migrate(self._url())

    def open(self) -> DBOSClient:
        """Be ready to enqueue; call it outside of a transaction first."""
        if self._client is not None:
            return self._client
        with self._opening:
            if self._client is None:
                logging.getLogger("dbos").setLevel(logging.WARNING)
                if not self._migrated():
                    self.migrate()
                self._client = DBOSClient(
                    system_database_engine=self.database,
                    serializer=DBOSPortableJSONSerializer(),
                    application_name=NAME,
                    lazy=True,
                    retry_connection_errors=False,
                )
            return self._client

    def start(self) -> None:
        """Run what is queued, as soon as this process is the one that may."""
        self.open()
        if self._take_lock():
            self._launch()
        else:
            log.info("another process runs the jobs of this database; standing by")
            self._starter = threading.Thread(target=self._stand_by, daemon=True, name="jobs")
            self._starter.start()

    def stop(self, timeout_s: int = 5) -> None:
        """Finish what runs, take nothing more; unfinished runs are done after the next start."""
        self._stopping.set()
        if self._starter is not None:
            self._starter.join()
        if self._recovery is not None:
            self._recovery.stop()
        if self._launched:
            DBOS.destroy(workflow_completion_timeout_sec=timeout_s, destroy_registry=True)
            self._launched = False
        if self._client is not None:
            self._client.destroy()
            self._client = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def purge(self, before_ms: int, limit: int = 1_000) -> int:
        """Delete finished runs that ended before an instant (epoch milliseconds)."""
        client = self.open()
        from_then = {"completed_before": _iso(before_ms), "limit": limit}
        done = client.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"], load_input=False, **from_then
        )
        if done:
            client.delete_workflows([run.workflow_id for run in done])
        return len(done)

    # -- inside ------------------------------------------------------------------------------

    def _launch(self) -> None:
        if self.database.dialect.name == "postgresql":
            self._announce()
        else:
            self._take_over()
        config: Any = {
            "name": NAME,
            "system_database_url": self._url(),
            "application_version": VERSION,
            "executor_id": self.executor_id,
            "log_level": "WARNING",
            "use_listen_notify": False,
            "serializer": DBOSPortableJSONSerializer(),
            "scheduler_polling_interval_sec": 1.0,
        }

        def run(kind: str, payload: dict[str, Any]) -> None:
            self._run(kind, payload)

        def tick(at: Any, kind: str) -> None:
            self._run(kind, {"at": str(at)})

        DBOS(config=config)
        DBOS.workflow(name=RUN)(run)
        tick = DBOS.workflow(name=TICK)(tick)
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=self._concurrency,
            polling_interval_sec=self._polling_s,
        )
        DBOS.apply_schedules(
            [
                {"schedule_name": kind, "workflow_fn": tick, "schedule": cron, "context": kind}
                for cron, kind in self._schedules
            ]
        )
        self._launched = True

    def _take_over(self) -> None:
        """On SQLite we run alone: what somebody of another name left unfinished is ours."""
        for executor_id, runs in self._pending().items():
            if executor_id != self.executor_id:
                self._resume(runs)

    def _pending(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for run in self.open().list_workflows(status="PENDING", load_input=False):
            found.setdefault(run.executor_id or "", []).append(run.workflow_id)
        return found

    def _resume(self, runs: list[str]) -> None:
        self.open().resume_workflows(runs, queue_name=QUEUE)

    def _announce(self) -> None:
        """Take part in looking after workers that died."""
        recovery = ExecutorRecovery(self.database, self.executor_id, self._pending, self._resume)
        if not recovery.announce():
            # Two workers of one name: this one gets a name of its own.
            self.executor_id = f"{self.executor_id}-{os.getpid()}-{uuid.uuid4().hex[:6]}"
            recovery = ExecutorRecovery(
                self.database, self.executor_id, self._pending, self._resume
            )
            recovery.announce()
        recovery.start()
        self._recovery = recovery

    def _run(self, kind: str, payload: dict[str, Any]) -> None:
        """Do a run; a database that is away is waited for, it never fails a run."""
        tries = 0
        while True:
            try:
                self._handlers[kind](payload)
            except (Unavailable, DBAPIError) as error:
                if isinstance(error, DBAPIError) and not error.connection_invalidated:
                    raise
                log.warning("the database is away: %s", error)
                self._stopping.wait(WAIT_S[min(tries, len(WAIT_S) - 1)])
                tries += 1
            else:
                return

    def _stand_by(self) -> None:
        while not self._stopping.wait(1.0):
            if self._take_lock():
                self._launch()
                return

    def _take_lock(self) -> bool:
        """On SQLite take the file lock; it is free again the moment its process dies."""
        path = self.database.url.database
        if self.database.dialect.name != "sqlite" or not path:
            return True
        lock = Path(f"{path}.worker").open("w")  # noqa: SIM115 - held as long as we run
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self._lock = lock
        return True

    def _migrated(self) -> bool:
        schema = None if self.database.dialect.name == "sqlite" else "dbos"
        return inspect(self.database).has_table("workflow_status", schema=schema)

    def _url(self) -> str:
        return self.database.url.render_as_string(hide_password=False).replace("+psycopg", "")


def _iso(epoch_ms: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat()
