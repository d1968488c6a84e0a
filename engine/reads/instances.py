"""Process instances: which there are, what is in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from engine import store
from engine.errors import NotFound
from engine.reads.page import LIMIT, Page, made, newest

_instance = store.instance.c


@dataclass(frozen=True, slots=True)
class Instance:
    """A process instance."""

    key: int
    definition_key: int
    process_id: str
    process_name: str | None
    version: int
    version_tag: str | None
    state: str
    incidents: int
    business_key: str | None
    tags: list[str]
    flows: dict[str, int]
    parent_instance_key: int | None
    parent_element_instance_key: int | None
    root_instance_key: int
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    suspended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Element:
    """One run of an element of the diagram."""

    key: int
    instance_key: int
    element_id: str
    element_name: str | None
    type: str
    scope_key: int
    state: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Value:
    """A variable in its scope."""

    key: int
    scope_key: int
    name: str
    value: Any


def instance(connection: Connection, key: int) -> Instance:
    """Return an instance; raises NotFound."""
    row = connection.execute(_select().where(_instance.key == key)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no process instance {key}")
    return made(Instance, row)


def instances(
    connection: Connection,
    *,
    process_id: str | None = None,
    definition_key: int | None = None,
    state: str | None = None,
    business_key: str | None = None,
    with_incidents: bool = False,
    limit: int = LIMIT,
    after: str | None = None,
) -> Page[Instance]:
    """Return instances, the newest first."""
    found = _select().where(_instance.incidents > 0) if with_incidents else _select()
    equal: dict[ColumnElement[Any], Any] = {
        _instance.process_id: process_id,
        _instance.definition_key: definition_key,
        _instance.state: state,
        _instance.business_key: business_key,
    }
    return newest(connection, Instance, found, _instance.key, limit=limit, after=after, equal=equal)


def children(connection: Connection, key: int) -> list[Instance]:
    """Return the instances that an instance called, oldest first."""
    rows = connection.execute(
        _select().where(_instance.parent_instance_key == key).order_by(_instance.key)
    ).mappings()
    return [made(Instance, row) for row in rows]


def elements(connection: Connection, key: int, *, limit: int = 1_000) -> list[Element]:
    """Return what ran and runs in an instance, in the order it began."""
    column = store.element_instance.c
    rows = connection.execute(
        select(store.element_instance)
        .where(column.instance_key == key)
        .order_by(column.started_at, column.key)
        .limit(limit)
    ).mappings()
    return [made(Element, row) for row in rows]


def variables(connection: Connection, key: int) -> list[Value]:
    """Return the variables of an instance in all its scopes, its own first."""
    column = store.variable.c
    rows = connection.execute(
        select(store.variable)
        .where(column.instance_key == key)
        .order_by((column.scope_key != key), column.scope_key, column.name)
    ).mappings()
    return [made(Value, row) for row in rows]


def _select() -> "Select[Any]":
    wanted = [column for column in _instance if column.name not in ("data", "checksum")]
    return select(
        *wanted,
        store.definition.c.name.label("process_name"),
        store.definition.c.version_tag,
    ).join(store.definition, store.definition.c.key == _instance.definition_key)
