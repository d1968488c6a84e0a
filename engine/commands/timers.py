"""Timers: fire one, find those that are due."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from engine import store
from engine.commands import start_timers
from engine.errors import NotFound
from engine.model import Kind
from engine.reactions import create_instance, quarantine
from engine.transaction import wait_rows
from engine.transaction.instances import COLUMNS, locked
from engine.transaction.unit_of_work import UnitOfWork

_timer = store.timer.c
_ONE = locked(
    select(store.timer, *COLUMNS)
    .join(store.instance, store.instance.c.key == _timer.instance_key)
    .where(_timer.key == bindparam("key")),
    store.timer,
)
_START = (
    select(store.timer)
    .where(_timer.key == bindparam("key"), _timer.instance_key.is_(None))
    .with_for_update()
)
_DUE = (
    select(_timer.key)
    .outerjoin(store.instance, store.instance.c.key == _timer.instance_key)
    .where(_timer.due_at <= bindparam("now"))
    .where(store.instance.c.state.is_(None) | (store.instance.c.state == "ACTIVE"))
    .order_by(_timer.due_at, _timer.key)
    .limit(bindparam("count"))
)
_BACKOFF_S = (1, 5, 30, 300, 3_600)
_REPORT_AFTER = 3


def due(connection: Connection, now: datetime, count: int) -> list[int]:
    """Return timers whose time has come, the longest waiting first."""
    found = connection.execute(_DUE, {"now": now, "count": count})
    return list(found.scalars())


def fire(work: UnitOfWork, key: int) -> None:
    """Let a timer go off; one that has gone off already is not found."""
    row = work.connection.execute(_ONE, {"key": key}).mappings().one_or_none()
    if row is not None:
        work.resume(work.from_row(row), _wait(row), {}, "fire timer")
        return
    start = work.connection.execute(_START, {"key": key}).mappings().one_or_none()
    if start is None:
        raise NotFound(f"no timer {key}")
    _begin(work, start)


def put_off(work: UnitOfWork, key: int, reason: str) -> None:
    """Put off a timer that a fault of ours keeps from firing; in the end it is an incident."""
    row = work.connection.execute(
        select(_timer.attempts, _timer.instance_key).where(_timer.key == key)
    ).one_or_none()
    if row is None:
        return
    attempts = row.attempts
    if attempts + 1 >= _REPORT_AFTER and row.instance_key is not None:
        quarantine.report_timer(work, key, reason)
        return
    delay = _BACKOFF_S[min(attempts, len(_BACKOFF_S) - 1)]
    work.connection.execute(
        update(store.timer)
        .where(_timer.key == key)
        .values(attempts=attempts + 1, due_at=work.now + timedelta(seconds=delay))
    )


def _begin(work: UnitOfWork, row: RowMapping) -> None:
    """Start an instance by its timer start event and wind the timer up again."""
    process = work.catalogue.process(work.connection, row["definition_key"]).process
    again = start_timers.following(row, work.now, process.zone or work.zone)
    work.changes.drop_timer(row["key"])
    if again is not None:
        fresh: dict[str, Any] = {column.name: row[column.name] for column in store.timer.c}
        fresh |= {"key": work.keys(), **again}
        work.changes.put(store.timer, fresh["key"], fresh)
    instance = create_instance.prepare(work, row["definition_key"])
    create_instance.begin_or_skip(
        work, instance, {}, command="start by timer", start_element=row["element_id"]
    )


def _wait(row: RowMapping) -> Any:
    wait = wait_rows.wait_of(Kind.TIMER, row)
    wait.data.update(
        due_at=row["due_at"].isoformat(),
        repetitions=row["repetitions"],
        interval=row["interval"],
    )
    return wait
