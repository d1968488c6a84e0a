"""Counts: how often elements are and were reached, how many instances run."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, case, func, literal, select
from sqlalchemy.sql.functions import coalesce

from engine import store
from engine.reads.search.query import Filter, equals
from engine.reads.search.view import View
from engine.reads.search.views.instances import PROCESS_INSTANCES

_e, _i, _d, _n = store.element_instance, store.instance, store.definition, store.incident
Rows = list[dict[str, Any]]


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return coalesce(func.sum(case((condition, 1), else_=0), type_=Integer), 0)


def elements(connection: Connection, where: Filter, any_of: Sequence[Filter] = ()) -> Rows:
    """Count per element, over the instances of a filter; a failed one is not active."""
    failed = (
        select(_n.c.key)
        .where(_n.c.element_instance_key == _e.c.key, _n.c.state == "ACTIVE")
        .exists()
    )
    chosen = (
        select(_i.c.key)
        .select_from(PROCESS_INSTANCES.source)
        .where(PROCESS_INSTANCES.where(where, any_of))
    )
    statement = (
        select(
            _e.c.element_id,
            _number((_e.c.state == "ACTIVE") & ~failed).label("active"),
            _number(_e.c.state == "TERMINATED").label("canceled"),
            _number((_e.c.state == "ACTIVE") & failed).label("incidents"),
            _number(_e.c.state == "COMPLETED").label("completed"),
        )
        .where(_e.c.instance_key.in_(chosen), _e.c.type != "PROCESS")
        .group_by(_e.c.element_id)
        .order_by(_e.c.element_id)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def elements_of(connection: Connection, instance_key: int) -> Rows:
    """Count per element of one instance."""
    return elements(connection, {"process_instance_key": equals(instance_key)})


def _running(*by: ColumnElement[Any]) -> "Select[Any]":
    return (
        select(
            *by,
            _number(_i.c.incidents == 0).label("active_instances_without_incident_count"),
            _number(_i.c.incidents > 0).label("active_instances_with_incident_count"),
        )
        .select_from(_i.join(_d, _i.c.definition_key == _d.c.key))
        .where(_i.c.state == "ACTIVE")
        .group_by(*by)
    )


def _per_process() -> View:
    newest = _d.alias("newest")
    name = (
        select(newest.c.name)
        .where(newest.c.process_id == _d.c.process_id)
        .order_by(newest.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    counted = _running(_d.c.process_id, name.label("name")).add_columns(
        func.count(_d.c.key.distinct()).label("versions")
    )
    c = counted.subquery("per_process").c
    return View(
        "Process definition statistics",
        c.process_id.table,
        "process_definition_id",
        {
            "process_definition_id": c.process_id,
            "latest_process_definition_name": c.name,
            "has_multiple_versions": c.versions > literal(1),
            "active_instances_without_incident_count": c.active_instances_without_incident_count,
            "active_instances_with_incident_count": c.active_instances_with_incident_count,
        },
        constants={"tenant_id": "<default>"},
    )


def _per_version() -> View:
    counted = _running(_d.c.key, _d.c.process_id, _d.c.name, _d.c.version)
    c = counted.subquery("per_version").c
    return View(
        "Process version statistics",
        c.key.table,
        "process_definition_key",
        {
            "process_definition_key": c.key,
            "process_definition_id": c.process_id,
            "process_definition_name": c.name,
            "process_definition_version": c.version,
            "active_instances_without_incident_count": c.active_instances_without_incident_count,
            "active_instances_with_incident_count": c.active_instances_with_incident_count,
        },
        constants={"tenant_id": "<default>"},
    )


RUNNING_PER_PROCESS = _per_process()
RUNNING_PER_VERSION = _per_version()
