"""What an instance waits for, of every kind."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

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


def waiting(connection: Connection, instance_key: int) -> list[Waiting]:
    """List what an instance waits for; an active one that waits for nothing is a fault."""
    found = [
        *_tasks(connection, instance_key),
        *_jobs(connection, instance_key),
        *_timers(connection, instance_key),
        *_subscriptions(connection, instance_key),
        *_children(connection, instance_key),
        *_incidents(connection, instance_key),
    ]
    return sorted(found, key=lambda wait: wait.key)


def _tasks(connection: Connection, key: int) -> list[Waiting]:
    c = store.user_task.c
    rows = connection.execute(
        select(c.key, c.element_id, c.element_instance_key, c.name, c.due_at).where(
            c.instance_key == key, c.state == "CREATED"
        )
    )
    return [
        Waiting(r.key, Kind.USER_TASK, r.element_id, r.element_instance_key, r.name or "", r.due_at)
        for r in rows
    ]


def _jobs(connection: Connection, key: int) -> list[Waiting]:
    c = store.job.c
    rows = connection.execute(
        select(c.key, c.element_id, c.element_instance_key, c.type, c.available_at).where(
            c.instance_key == key, c.open
        )
    )
    return [
        Waiting(r.key, Kind.JOB, r.element_id, r.element_instance_key, r.type, r.available_at)
        for r in rows
    ]


def _timers(connection: Connection, key: int) -> list[Waiting]:
    c = store.timer.c
    rows = connection.execute(
        select(c.key, c.element_id, c.element_instance_key, c.due_at).where(c.instance_key == key)
    )
    return [
        Waiting(r.key, Kind.TIMER, r.element_id, r.element_instance_key, "", r.due_at) for r in rows
    ]


def _subscriptions(connection: Connection, key: int) -> list[Waiting]:
    c = store.subscription.c
    rows = connection.execute(
        select(
            c.key, c.kind, c.element_id, c.element_instance_key, c.name, c.correlation_key
        ).where(c.instance_key == key, c.state == "CREATED")
    )
    return [
        Waiting(
            r.key,
            Kind(r.kind),
            r.element_id,
            r.element_instance_key,
            f"{r.name} {r.correlation_key}".strip(),
        )
        for r in rows
    ]


def _children(connection: Connection, key: int) -> list[Waiting]:
    c = store.instance.c
    rows = connection.execute(
        select(c.parent_wait_key, c.process_id, c.parent_element_instance_key).where(
            c.parent_instance_key == key, c.state.in_(("ACTIVE", "SUSPENDED"))
        )
    )
    return [
        Waiting(r.parent_wait_key, Kind.CHILD, "", r.parent_element_instance_key, r.process_id)
        for r in rows
    ]


def _incidents(connection: Connection, key: int) -> list[Waiting]:
    c = store.incident.c
    rows = connection.execute(
        select(c.key, c.element_id, c.element_instance_key, c.error_type).where(
            c.instance_key == key, c.state == "ACTIVE"
        )
    )
    return [
        Waiting(r.key, Kind.INCIDENT, r.element_id, r.element_instance_key, r.error_type)
        for r in rows
    ]
