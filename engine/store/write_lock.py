"""The lock of the threads that write to a SQLite file: it goes to the one who has waited longest.

SQLite lets those who find the file locked pause and try again, up to a tenth of a second each time.
Whoever comes at the right moment overtakes them, so beside busy background work a person waited for
seconds. The threads of one process wait in two queues, people and background, which are served
alternately. Between processes see `process_lock`.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_background: ContextVar[bool] = ContextVar("background", default=False)


@contextmanager
def in_background() -> Iterator[None]:
    """Mark this thread as background work: nobody waits for what it does."""
    token = _background.set(True)
    try:
        yield
    finally:
        _background.reset(token)


class WriteLock:
    """A lock that is handed over in the order of asking, to people and background in turn."""

    def __init__(self) -> None:
        """Nobody writes and nobody waits."""
        self._mutex = threading.Lock()
        self._taken = False
        self._lines: tuple[deque[threading.Lock], ...] = (deque(), deque())
        self._next = 0

    def acquire(self, seconds: float) -> bool:
        """Wait for the lock; return False if it has not come in time."""
        line = self._lines[_background.get()]
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            line.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._mutex:
            if mine not in line:
                return True  # it came at the last moment
            line.remove(mine)
            return False

    def release(self) -> None:
        """Hand the lock to the next one."""
        with self._mutex:
            line = self._lines[self._next] or self._lines[1 - self._next]
            self._next = 1 - self._next
            if line:
                line.popleft().release()
            else:
                self._taken = False


class FairConnection(sqlite3.Connection):
    """A connection that releases the write lock when its transaction is over."""

    write_lock: WriteLock | None = None
    _has_lock = False

    def acquire_lock(self, seconds: float) -> None:
        """Wait until this connection may write; raises the error of a busy file."""
        if self.write_lock is not None and not self._has_lock:
            if not self.write_lock.acquire(seconds):
                raise sqlite3.OperationalError("database is locked")
            self._has_lock = True

    def release_lock(self) -> None:
        """Let others write, if we hold the lock."""
        if self._has_lock and self.write_lock is not None:
            self._has_lock = False
            self.write_lock.release()

    def commit(self) -> None:
        """Commit, then release the lock."""
        super().commit()
        self.release_lock()

    def rollback(self) -> None:
        """Roll back, then release the lock, also when the file is gone."""
        try:
            super().rollback()
        finally:
            self.release_lock()

    def close(self) -> None:
        """Close, then release the lock."""
        try:
            super().close()
        finally:
            self.release_lock()
