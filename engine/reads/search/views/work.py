"""What waits for people, workers and operators: user tasks, jobs, incidents."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_

from engine import store
from engine.reads.search.json_text import candidates, has_variables, holds_all, may_claim
from engine.reads.search.view import View
from engine.reads.search.views.definitions import TENANT

_i, _d = store.instance, store.definition
_t, _j, _n = store.user_task, store.job, store.incident

USER_TASKS = View(
    "User task",
    _t.join(_i, _t.c.instance_key == _i.c.key).join(_d, _t.c.definition_key == _d.c.key),
    "user_task_key",
    {
        "user_task_key": _t.c.key,
        "name": _t.c.name,
        "state": _t.c.state,
        "assignee": _t.c.assignee,
        "element_id": _t.c.element_id,
        "element_instance_key": _t.c.element_instance_key,
        "candidate_groups": _t.c.candidate_groups,
        "candidate_users": _t.c.candidate_users,
        "process_definition_id": _t.c.process_id,
        "process_definition_key": _t.c.definition_key,
        "process_definition_version": _i.c.version,
        "process_name": _d.c.name,
        "process_instance_key": _t.c.instance_key,
        "root_process_instance_key": _i.c.root_instance_key,
        "creation_date": _t.c.created_at,
        "completion_date": _t.c.ended_at,
        "follow_up_date": _t.c.follow_up_at,
        "due_date": _t.c.due_at,
        "external_form_reference": _t.c.external_form,
        "form_key": _t.c.form_key,
        "custom_headers": _t.c.headers,
        "business_id": _i.c.business_key,
        "tags": _i.c.tags,
        "priority": _t.c.priority,
    },
    filters={
        "tags": holds_all(_i.c.tags),
        "candidate_group": candidates(_t.c.audience, "group"),
        "candidate_user": candidates(_t.c.audience, "user"),
        "process_instance_variables": has_variables(_t.c.instance_key, _t.c.instance_key),
        "local_variables": has_variables(_t.c.instance_key, _t.c.element_instance_key),
    },
    constants=TENANT,
)


def task_visible_to(user: str, groups: Sequence[str]) -> ColumnElement[bool]:
    """Return the SQL condition that a person has a task, did it, or may claim it."""
    return or_(_t.c.assignee == user, _t.c.ended_by == user, may_claim(_t.c.audience, user, groups))


JOBS = View(
    "Job",
    _j.join(_i, _j.c.instance_key == _i.c.key),
    "job_key",
    {
        "job_key": _j.c.key,
        "type": _j.c.type,
        "kind": _j.c.kind,
        "listener_event_type": _j.c.listener_event,
        "state": _j.c.state,
        "retries": _j.c.retries,
        "worker": _j.c.worker,
        "deadline": _j.c.deadline,
        "custom_headers": _j.c.headers,
        "priority": _j.c.priority,
        "error_code": _j.c.error_code,
        "error_message": _j.c.error_message,
        "is_denied": _j.c.denied,
        "denied_reason": _j.c.denied_reason,
        "has_failed_with_retries_left": and_(_j.c.state == "FAILED", _j.c.retries > 0),
        "creation_time": _j.c.created_at,
        "last_update_time": _j.c.updated_at,
        "end_time": _j.c.ended_at,
        "element_id": _j.c.element_id,
        "element_instance_key": _j.c.element_instance_key,
        "process_definition_id": _j.c.process_id,
        "process_definition_key": _j.c.definition_key,
        "process_instance_key": _j.c.instance_key,
        "root_process_instance_key": _i.c.root_instance_key,
        "business_id": _i.c.business_key,
    },
    constants=TENANT,
)

INCIDENTS = View(
    "Incident",
    _n.join(_i, _n.c.instance_key == _i.c.key),
    "incident_key",
    {
        "incident_key": _n.c.key,
        "process_definition_id": _n.c.process_id,
        "process_definition_key": _n.c.definition_key,
        "process_instance_key": _n.c.instance_key,
        "root_process_instance_key": _i.c.root_instance_key,
        "element_id": _n.c.element_id,
        "element_instance_key": _n.c.element_instance_key,
        "error_type": _n.c.error_type,
        "error_message": _n.c.message,
        "creation_time": _n.c.created_at,
        "state": _n.c.state,
        "job_key": _n.c.job_key,
    },
    constants=TENANT,
)
