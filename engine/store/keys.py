"""Unique numbers for everything, handed out from blocks so that a key costs no statement."""

import threading
from collections.abc import Callable

from sqlalchemy import Connection, Engine, update

from engine.store.database import writing
from engine.store.running import key_block

FIRST_KEY = 2**51 + 1  # looks like the keys that published clients are used to
BLOCK = 1_000
RESERVE = 100


class Keys:
    """The keys of this process; blocks come from the database in transactions of their own."""

    def __init__(self, database: Engine, block: int = BLOCK) -> None:
        """Take nothing yet: the first key fetches the first block."""
        self._database = database
        self._block = block
        self._lock = threading.Lock()  # never held while the database is asked: see prepare
        self._fetching = threading.Lock()
        self._next = 0
        self._end = 0

    def prepare(self, count: int = RESERVE) -> None:
        """Make sure that a usual step finds its keys; call it before the transaction begins."""
        if self._left() >= count:
            return
        # Whoever is inside a transaction holds SQLite's only write lock and still needs keys, so
        # waiting for the database with the counter locked would be a deadlock.
        with self._fetching:
            if self._left() >= count:
                return
            with writing(self._database) as connection:
                start, end = _take(connection, max(self._block, count))
            with self._lock:
                self._next, self._end = start, end

    def _left(self) -> int:
        with self._lock:
            return self._end - self._next

    def inside(self, connection: Connection) -> Callable[[], int]:
        """Return keys within a transaction; one that outruns the reserve takes a block of its own.

        That block is used by this transaction alone, as it vanishes if the transaction does.
        """
        own: list[int] = [0, 0]

        def give() -> int:
            with self._lock:
                if self._next < self._end:
                    self._next += 1
                    return self._next - 1
            if own[0] == own[1]:
                own[:] = _take(connection, self._block)
            own[0] += 1
            return own[0] - 1

        return give


def _take(connection: Connection, count: int) -> tuple[int, int]:
    statement = (
        update(key_block)
        .where(key_block.c.id == 1)
        .values(next=key_block.c.next + count)
        .returning(key_block.c.next)
    )
    end: int = connection.execute(statement).scalar_one()
    return end - count, end
