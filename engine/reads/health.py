"""What is not as it should be: instances that wait for nothing, work that nobody does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine import store
from engine.reads import missing_waits
from engine.transaction.open_waits import waits_for_something

_instance = store.instance.c


def stuck(connection: Connection, *, after: int = 0, limit: int = 1_000) -> list[int]:
    """Return running instances that wait for nothing, by key; there should be none."""
    found = (
        select(_instance.key)
        .where(_instance.key > after, _instance.state == "ACTIVE", ~waits_for_something())
        .order_by(_instance.key)
        .limit(limit)
    )
    return list(connection.execute(found).scalars())


def active(connection: Connection, *, after: int = 0, limit: int = 200) -> list[int]:
    """Return running instances by key."""
    found = select(_instance.key).where(_instance.key > after, _instance.state == "ACTIVE")
    return list(connection.execute(found.order_by(_instance.key).limit(limit)).scalars())


def losers(connection: Connection, instance_keys: Sequence[int]) -> list[int]:
    """Return those of these instances that wait for something of which no row is left."""
    return sorted({each.instance_key for each in missing_waits.find(connection, instance_keys)})


def overdue(connection: Connection, before: datetime) -> dict[str, int]:
    """Count timers and jobs of ours that were due before an instant and still wait."""
    timer, job = store.timer.c, store.job.c
    timers = (
        select(func.count())
        .select_from(store.timer.outerjoin(store.instance, _instance.key == timer.instance_key))
        .where(timer.due_at < before)
        .where(_instance.state.is_(None) | (_instance.state == "ACTIVE"))
    )
    jobs = (
        select(func.count())
        .select_from(store.job.join(store.instance, _instance.key == job.instance_key))
        .where(job.open, job.installed, job.retries > 0, job.available_at < before)
        .where(job.deadline.is_(None) | (job.deadline < before), _instance.state == "ACTIVE")
    )
    return {
        "timers": connection.execute(timers).scalar_one(),
        "jobs": connection.execute(jobs).scalar_one(),
    }
