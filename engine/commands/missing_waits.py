"""Waits whose row is gone: the state waits for ever for what nobody can do any more.

That is a fault of ours or somebody's hand in the database. Each becomes an incident at its element;
resolving it tries the element again, so that what is lost is asked for anew.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Connection, select, true

from engine import store
from engine.model import Kind, Wait

if TYPE_CHECKING:
    from engine.transaction.unit_of_work import Move

_AT_ONCE = 500  # keys in one question
_task, _job, _sub = store.user_task.c, store.job.c, store.subscription.c
_instance, _incident = store.instance.c, store.incident.c
_Place = tuple["Column[Any]", ColumnElement[bool]]
_SUBSCRIBED: _Place = (_sub.key, _sub.state == "CREATED")
_ROWS: dict[str, _Place] = {
    Kind.USER_TASK: (_task.key, _task.ended_at.is_(None)),
    Kind.JOB: (_job.key, _job.open),
    Kind.TIMER: (store.timer.c.key, true()),
    Kind.MESSAGE: _SUBSCRIBED,
    Kind.SIGNAL: _SUBSCRIBED,
    Kind.CONDITION: _SUBSCRIBED,
    Kind.CHILD: (_instance.parent_wait_key, _instance.ended_at.is_(None)),
    Kind.INCIDENT: (_incident.key, _incident.state == "ACTIVE"),
}


@dataclass(frozen=True, slots=True)
class Lost:
    """A wait of an instance that has no row."""

    instance_key: int
    wait: Wait


def find(connection: Connection, instance_keys: Sequence[int]) -> list[Lost]:
    """List the waits of these instances that have no row."""
    known: dict[str, dict[int, Lost]] = {}
    for lost in _waits(connection, instance_keys):
        known.setdefault(lost.wait.kind, {})[lost.wait.key] = lost
    for kind, waits in known.items():
        for key in _there(connection, kind, list(waits)):
            waits.pop(key, None)
    return [lost for waits in known.values() for lost in waits.values()]


def report(move: "Move", instance_key: int) -> int:
    """Open an incident for each wait of an instance that is lost; answers how many."""
    instance = move.instance(instance_key)
    if instance.state != "ACTIVE":
        return 0
    found = find(move.connection, [instance_key])  # again, now that nobody else moves it
    for lost in found:
        move.miss(instance, lost.wait)
    return len(found)


def _waits(connection: Connection, keys: Sequence[int]) -> Iterator[Lost]:
    part = store.state_part.c
    for place, data, table in (
        (_instance.key, _instance.data, store.instance),
        (part.instance_key, part.data, store.state_part),
    ):
        found = select(place, data).select_from(table).where(place.in_(keys))
        for instance_key, text in connection.execute(found):
            for token, raw in json.loads(text).get("tokens", {}).items():
                for key, (kind, element_id, _) in raw.get("w", {}).items():
                    wait = Wait(int(key), Kind(kind), element_id, int(token), {})
                    yield Lost(instance_key, wait)


def _there(connection: Connection, kind: str, keys: Sequence[int]) -> Iterator[int]:
    column, open_ = _ROWS[kind]
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        yield from connection.execute(select(column).where(column.in_(some), open_)).scalars()
