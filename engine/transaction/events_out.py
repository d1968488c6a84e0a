"""What others may hear of a transaction: tasks, instances and incidents, without variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection

from engine.model import TaskChange
from engine.transaction.instances import Instance

if TYPE_CHECKING:
    from engine.transaction.unit_of_work import Move


_TOLD = frozenset(
    {"assignee", "candidate_groups", "candidate_users", "due_at", "follow_up_at", "priority"}
)


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened: a type like "task.created", and JSON that says where."""

    type: str
    data: dict[str, Any]


class Outlet(Protocol):
    """Takes the news of a transaction, inside it: told if and only if it commits."""

    def __call__(self, connection: Connection, news: Sequence[News], now: datetime) -> None:
        """Write down who is to hear of it."""


def task(instance: Instance, row: Mapping[str, Any]) -> dict[str, Any]:
    """Say which task: its row, as far as it is for everybody."""
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
    """Say which instance, and which element of its diagram."""
    where = {
        "instance_key": str(instance.key),
        "process_id": instance.deployed.process_id,
        "process_version": instance.deployed.version,
        "business_key": instance.business_key,
    }
    return where | ({"element_id": element_id} if element_id else {})


def task_changed(move: "Move", instance: Instance, change: TaskChange) -> None:
    """Tell who has a task now, or what else about it is new."""
    new = {name: value for name, value in change.changes.items() if name in _TOLD}
    if new:
        what = "assigned" if "assignee" in new else "updated"
        said = {"task_key": str(change.key), "by": move.actor, **new}
        move.tell(f"task.{what}", lambda: place(instance) | said)


def of_instance(move: "Move", instance: Instance, what: str) -> None:
    """Tell that an instance was started, or how it ended."""
    parent = instance.parent_instance_key
    move.tell(
        f"instance.{what}",
        lambda: place(instance) | {"parent_instance_key": str(parent) if parent else None},
    )
