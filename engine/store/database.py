"""Open the database the one right way, and transactions that read or write.

On SQLite a transaction of `writing` takes the write lock at once; any other reads until its first
write, and takes the lock then. So readers never wait for writers, no write is refused because
somebody else has written since the first read, and both databases behave as "read committed".
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from engine.store.process_lock import process_lock
from engine.store.write_lock import FairConnection, WriteLock

BUSY_SECONDS = 30
SYNCHRONOUS = "FULL"  # a commit waits for the disk; only what is thrown away may do without
_IMMEDIATE = "BEGIN IMMEDIATE"
_READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN|BEGIN|COMMIT|ROLLBACK)\b", re.IGNORECASE)


def connect(url: str, **options: Any) -> Engine:
    """Open `sqlite:///file`, `sqlite://` (memory) or `postgresql://…`."""
    address = make_url(url)
    options = {"hide_parameters": True, **options}  # what people typed is not for the logs
    if address.get_backend_name() == "postgresql":
        from engine.store.cursor import PlainCursor

        arguments = {"cursor_factory": PlainCursor}
        options = {"pool_size": 10, "max_overflow": 20, "connect_args": arguments, **options}
        return create_engine(address.set(drivername="postgresql+psycopg"), **options)
    sqlite: dict[str, Any] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    if address.database in (None, "", ":memory:"):
        options = {"poolclass": StaticPool, **options}
    else:
        sqlite["factory"] = FairConnection
        # Whoever waits for the writer holds a connection: they are many, and each is cheap.
        options = {"pool_size": 10, "max_overflow": 90, **options}
    return prepare(create_engine(address, connect_args=sqlite, **options))


def prepare(database: Engine) -> Engine:
    """Make SQLite durable and honest: WAL, fsync, foreign keys, and BEGIN IMMEDIATE."""
    if database.dialect.name == "sqlite":
        write_lock = WriteLock()
        event.listen(database, "connect", lambda raw, _: _configure(raw, write_lock))
        event.listen(database, "begin", _begin)
        event.listen(database, "before_cursor_execute", _lock_late)
    return database


@contextmanager
def writing(database: Engine) -> Iterator[Connection]:
    """One transaction that writes: commits at the end, rolls back on any exception."""
    with database.connect() as connection:
        connection.execution_options(immediate=True)
        with connection.begin():
            yield connection


@contextmanager
def reading(database: Engine) -> Iterator[Connection]:
    """One consistent look at the database that takes no write lock."""
    with database.connect() as connection:
        yield connection


def compact(database: Engine) -> bool:
    """Free the bytes of what was deleted: on SQLite from the file and its log.

    PostgreSQL may use them again from then on; they are overwritten as it goes. False if somebody
    held the SQLite file all the while: then the bytes are still there.
    """
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        if database.dialect.name == "sqlite" and raw is not None:
            try:
                raw.execute("VACUUM")
                busy: int = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.OperationalError:
                return False
            return not busy
        connection.exec_driver_sql("VACUUM")
        return True


def _configure(connection: Any, write_lock: WriteLock) -> None:
    # The driver must not begin transactions on its own: its deferred BEGIN loses updates.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()
    if isinstance(connection, FairConnection):
        connection.write_lock = write_lock


def _begin(connection: Connection) -> None:
    at_once = connection.get_execution_options().get("immediate", False)
    connection.info["reading"] = not at_once
    if not at_once:
        connection.exec_driver_sql("BEGIN")
        return
    with _locked(connection):
        connection.exec_driver_sql(_IMMEDIATE)


def _lock_late(
    connection: Connection, cursor: Any, statement: str, _values: Any, _context: Any, _many: Any
) -> None:
    if connection.info.get("reading") and not _READS.match(statement):
        connection.info["reading"] = False
        cursor.execute("COMMIT")
        with _locked(connection):
            cursor.execute(_IMMEDIATE)


@contextmanager
def _locked(connection: Connection) -> Iterator[None]:
    """Hold the write lock until the transaction ends, or release it if that cannot begin."""
    raw: Any = connection.connection.dbapi_connection
    if not isinstance(raw, FairConnection):
        yield
        return
    try:
        raw.acquire_lock(BUSY_SECONDS)
        with process_lock(str(connection.engine.url.database), BUSY_SECONDS):
            yield
    except sqlite3.OperationalError as busy:
        raw.release_lock()
        raise OperationalError(_IMMEDIATE, {}, busy) from busy
    except BaseException:
        raw.release_lock()
        raise
