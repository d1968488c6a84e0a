"""User tasks: claim, assign, update, complete."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, bindparam, select

from engine import store
from engine.commands import modify_instance, permitted
from engine.errors import Conflict, Invalid, NotFound, Over
from engine.forms import Form
from engine.model import Kind, Problem, Step
from engine.schedule import timers
from engine.transaction import asking, input_limits, wait_rows
from engine.transaction.instances import COLUMNS, Instance, locked, seen_from
from engine.transaction.unit_of_work import UnitOfWork, alive

_ONE = locked(
    select(store.user_task, *COLUMNS)
    .join(store.instance, store.instance.c.key == store.user_task.c.instance_key)
    .where(store.user_task.c.key == bindparam("key")),
    store.user_task,
)
_CHANGEABLE = frozenset(
    {"due_at", "follow_up_at", "candidate_groups", "candidate_users", "priority"}
)
_NAMES = tuple(column.name for column in store.user_task.c)


def complete(
    work: UnitOfWork, key: int, variables: Mapping[str, Any], *, action: str = "complete"
) -> None:
    """Complete a task with the fields its form declares (all variables if it has no form)."""
    completed(work, key, variables, action)


def completed(
    work: UnitOfWork, key: int, variables: Mapping[str, Any], action: str = "complete"
) -> Step:
    """Complete a task and return what that changed in its instance."""
    row, instance = open_task(work, key)
    if row["owner"] is not None:
        raise Conflict(f"task {key} is delegated by {row['owner']}: hand it back first")
    permitted.another_person(work, row, instance, work.actor)
    taken = _declared(work, row, instance, variables)
    work.changes.put(store.user_task, key, {name: row[name] for name in _NAMES})
    command = f"{action} task"
    if row["outside"] is not None and not asking.is_answered_by(dict(row), work.actor):
        command = f"answer for {row['outside']['for']}"  # on the phone, or from their letter
    return work.resume(instance, wait_rows.wait_of(Kind.USER_TASK, row), taken, command)


def claim(work: UnitOfWork, key: int) -> None:
    """Assign a task that nobody has to the actor; raises Conflict if somebody else has it."""
    _assign(work, key, work.actor, "claim task", allow_override=False)


def assign(work: UnitOfWork, key: int, assignee: str, *, allow_override: bool = True) -> None:
    """Assign a task; without override only one that nobody has."""
    _assign(work, key, assignee, "assign task", allow_override=allow_override)


def unassign(work: UnitOfWork, key: int) -> None:
    """Return a task to its candidates."""
    _assign(work, key, None, "unassign task", allow_override=True)


def delegate(work: UnitOfWork, key: int, to: str) -> None:
    """Let somebody do a task for its assignee, who stays its owner and gets it by `hand_back`."""
    input_limits.name(to, "an assignee")
    row, instance = open_task(work, key)
    owner = row["owner"] or row["assignee"]
    if owner is None:
        raise Conflict(f"task {key} has no assignee to delegate it")
    if not to or to == owner:
        raise Invalid("a task is delegated to somebody else")
    subject = f"{row['element_id']} {owner} -> {to}"
    changes = {"assignee": to, "owner": owner}
    _assigned(work, instance, row, changes, "delegate task", subject)


def hand_back(work: UnitOfWork, key: int) -> None:
    """Return a delegated task to its owner, who completes it."""
    row, instance = open_task(work, key)
    if row["owner"] is None:
        raise Conflict(f"task {key} is not delegated")
    subject = f"{row['element_id']} {row['owner']}"
    changes = {"assignee": row["owner"], "owner": None}
    _assigned(work, instance, row, changes, "hand back task", subject)


def cancel(work: UnitOfWork, key: int) -> None:
    """Take a task away with its token; nothing follows from it."""
    row, instance = open_task(work, key)
    element = {"elementInstanceKey": row["element_instance_key"]}
    modify_instance.modify(work, instance.key, terminate=[element])


def update(work: UnitOfWork, key: int, changes: Mapping[str, Any]) -> None:
    """Change due_at, follow_up_at, candidate_groups, candidate_users or priority.

    Null or an empty list takes a value away.
    """
    row, instance = open_task(work, key)
    values = _checked(changes)
    if "candidate_groups" in values or "candidate_users" in values:
        values.setdefault("candidate_groups", row["candidate_groups"])
        values.setdefault("candidate_users", row["candidate_users"])
    wait = wait_rows.wait_of(Kind.USER_TASK, row)
    work.change_task(instance, wait, "updating", values, "update task", row["element_id"])


def _assign(
    work: UnitOfWork, key: int, assignee: str | None, command: str, *, allow_override: bool
) -> None:
    input_limits.name(assignee or "", "an assignee")
    row, instance = open_task(work, key)
    if assignee == row["assignee"]:
        return
    if assignee is not None and not allow_override and row["assignee"] is not None:
        raise Conflict(f"task {key} is assigned to {row['assignee']}")
    subject = f"{row['element_id']} {assignee or ''}".strip()
    _assigned(work, instance, row, {"assignee": assignee, "owner": None}, command, subject)


def open_task(work: UnitOfWork, key: int) -> tuple[RowMapping, Instance]:
    """Return the row of an open task and its instance, locked; raises NotFound or Conflict."""
    row = work.connection.execute(_ONE, {"key": key}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no user task {key}")
    work.permit(row)
    if row["state"] != "CREATED":
        raise Over(f"user task {key} is {row['state'].lower()}")
    return row, alive(work.from_row(row))


def _declared(
    work: UnitOfWork, row: RowMapping, instance: Instance, variables: Mapping[str, Any]
) -> dict[str, Any]:
    given = input_limits.check(variables, work.limits)
    if row["form_key"] is not None:
        form: Form | None = work.catalogue.form(work.connection, row["form_key"])
    elif row["form"] is not None:
        form = work.catalogue.embedded_form(row["form"])
    else:
        form = None
    permitted.declared_only(instance, form, given)
    if form is None:
        return given
    seen = seen_from(instance, row["element_instance_key"])
    at = timers.local(work.now, instance.stored.load_around().get("zone", "UTC"))
    return form.check(given, seen, now=at)


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in _CHANGEABLE:
            raise Invalid(f"a task has no {name} to change", [Problem("unknown", element=name)])
        if name in ("due_at", "follow_up_at"):
            moment = wait_rows.instant(value or None)
            values[name] = None if moment is None else moment.isoformat()
        elif name == "priority":
            values[name] = _priority(value)
        else:
            values[name] = [input_limits.name(each, "a candidate") for each in value or []]
    return values


def _priority(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise Invalid("priority is a whole number from 0 to 100")
    return value


def _assigned(
    work: UnitOfWork,
    instance: Instance,
    row: RowMapping,
    changes: dict[str, Any],
    command: str,
    subject: str,
) -> None:
    permitted.another_person(work, row, instance, changes["assignee"] or "")
    wait = wait_rows.wait_of(Kind.USER_TASK, row)
    work.change_task(instance, wait, "assigning", changes, command, subject)
