"""Process instances, their elements and variables."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, func, not_, select, true
from sqlalchemy.sql.functions import coalesce

from engine import store
from engine.reads.search.json_text import as_text, has_variables, holds_all, json_value
from engine.reads.search.operators import all_of
from engine.reads.search.query import Condition
from engine.reads.search.view import Special, View
from engine.reads.search.views.definitions import TENANT

TRUNCATED = 8_191
_i, _d = store.instance, store.definition
_e, _v, _n, _j = store.element_instance, store.variable, store.incident, store.job
_bi = store.batch_item.alias("of_batch")
# Under names of their own, so that they can be asked about inside any other question.
_oe, _on, _oj = _e.alias("of_element"), _n.alias("of_incident"), _j.alias("of_job")


def as_digits(column: ColumnElement[Any]) -> ColumnElement[str]:
    """Write a key as the text it is in the API, so that patterns work."""
    return cast(column, Text)


def _some(column: ColumnElement[Any], *where: ColumnElement[bool]) -> Special:
    """Ask for a row of another table that belongs to the instance."""

    def special(conditions: Sequence[Condition]) -> ColumnElement[bool]:
        return exists().where(*where, all_of(column, conditions))

    return special


def _whether(*where: ColumnElement[bool]) -> Special:
    """Ask whether there is such a row."""

    def special(conditions: Sequence[Condition]) -> ColumnElement[bool]:
        found = exists().where(*where)
        return and_(true(), *(found if each.value else not_(found) for each in conditions))

    return special


PROCESS_INSTANCES = View(
    "Process instance",
    _i.join(_d, _i.c.definition_key == _d.c.key),
    "process_instance_key",
    {
        "process_instance_key": _i.c.key,
        "process_definition_id": _i.c.process_id,
        "process_definition_name": _d.c.name,
        "process_definition_version": _i.c.version,
        "process_definition_version_tag": _d.c.version_tag,
        "process_definition_key": _i.c.definition_key,
        "start_date": _i.c.started_at,
        "end_date": _i.c.ended_at,
        "state": _i.c.state,
        "suspended_date": _i.c.suspended_at,
        "has_incident": _i.c.incidents > 0,
        "parent_process_instance_key": _i.c.parent_instance_key,
        "parent_element_instance_key": _i.c.parent_element_instance_key,
        "root_process_instance_key": _i.c.root_instance_key,
        "tags": _i.c.tags,
        "business_id": _i.c.business_key,
    },
    filters={
        "tags": holds_all(_i.c.tags),
        "variables": has_variables(_i.c.key),
        "error_message": _some(
            _on.c.message, _on.c.instance_key == _i.c.key, _on.c.state == "ACTIVE"
        ),
        "batch_operation_key": _some(as_digits(_bi.c.batch_key), _bi.c.instance_key == _i.c.key),
        "batch_operation_id": _some(as_digits(_bi.c.batch_key), _bi.c.instance_key == _i.c.key),
        "element_id": _some(_oe.c.element_id, _oe.c.instance_key == _i.c.key),
        "element_instance_state": _some(_oe.c.state, _oe.c.instance_key == _i.c.key),
        "has_element_instance_incident": _whether(
            _on.c.instance_key == _i.c.key, _on.c.state == "ACTIVE"
        ),
        "has_retries_left": _whether(
            _oj.c.instance_key == _i.c.key, _oj.c.state == "FAILED", _oj.c.retries > 0
        ),
    },
    constants=TENANT | {"incident_error_hash_code": None},
)

_incident = (
    select(func.max(_n.c.key))
    .where(_n.c.element_instance_key == _e.c.key, _n.c.state == "ACTIVE")
    .scalar_subquery()
)
ELEMENT_INSTANCES = View(
    "Element instance",
    _e.join(_i, _e.c.instance_key == _i.c.key),
    "element_instance_key",
    {
        "element_instance_key": _e.c.key,
        "process_definition_id": _i.c.process_id,
        "process_definition_key": _e.c.definition_key,
        "process_instance_key": _e.c.instance_key,
        "root_process_instance_key": _i.c.root_instance_key,
        "element_id": _e.c.element_id,
        "element_name": coalesce(_e.c.element_name, _e.c.element_id),
        "type": _e.c.type,
        "state": _e.c.state,
        "start_date": _e.c.started_at,
        "end_date": _e.c.ended_at,
        "incident_key": _incident,
        "has_incident": _incident.is_not(None),
        "element_instance_scope_key": _e.c.scope_key,
    },
    constants=TENANT,
)

_text = as_text(_v.c.value)
VARIABLES = View(
    "Variable",
    _v.join(_i, _v.c.instance_key == _i.c.key),
    "variable_key",
    {
        "variable_key": _v.c.key,
        "name": _v.c.name,
        "value": _text,
        "is_truncated": case((func.length(_text) > TRUNCATED, True), else_=False),
        "scope_key": _v.c.scope_key,
        "process_instance_key": _v.c.instance_key,
        "root_process_instance_key": _i.c.root_instance_key,
    },
    filters={"value": json_value(_v.c.value)},
    constants=TENANT,
)
