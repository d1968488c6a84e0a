"""Events for the outbox: tasks, instances and incidents, by key and without variables."""

from collections.abc import Mapping
from typing import Any

from engine import store
from engine.model import TaskChange
from engine.transaction.instances import Instance
from engine.transaction.pending import Pending

_SHOWN = frozenset(
    {"assignee", "candidate_groups", "candidate_users", "due_at", "follow_up_at", "priority"}
)


def task(instance: Instance, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return which task: its row, as far as it is for everybody."""
    due = row.get("due_at")
    return place(instance, row["element_id"]) | {
        "task_key": str(row["key"]),
        "name": row["name"],
        "assignee": row["assignee"],
        "candidate_groups": row["candidate_groups"],
        "candidate_users": row["candidate_users"],
        "priority": row["priority"],
        "due_at": due.isoformat() if due else None,
    }


def place(instance: Instance, element_id: str | None = None) -> dict[str, Any]:
    """Return which instance, and which element of its diagram."""
    where = {
        "instance_key": str(instance.key),
        "process_id": instance.deployed.process_id,
        "process_version": instance.deployed.version,
        "business_key": instance.business_key,
    }
    return where | ({"element_id": element_id} if element_id else {})


def incident(instance: Instance, key: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return which incident; its message may hold data, so it stays inside."""
    more = {"error_type": row["error_type"]} if row else {}
    return place(instance, row.get("element_id")) | {"incident_key": str(key)} | more


def task_ended(pending: Pending, instance: Instance, key: int, state: str) -> None:
    """Emit that a task was completed or canceled, and by whom."""
    row = pending.changes.row(store.user_task, key)

    def data() -> dict[str, Any]:
        known = row if row is not None and "name" in row else None
        what = task(instance, known) if known else place(instance) | {"task_key": str(key)}
        return what | {"by": pending.actor}

    pending.emit(f"task.{state.lower()}", data)


def task_changed(pending: Pending, instance: Instance, change: TaskChange) -> None:
    """Emit who has a task now, or what else about it is new."""
    new = {name: value for name, value in change.changes.items() if name in _SHOWN}
    if new:
        what = "assigned" if "assignee" in new else "updated"
        said = {"task_key": str(change.key), "by": pending.actor, **new}
        pending.emit(f"task.{what}", lambda: place(instance) | said)


def of_instance(pending: Pending, instance: Instance, what: str) -> None:
    """Emit that an instance was started, or how it ended."""
    parent = instance.parent_instance_key
    pending.emit(
        f"instance.{what}",
        lambda: place(instance) | {"parent_instance_key": str(parent) if parent else None},
    )
