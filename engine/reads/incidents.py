"""What stands still and needs an operator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from engine import store
from engine.errors import NotFound
from engine.reads.page import LIMIT, Page, made, newest

_incident = store.incident.c


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that failed, where, and why."""

    key: int
    instance_key: int
    definition_key: int
    process_id: str
    process_name: str | None
    business_key: str | None
    element_id: str
    element_instance_key: int
    job_key: int | None
    error_type: str
    message: str
    state: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


def incidents(
    connection: Connection,
    *,
    instance_key: int | None = None,
    process_id: str | None = None,
    state: str | None = "ACTIVE",
    limit: int = LIMIT,
    after: str | None = None,
) -> Page[Incident]:
    """Return incidents, the newest first."""
    equal: dict[ColumnElement[Any], Any] = {
        _incident.instance_key: instance_key,
        _incident.process_id: process_id,
        _incident.state: state,
    }
    key = _incident.key
    return newest(connection, Incident, _select(), key, limit=limit, after=after, equal=equal)


def incident(connection: Connection, key: int) -> Incident:
    """Return an incident; raises NotFound."""
    row = connection.execute(_select().where(_incident.key == key)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no incident {key}")
    return made(Incident, row)


def _select() -> "Select[Any]":
    return (
        select(
            store.incident,
            store.definition.c.name.label("process_name"),
            store.instance.c.business_key,
        )
        .join(store.definition, store.definition.c.key == _incident.definition_key)
        .join(store.instance, store.instance.c.key == _incident.instance_key)
    )
