"""Families of instances, and the way a token went."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, select, true

from engine import store
from engine.reads.search.query import Filter
from engine.reads.search.views.instances import PROCESS_INSTANCES
from engine.transaction import family

_i, _d = store.instance, store.definition


def matching(
    wanted: Filter, any_of: Sequence[Filter] = (), only: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """Return the SQL condition of instances that a filter finds among those the caller may see.

    It is what `batches.create` and `instances.check_migration` take as `chosen`.
    """
    found = select(_i.c.key).select_from(PROCESS_INSTANCES.source).correlate(None)
    seen = true() if only is None else only
    return _i.c.key.in_(found.where(and_(PROCESS_INSTANCES.where(wanted, any_of), seen)))


def incident_in_family(instance_key: int) -> ColumnElement[bool]:
    """Return the SQL condition of incidents of an instance or of what it called, however deep."""
    return store.incident.c.instance_key.in_(family_of(instance_key))


def family_of(instance_key: int) -> "Select[tuple[int]]":
    """Return the query for the keys of an instance and of those it called, however deep."""
    return family.keys_of(instance_key)


def call_hierarchy(connection: Connection, instance_key: int) -> list[dict[str, Any]]:
    """Return the instances from the root down to this one."""
    path: list[dict[str, Any]] = []
    key: int | None = instance_key
    while key is not None:
        row = connection.execute(
            select(_i.c.key, _i.c.parent_instance_key, _d.c.key, _d.c.name, _d.c.process_id)
            .join(_d, _i.c.definition_key == _d.c.key)
            .where(_i.c.key == key)
        ).one_or_none()
        if row is None:
            break
        path.append(
            {
                "process_instance_key": row[0],
                "process_definition_key": row[2],
                "process_definition_name": row[3] or row[4],
            }
        )
        key = row[1]
    return path[::-1]


def sequence_flows(connection: Connection, instance_key: int) -> list[dict[str, Any]]:
    """Return the sequence flows the instance has taken, each once."""
    row = connection.execute(select(_i).where(_i.c.key == instance_key)).one_or_none()
    if row is None:
        return []
    return [
        {
            "sequence_flow_id": f"{row.key}_{flow}",
            "element_id": flow,
            "process_instance_key": row.key,
            "root_process_instance_key": row.root_instance_key,
            "process_definition_key": row.definition_key,
            "process_definition_id": row.process_id,
        }
        for flow in row.flows
    ]
