"""Checks an installation: what is not as it should be, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import Connection, func, select
from sqlalchemy import Engine as Database

from engine import reads, store
from engine.engine import Engine
from engine.store.database import BUSY_SECONDS

LATE = timedelta(minutes=5)  # due for so long: nobody works
_PRAGMAS = {
    "journal_mode": ("wal", "readers would wait for writers"),
    "synchronous": ("2", "a power failure could lose what was acknowledged; it should be FULL"),
    "foreign_keys": ("1", "rows could point nowhere"),
    "busy_timeout": (str(BUSY_SECONDS * 1000), "people would see “database is locked”"),
}
_SETTINGS = {
    "fsync": ("on", "a power failure could destroy the database"),
    "synchronous_commit": ("on", "a crash could lose what was acknowledged"),
    "full_page_writes": ("on", "a power failure could tear pages"),
    "server_encoding": ("UTF8", "names in other scripts could not be kept"),
    "default_transaction_isolation": (
        "read committed",
        "requests that meet would fail instead of waiting",
    ),
    "default_transaction_read_only": ("off", "nothing could be written"),
}
_AS_GOOD = {
    # "local" waits for this server's disk, if not for its copies
    "synchronous_commit": {"remote_apply", "remote_write", "local"},
}
OLDEST = {"sqlite": (3, 35), "postgresql": (13,)}  # RETURNING; gen_random_uuid of the queue
POOL = 30  # connections that one process of ours may open, see engine.store.database


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    subject: str
    level: Literal["ok", "warning", "error"]
    message: str


def examine(engine: Engine, *, histories: int | None = 1_000) -> Iterator[Finding]:
    """Look at everything, cheapest first; `histories`: the newest so many (None: all)."""
    with store.reading(engine.database) as connection:
        yield from database(connection)
        yield schema(connection)
        yield background(engine)
        yield from _work(engine, connection)
        yield chains(connection, histories)


def database(connection: Connection) -> Iterator[Finding]:
    """Check that the database keeps what it acknowledges and is what we know how to use."""
    yield release(connection.dialect.name, connection.dialect.server_version_info or ())
    if connection.dialect.name == "sqlite":
        found = {name: _pragma(connection, name) for name in _PRAGMAS}
        yield from _compare("sqlite", found, _PRAGMAS)
        broken = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if broken != "ok":
            yield Finding("sqlite", "error", f"the file is damaged: {broken}; restore a backup")
        return
    found = {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in _SETTINGS}
    yield from _compare("postgresql", found, _SETTINGS)
    yield connections(int(connection.exec_driver_sql("SHOW max_connections").scalar() or 0))
    if connection.exec_driver_sql("SHOW data_checksums").scalar() != "on":
        told = "data_checksums is off: a disk that forgets would not be noticed"
        yield Finding("postgresql", "warning", told)


def release(name: str, version: tuple[int | str, ...]) -> Finding:
    """Check that the database is not older than what we use of it."""
    told = f"the version is {'.'.join(map(str, version))}"
    if tuple(map(int, version[: len(OLDEST[name])])) < OLDEST[name]:
        oldest = ".".join(map(str, OLDEST[name]))
        return Finding(name, "error", f"{told}, older than {oldest}: upgrade the database")
    return Finding(name, "ok", told)


def connections(most: int) -> Finding:
    """Check that a web and a worker process find connections."""
    told = f"max_connections is {most}"
    if most < 2 * POOL:
        told += f"; each process of ours may open {POOL}: allow more, or put a pooler between"
        return Finding("postgresql", "warning", told)
    return Finding("postgresql", "ok", told)


def schema(connection: Connection) -> Finding:
    """Check that the tables are those of this release."""
    there, newest = store.revisions(connection)
    if there == newest:
        return Finding("tables", "ok", f"the engine's tables are at revision {newest}")
    told = f"the engine's tables are at {there}, this release needs {newest}: peyvand db upgrade"
    return Finding("tables", "error", told)


def background(engine: Engine) -> Finding:
    """Check that work can be queued."""
    if engine.queue is None:
        return Finding("background", "warning", "no queue: service tasks are not run here")
    waiting = engine.queue.waiting()
    return Finding("background", "ok", f"the queue is there; {waiting} runs wait or are at work")


def chains(connection: Connection, histories: int | None) -> Finding:
    """Check that nobody changed the history."""
    after = 0 if histories is None else _newest(connection, histories)
    broken = list(reads.verify_all(connection, after=after))
    if not broken:
        how_many = "all" if histories is None else f"the newest {histories}"
        return Finding("history", "ok", f"{how_many} histories are whole")
    first = ", ".join(f"{key} at step {seq}" for key, seq in broken[:5])
    told = f"{len(broken)} histories were changed: {first}"
    return Finding("history", "error", told)


def _work(engine: Engine, connection: Connection) -> Iterator[Finding]:
    stuck = reads.stuck(connection)
    if stuck:
        told = f"{len(stuck)} instances wait for nothing, the first is {stuck[0]}"
        yield Finding("instances", "error", told)
    else:
        yield Finding("instances", "ok", "every running instance waits for something")
    incident = store.incident.c
    found = select(func.count()).where(incident.state == "ACTIVE")
    count = connection.execute(found).scalar_one()
    told = f"{count} incidents are open"
    yield Finding("incidents", "warning" if count else "ok", told)
    late = reads.overdue(connection, engine.clock() - LATE)
    for what, number in late.items():
        if number:
            told = f"{number} {what} are more than {LATE} late: does a worker run?"
            yield Finding("background", "error", told)


def _compare(
    subject: str, found: dict[str, str], wanted: dict[str, tuple[str, str]]
) -> Iterator[Finding]:
    for name, (value, danger) in wanted.items():
        if found[name] == value or found[name] in _AS_GOOD.get(name, ()):
            yield Finding(subject, "ok", f"{name} is {found[name]}")
        else:
            told = f"{name} is {found[name]}, not {value}: {danger}"
            yield Finding(subject, "error", told)


def _pragma(connection: Connection, name: str) -> str:
    return str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())


def _newest(connection: Connection, count: int) -> int:
    """Return the key before the newest so many instances."""
    column = store.instance.c.key
    found = select(column).order_by(column.desc()).offset(count).limit(1)
    key: int | None = connection.execute(found).scalar()
    return key or 0


def durable(database_: Database) -> list[str]:
    """Return what keeps the database from holding what it acknowledges; asked at every start."""
    with store.reading(database_) as connection:
        return [found.message for found in database(connection) if found.level == "error"]
