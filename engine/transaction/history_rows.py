"""What a step says about elements, variables and decisions, as rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import store
from engine.model import DROPPED, Step
from engine.schedule import deadlines
from engine.transaction import candidates, events_out, wait_rows
from engine.transaction.instances import Instance
from engine.transaction.pending import Pending
from engine.transaction.ports import Encounter


def elements(pending: Pending, instance: Instance, step: Step) -> None:
    """Add element instances and variables; those of an ended scope stay to be read."""
    place = {"instance_key": instance.key, "definition_key": instance.deployed.key}
    for element in step.elements:
        row = place | {
            "key": element.key,
            "element_id": element.element_id,
            "element_name": element.element_name,
            "type": element.type,
            "scope_key": element.scope_key,
            "state": element.state,
            "started_at": element.started_at,
            "ended_at": element.ended_at,
        }
        pending.changes.put(store.element_instance, element.key, row)
        touchpoint = instance.definition.touchpoints.get(element.element_id)
        if touchpoint is not None and element.state == "COMPLETED":
            pending.meet(
                Encounter(touchpoint, instance.customer, instance.key, element.key, pending.now)
            )
    for change in step.variables:
        if change.value is not DROPPED:
            row = {
                "key": pending.keys(),
                "instance_key": instance.key,
                "scope_key": change.scope_key,
                "name": change.name,
                "value": change.value,
            }
            pending.changes.put(store.variable, (change.scope_key, change.name), row)


def decisions(pending: Pending, instance: Instance, step: Step) -> None:
    """Add what was decided, from what, and by which rows."""
    for record in step.decisions:
        row = {
            "key": record.key,
            "instance_key": instance.key,
            "definition_key": instance.deployed.key,
            "process_id": instance.deployed.process_id,
            "element_id": record.element_id,
            "element_instance_key": record.element_instance_key,
            "decision_key": record.decision_key,
            "decision_id": record.decision_id,
            "inputs": record.inputs,
            "output": record.output,
            "evaluated": record.evaluated,
            "failure": record.failure,
            "state": "FAILED" if record.failure else "EVALUATED",
            "evaluated_at": pending.now,
            "evaluated_by": pending.actor,
        }
        pending.changes.put(store.decision_instance, record.key, row)


def tasks(pending: Pending, instance: Instance, step: Step) -> None:
    """Change open user tasks: by a person's wish, or as their listeners corrected it."""
    for change in step.tasks:
        values = dict(change.changes)
        for name in {"due_at", "follow_up_at"} & set(values):
            values[name] = wait_rows.instant(values[name])
        if "due_at" in values:
            values["due_order"] = values["due_at"] or wait_rows.END_OF_TIME
        if "priority" in values:
            values["rank"] = 100 - values["priority"]
        if {"candidate_groups", "candidate_users"} & set(values):
            values |= _candidates(pending, change.key, values)
        if {"due_at", "candidate_groups"} & set(values):
            values |= _deadline(pending, instance, change.key, values)
        pending.changes.change(store.user_task, change.key, **values)
        if change.changes.get("state", "CREATED") == "CREATED":
            events_out.task_changed(pending, instance, change)


def _deadline(
    pending: Pending, instance: Instance, key: int, values: dict[str, Any]
) -> dict[str, Any]:
    """Return the plan of a task that follows another due date, or the calendar of other groups."""
    column = store.user_task.c
    if not instance.definition.has_deadlines or "deadline" in values:
        return {}
    known = select(column.deadline, column.candidate_groups).where(column.key == key)
    row = pending.connection.execute(known).one_or_none()
    if row is None or row.deadline is None:
        return {}
    calendars, plan = pending.environment.calendars, dict(row.deadline)
    groups = values.get("candidate_groups")
    if groups is not None and plan.get("calendars") == row.candidate_groups:
        plan["calendars"] = groups
    if "due_at" not in values:
        plan = deadlines.worked_out_anew(plan, calendars)
    elif values["due_at"] is None:
        plan = plan | {"acts": []}
    else:
        hours = calendars(plan.get("calendars", ()))
        plan = deadlines.moved(plan | {"time": ""}, values["due_at"], hours)
    due = values.get("due_at", datetime.fromisoformat(plan["due"]))
    moved = {"due_at": due, "due_order": due or wait_rows.END_OF_TIME}
    return moved | wait_rows.deadline(plan)


def _candidates(pending: Pending, key: int, values: dict[str, Any]) -> dict[str, Any]:
    """Return all candidates of a task; those that stay are read when only one kind changes."""
    names = ("candidate_groups", "candidate_users")
    found = {name: list(values[name] or []) for name in names if name in values}
    if len(found) < len(names):
        column = store.user_task.c
        known = select(column.candidate_groups, column.candidate_users).where(column.key == key)
        row = pending.connection.execute(known).mappings().one()
        found = dict(row) | found
    return found | {
        "audience": candidates.register(
            pending, found["candidate_groups"], found["candidate_users"]
        )
    }
