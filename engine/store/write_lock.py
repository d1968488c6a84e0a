"""Whose turn it is to write to a SQLite file: the one who has waited longest.

SQLite lets those who wait sleep and try again, up to a tenth of a second each time; who comes at
the right moment overtakes them, and beside busy background work a person would wait for seconds. So
the threads of one process stand in two lines, people and background, which are served in turn.
Processes have a line of their own, see `line`.
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
    """Say that nobody waits for what this thread does."""
    token = _background.set(True)
    try:
        yield
    finally:
        _background.reset(token)


class Turns:
    """A lock that is handed over in the order of asking, to people and background in turn."""

    def __init__(self) -> None:
        """Nobody writes and nobody waits."""
        self._mutex = threading.Lock()
        self._taken = False
        self._lines: tuple[deque[threading.Lock], ...] = (deque(), deque())
        self._next = 0

    def take(self, seconds: float) -> bool:
        """Wait for one's turn; False if it has not come."""
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

    def give(self) -> None:
        """Let the next one write."""
        with self._mutex:
            line = self._lines[self._next] or self._lines[1 - self._next]
            self._next = 1 - self._next
            if line:
                line.popleft().release()
            else:
                self._taken = False


class Waiting(sqlite3.Connection):
    """A connection that gives its turn when its transaction is over."""

    turns: Turns | None = None
    _has_turn = False

    def take_turn(self, seconds: float) -> None:
        """Wait until this connection may write; raises the error of a busy file."""
        if self.turns is not None and not self._has_turn:
            if not self.turns.take(seconds):
                raise sqlite3.OperationalError("database is locked")
            self._has_turn = True

    def give_turn(self) -> None:
        """Let others write, if it was our turn."""
        if self._has_turn and self.turns is not None:
            self._has_turn = False
            self.turns.give()

    def commit(self) -> None:
        """Commit, then give the turn."""
        super().commit()
        self.give_turn()

    def rollback(self) -> None:
        """Roll back, then give the turn, also when the file is gone."""
        try:
            super().rollback()
        finally:
            self.give_turn()

    def close(self) -> None:
        """Close, then give the turn."""
        try:
            super().close()
        finally:
            self.give_turn()
