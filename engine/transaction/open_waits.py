"""Which rows stand for something that an instance still waits for, by kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, or_, select, true

from engine import store
from engine.model import Kind

_called = store.instance.alias("called")  # so that it can be asked about beside its caller


@dataclass(frozen=True, slots=True)
class OpenRows:
    """The rows of one table that wait."""

    table: Any  # Table or alias
    key: "Column[Any]"  # of the wait
    instance_key: "Column[Any]"  # who waits
    still: ColumnElement[bool]


def _rows(table: Table, still: ColumnElement[bool]) -> OpenRows:
    return OpenRows(table, table.c.key, table.c.instance_key, still)


_SUBSCRIPTIONS = _rows(store.subscription, store.subscription.c.state == "CREATED")
BY_KIND: Mapping[Kind, OpenRows] = {
    Kind.USER_TASK: _rows(store.user_task, store.user_task.c.ended_at.is_(None)),
    Kind.JOB: _rows(store.job, store.job.c.open),
    Kind.TIMER: _rows(store.timer, true()),
    Kind.MESSAGE: _SUBSCRIPTIONS,  # and all others that somebody sends
    Kind.INCIDENT: _rows(store.incident, store.incident.c.state == "ACTIVE"),
    Kind.CHILD: OpenRows(
        _called,
        _called.c.parent_wait_key,
        _called.c.parent_instance_key,
        _called.c.ended_at.is_(None),
    ),
}


def of_kind(kind: Kind) -> OpenRows:
    """Return where waits of a kind are."""
    return BY_KIND.get(kind, _SUBSCRIPTIONS)


def waits_for_something() -> ColumnElement[bool]:
    """Return the SQL condition that somebody or something will move an instance."""
    found: list[ColumnElement[bool]] = [
        select(rows.key).where(rows.instance_key == store.instance.c.key, rows.still).exists()
        for rows in BY_KIND.values()
    ]
    return or_(*found)
