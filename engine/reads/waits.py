"""What an instance waits for, of every kind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, literal, null, select, true

from engine import store
from engine.model import Kind


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing an instance waits for."""

    key: int
    kind: Kind
    element_id: str
    element_instance_key: int | None
    what: str  # task name, job type, message name and correlation key
    due_at: datetime | None = None


_task, _job, _timer = store.user_task.c, store.job.c, store.timer.c
_sub, _incident = store.subscription.c, store.incident.c
_nothing = literal("")
# For each kind of row: its table, the columns that say what is waited for, when, and which wait.
_ROWS: tuple[tuple[Any, Any, Any, Any], ...] = (
    (_task, func.coalesce(_task.name, ""), _task.due_at, _task.state == "CREATED"),
    (_job, _job.type, _job.available_at, _job.open),
    (_timer, _nothing, _timer.due_at, true()),
    (_sub, func.trim(_sub.name + " " + _sub.correlation_key), null(), _sub.state == "CREATED"),
    (_incident, _incident.error_type, null(), _incident.state == "ACTIVE"),
)
_KINDS = (Kind.USER_TASK, Kind.JOB, Kind.TIMER, None, Kind.INCIDENT)


def waiting(connection: Connection, instance_key: int) -> list[Waiting]:
    """Return what an instance waits for; an active one that waits for nothing is a fault."""
    found = _children(connection, instance_key)
    for kind, (c, what, due, still) in zip(_KINDS, _ROWS, strict=True):
        own = literal(kind) if kind else _sub.kind
        rows = select(c.key, own, c.element_id, c.element_instance_key, what, due)
        for row in connection.execute(rows.where(c.instance_key == instance_key, still)):
            key, found_kind, element_id, token, said, due_at = row
            found.append(Waiting(key, Kind(found_kind), element_id, token, said, due_at))
    return sorted(found, key=lambda wait: wait.key)


def _children(connection: Connection, key: int) -> list[Waiting]:
    c = store.instance.c
    rows = select(c.parent_wait_key, c.process_id, c.parent_element_instance_key).where(
        c.parent_instance_key == key, c.state.in_(("ACTIVE", "SUSPENDED"))
    )
    return [
        Waiting(wait, Kind.CHILD, "", token, name) for wait, name, token in connection.execute(rows)
    ]
