"""What a task listener is asked about: its user task, as it will be when the listeners agree."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from engine import store

_t = store.user_task.c
_ACTIONS = {
    "CREATING": "create",
    "ASSIGNING": "assign",
    "UPDATING": "update",
    "COMPLETING": "complete",
    "CANCELING": "cancel",
}
# The engine's names of what may change, and the API's.
_NAMES = {
    "assignee": "assignee",
    "candidate_groups": "candidateGroups",
    "candidate_users": "candidateUsers",
    "due_at": "dueDate",
    "follow_up_at": "followUpDate",
    "priority": "priority",
}


def asked_about(connection: Connection, jobs: Sequence[dict[str, Any]]) -> dict[int, Any]:
    """Return the user task of each of these jobs that is a task listener's, by job key."""
    asking = {job["element_instance_key"]: job for job in jobs if job["kind"] == "TASK_LISTENER"}
    if not asking:
        return {}
    found = select(store.user_task).where(_t.element_instance_key.in_(asking)).order_by(_t.key)
    return {
        asking[row["element_instance_key"]]["key"]: _task(row, asking[row["element_instance_key"]])
        for row in connection.execute(found).mappings()
    }


def _task(row: Any, job: dict[str, Any]) -> dict[str, Any]:
    wanted = {name: value for name, value in job["wanted"].items() if name in _NAMES}
    seen = {name: row[name] for name in _NAMES} | wanted
    return {
        "user_task_key": row["key"],
        "form_key": row["form_key"],
        "action": _ACTIONS.get(job["listener_event"], ""),
        "assignee": seen["assignee"],
        "candidate_groups": seen["candidate_groups"],
        "candidate_users": seen["candidate_users"],
        "due_date": seen["due_at"],
        "follow_up_date": seen["follow_up_at"],
        "priority": seen["priority"],
        "changed_attributes": sorted(_NAMES[name] for name in wanted),
    }
