"""Says in the database that a worker lives, for `/readyz` and `/metrics` of any process."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from engine import store
from web.app.tables import worker

DEAD_AFTER = timedelta(seconds=45)


def beat(database: Engine, name: str, now: datetime) -> None:
    """Say that the worker of this name lives."""
    with store.writing(database) as connection:
        known = update(worker).where(worker.c.name == name[:200]).values(seen_at=now)
        if connection.execute(known).rowcount == 0:
            connection.execute(insert(worker).values(name=name[:200], seen_at=now))


def forget(database: Engine, name: str) -> None:
    """Say that it stopped in good order."""
    with store.writing(database) as connection:
        connection.execute(delete(worker).where(worker.c.name == name[:200]))


def alive(connection: Connection, now: datetime) -> int:
    """Count the workers that were seen lately."""
    lately = select(func.count()).where(worker.c.seen_at > now - DEAD_AFTER)
    return int(connection.execute(lately).scalar_one())
