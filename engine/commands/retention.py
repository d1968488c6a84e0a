"""What is over is deleted when it has been kept long enough: a little at a time, oldest first."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    delete,
    false,
    or_,
    select,
    tuple_,
    type_coerce,
)

from engine import store
from engine.commands import delete_instances
from engine.errors import Conflict
from engine.limits import Retention
from engine.transaction.unit_of_work import UnitOfWork

CHUNK = 50  # instances, with all they called, in one transaction
ROWS = 1_000  # of anything smaller
PROPERTIES = ("retention.days", "retentionDays")  # of a process: keep its instances so long
_instance = store.instance.c
Place = tuple[datetime, int]


def ended(
    connection: Connection, now: datetime, retention: Retention, after: Place | None
) -> list[Place]:
    """Return (end, key) of root instances that have been kept long enough, those after a place."""
    place = (_instance.ended_at, _instance.key)
    found = select(*place).where(
        _instance.ended_at.is_not(None),
        _instance.parent_instance_key.is_(None),
        _long_ago(connection, now, retention),
    )
    if after is not None:
        found = found.where(tuple_(*place) > tuple_(*after))
    rows = connection.execute(found.order_by(*place).limit(CHUNK))
    return [(row[0], row[1]) for row in rows]


def delete_ended(work: UnitOfWork, keys: list[int]) -> int:
    """Delete them with what they called; one with something still running is left."""
    gone = 0
    for key in keys:
        try:
            delete_instances.delete(work, key)
            gone += 1
        except Conflict:
            continue
    return gone


def delete_rows(work: UnitOfWork, what: str, retention: Retention) -> int:
    """Delete up to `ROWS` messages, requests, batches or decisions; return how many."""
    table, names, over = _kinds(work.now, retention)[what]
    columns = [table.c[name] for name in names]
    some = select(*columns).where(over).limit(ROWS)
    gone = delete(table).where(tuple_(*columns).in_(some))
    return work.connection.execute(gone).rowcount


KINDS = ("messages", "requests", "batches", "decisions")


def _kinds(
    now: datetime, retention: Retention
) -> Mapping[str, tuple[Table, tuple[str, ...], ColumnElement[bool]]]:
    message, asked, batch = store.message.c, store.idempotency.c, store.batch.c
    had = store.correlation.c
    taken = select(had.message_key).where(had.message_key == message.key).exists()
    # One that was taken has done its work when its time is over; one that was not is kept to see.
    old_message = or_(
        message.expires_at <= now - _days(retention.messages_days),
        and_(message.expires_at <= now, taken),
    )
    return {
        "messages": (store.message, ("key",), old_message),
        "requests": (
            store.idempotency,
            ("key", "actor"),
            asked.created_at <= now - _days(retention.requests_days),
        ),
        "batches": (
            store.batch,
            ("key",),
            batch.ended_at <= now - _days(retention.batches_days),
        ),
        "decisions": (store.decision_instance, ("key",), _old_decision(now, retention)),
    }


def _old_decision(now: datetime, retention: Retention) -> ColumnElement[bool]:
    column = store.decision_instance.c
    if retention.decisions_days is None:
        return false()
    over = column.evaluated_at <= now - _days(retention.decisions_days)
    return and_(column.instance_key.is_(None), over)


def _long_ago(connection: Connection, now: datetime, retention: Retention) -> ColumnElement[bool]:
    """Return the SQL condition of instances kept as long as their process or the setting says."""
    own = _own_days(connection)
    ways: list[ColumnElement[bool]] = [
        and_(_instance.definition_key.in_(keys), _instance.ended_at <= now - _days(days))
        for days, keys in own.items()
    ]
    if retention.instances_days is not None:
        named = [key for keys in own.values() for key in keys]
        default = _instance.ended_at <= now - _days(retention.instances_days)
        ways.append(and_(_instance.definition_key.not_in(named), default) if named else default)
    return or_(false(), *ways)


def _own_days(connection: Connection) -> dict[int, list[int]]:
    """Group the versions of processes that say themselves how long they are kept."""
    column = store.definition.c
    found = select(column.key, column.properties).where(
        or_(*(type_coerce(column.properties, Text).contains(f'"{name}"') for name in PROPERTIES))
    )
    own: dict[int, list[int]] = {}
    for row in connection.execute(found):
        days: Any = next((row.properties[n] for n in PROPERTIES if n in row.properties), None)
        if isinstance(days, str) and days.isascii() and days.isdecimal():
            own.setdefault(int(days), []).append(row.key)
    return own


def _days(number: int) -> timedelta:
    return timedelta(days=number)
