"""Decisions that were deployed, and those that were taken."""

from sqlalchemy import String, cast, exists, literal

from engine import store
from engine.reads.search.json_text import LastMember, as_text
from engine.reads.search.view import View
from engine.reads.search.views.definitions import TENANT
from engine.transaction.releases import is_current

_d, _q, _t, _i = (
    store.decision,
    store.decision_requirements,
    store.decision_instance,
    store.instance,
)


DECISION_DEFINITIONS = View(
    "Decision definition",
    _d.join(_q, _d.c.requirements_key == _q.c.key),
    "decision_definition_key",
    {
        "decision_definition_key": _d.c.key,
        "decision_definition_id": _d.c.id,
        "name": _d.c.name,
        "version": _d.c.version,
        "decision_requirements_id": _q.c.id,
        "decision_requirements_key": _q.c.key,
        "decision_requirements_name": _q.c.name,
        "decision_requirements_version": _q.c.version,
        "is_latest_version": exists().where(is_current("decision")),
    },
    constants=TENANT,
    unread=frozenset({"is_latest_version"}),
)

DECISION_REQUIREMENTS = View(
    "Decision requirements",
    _q,
    "decision_requirements_key",
    {
        "decision_requirements_key": _q.c.key,
        "decision_requirements_id": _q.c.id,
        "decision_requirements_name": _q.c.name,
        "resource_name": _q.c.resource_name,
        "version": _q.c.version,
    },
    constants=TENANT,
)

# An evaluation is shown as its root decision, number 1; what that required has higher numbers.
DECISION_INSTANCES = View(
    "Decision instance",
    _t.join(_d, _t.c.decision_key == _d.c.key).outerjoin(_i, _t.c.instance_key == _i.c.key),
    "decision_evaluation_instance_key",
    {
        "decision_evaluation_instance_key": cast(_t.c.key, String) + literal("-1"),
        "decision_evaluation_key": _t.c.key,
        "decision_definition_id": _t.c.decision_id,
        "decision_definition_key": _t.c.decision_key,
        "decision_definition_name": _d.c.name,
        "decision_definition_version": _d.c.version,
        "decision_definition_type": LastMember(_t.c.evaluated, "decisionDefinitionType"),
        "decision_requirements_key": _d.c.requirements_key,
        "root_decision_definition_key": _t.c.decision_key,
        "evaluation_date": _t.c.evaluated_at,
        "evaluation_failure": _t.c.failure,
        "state": _t.c.state,
        "result": as_text(_t.c.output),
        "element_instance_key": _t.c.element_instance_key,
        "process_definition_key": _t.c.definition_key,
        "process_instance_key": _t.c.instance_key,
        "root_process_instance_key": _i.c.root_instance_key,
        "business_id": _i.c.business_key,
        "evaluated": _t.c.evaluated,
    },
    constants=TENANT,
)
