"""How many stand where: counts per element, for the diagram."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from engine import store

_element = store.element_instance.c
_incident = store.incident.c
_COUNTED = {"ACTIVE": "active", "COMPLETED": "completed", "TERMINATED": "canceled"}


@dataclass(frozen=True, slots=True)
class Counts:
    """How often an element runs, ran, was cancelled, and stands still."""

    active: int = 0
    completed: int = 0
    canceled: int = 0
    incidents: int = 0


def running(connection: Connection, process_id: str) -> int:
    """Count the instances of a process that have not ended, over all its versions."""
    own = store.instance.c
    query = select(func.count()).where(own.process_id == process_id, own.ended_at.is_(None))
    return connection.execute(query).scalar_one()


@dataclass(frozen=True, slots=True)
class RunningVersion:
    """The instances of a version that run; one of them stands for all."""

    version: int
    count: int
    instance_key: int


def running_apart_from(
    connection: Connection, process_id: str, definition_key: int
) -> list[RunningVersion]:
    """Return the other versions of a process that instances run on, the newest first."""
    own = store.instance.c
    query = (
        select(own.version, func.count(), func.max(own.key))
        .where(
            own.process_id == process_id,
            own.definition_key != definition_key,
            own.state == "ACTIVE",
        )
        .group_by(own.version)
        .order_by(own.version.desc())
    )
    return [RunningVersion(*row) for row in connection.execute(query)]


def statistics(connection: Connection, definition_key: int) -> dict[str, Counts]:
    """Count per element over all instances of a version."""
    return _counts(
        connection,
        _element.definition_key == definition_key,
        _incident.definition_key == definition_key,
    )


def instance_statistics(connection: Connection, instance_key: int) -> dict[str, Counts]:
    """Count per element within one instance."""
    return _counts(
        connection,
        _element.instance_key == instance_key,
        _incident.instance_key == instance_key,
    )


def _counts(
    connection: Connection, elements: ColumnElement[bool], incidents: ColumnElement[bool]
) -> dict[str, Counts]:
    numbers: dict[str, dict[str, Any]] = {}
    for row in connection.execute(
        select(_element.element_id, _element.state, func.count().label("number"))
        .where(elements)
        .group_by(_element.element_id, _element.state)
    ):
        numbers.setdefault(row.element_id, {})[_COUNTED[row.state]] = row.number
    for row in connection.execute(
        select(_incident.element_id, func.count().label("number"))
        .where(incidents, _incident.state == "ACTIVE")
        .group_by(_incident.element_id)
    ):
        numbers.setdefault(row.element_id, {})["incidents"] = row.number
    return {element_id: Counts(**counted) for element_id, counted in numbers.items()}
