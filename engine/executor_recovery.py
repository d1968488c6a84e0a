"""On PostgreSQL: the runs of a worker that died for good are taken over by the living.

Every worker holds a session advisory lock on its executor id; a lock that is free means dead.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

SPACE = 7_302  # of the advisory locks on executor ids
ONE_RECOVERS = 7_303
EVERY_S = 2.0

Pending = Callable[[], dict[str, list[str]]]  # executor id → ids of its unfinished runs
Resume = Callable[[list[str]], None]

log = logging.getLogger(__name__)


class ExecutorRecovery:
    """Says that this worker lives, and looks after those that do not any more."""

    def __init__(
        self, database: Engine, executor_id: str, pending: Pending, resume: Resume
    ) -> None:
        """Take what lists and resumes the runs of others."""
        self._database = database
        self._executor_id = executor_id
        self._pending = pending
        self._resume = resume
        self._alive: Connection | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def announce(self) -> bool:
        """Hold the lock of this executor; False if another living worker has this id."""
        connection = self._database.connect().execution_options(isolation_level="AUTOCOMMIT")
        if _locked(connection, self._executor_id):
            self._alive = connection
            return True
        connection.close()
        return False

    def start(self) -> None:
        """Look after the others from time to time."""
        self._thread = threading.Thread(target=self._watch, daemon=True, name="executor recovery")
        self._thread.start()

    def stop(self) -> None:
        """Stop looking, and give up the lock."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if self._alive is not None:
            self._alive.invalidate()  # the lock belongs to the session: end it
            self._alive.close()
            self._alive = None

    def recover(self) -> list[str]:
        """Take over the runs of the dead; return the executors found dead."""
        dead = []
        with self._database.connect() as connection, connection.begin():
            alone = select(func.pg_try_advisory_xact_lock(ONE_RECOVERS))
            if not connection.execute(alone).scalar():
                return []
            for executor_id, runs in self._pending().items():
                if executor_id == self._executor_id or not _locked(connection, executor_id):
                    continue
                self._resume(runs)
                connection.execute(select(func.pg_advisory_unlock(SPACE, _number(executor_id))))
                log.warning("worker %s is dead; %d runs taken over", executor_id, len(runs))
                dead.append(executor_id)
        return dead

    def _watch(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                self._stay_alive()
                self.recover()
            except DBAPIError as error:
                log.warning("executor recovery waits: %s", type(error.orig).__name__)

    def _stay_alive(self) -> None:
        """Take the lock again if its session was lost with the database."""
        if self._alive is None:
            self.announce()
            return
        try:
            self._alive.execute(select(1))
        except DBAPIError:
            self._alive.close()
            self._alive = None
            self.announce()


def _locked(connection: Connection, executor_id: str) -> bool:
    wanted = select(func.pg_try_advisory_lock(SPACE, _number(executor_id)))
    return bool(connection.execute(wanted).scalar())


def _number(executor_id: str) -> Any:
    return func.hashtext(executor_id)
