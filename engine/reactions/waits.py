"""What a step opened and closed, as rows of what an instance waits for."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, select

from engine import store
from engine.model import Closed, Kind, Outcome, Wait
from engine.reactions import call_activities, loop_guard, message_buffer
from engine.transaction import candidates, events_out, wait_rows
from engine.transaction.instances import Instance

if TYPE_CHECKING:
    from engine.transaction.unit_of_work import Move


def opened(move: "Move", instance: Instance, wait: Wait) -> None:
    """Write down a new wait and set off what it asks for."""
    match wait.kind:
        case Kind.USER_TASK:
            _task(move, instance, wait)
        case Kind.JOB:
            _job(move, instance, wait)
        case Kind.TIMER:
            move.changes.put(store.timer, wait.key, wait_rows.timer(instance, wait, move.now))
        case Kind.MESSAGE | Kind.SIGNAL | Kind.CONDITION:
            row = wait_rows.subscription(instance, wait, move.now)
            move.changes.put(store.subscription, wait.key, row)
            if wait.kind is Kind.MESSAGE:
                move.later(lambda: message_buffer.deliver(move, instance, wait))
        case Kind.CHILD:
            move.later(lambda: call_activities.start_child(move, instance, wait))
        case Kind.INCIDENT:
            _stopped(move, instance, wait)


def closed(move: "Move", instance: Instance, wait: Closed) -> None:
    """Close the row of a wait that is gone."""
    done = wait.outcome is Outcome.COMPLETED
    match wait.kind:
        case Kind.USER_TASK | Kind.JOB:
            _close_work(move, instance, wait, "COMPLETED" if done else "CANCELED")
        case Kind.TIMER:
            move.changes.drop_timer(wait.key)
        case Kind.MESSAGE | Kind.SIGNAL | Kind.CONDITION:
            state = "CORRELATED" if done else "DELETED"
            move.changes.change(store.subscription, wait.key, state=state, updated_at=move.now)
        case Kind.CHILD:
            if not done:
                move.later(lambda: call_activities.cancel_child(move, wait.key))
        case Kind.INCIDENT:
            _settled(move, instance, wait)


def _task(move: "Move", instance: Instance, wait: Wait) -> None:
    row = wait_rows.user_task(instance, wait, move.now)
    form_key = (wait.data.get("form") or {}).get("key")
    if isinstance(form_key, int):
        row["form_key"] = form_key
    elif form_key:
        row["external_form"] = form_key  # a name that only the client understands
    members = wait_rows.audience_members(row["candidate_groups"], row["candidate_users"])
    candidates.know(move, row["audience"], members)
    move.changes.put(store.user_task, wait.key, row)
    move.tell("task.created", lambda: events_out.task(instance, row))


def _stopped(move: "Move", instance: Instance, wait: Wait) -> None:
    instance.incidents += 1
    row = wait_rows.incident(instance, wait, move.now)
    move.changes.put(store.incident, wait.key, row)
    move.tell("incident.created", lambda: _incident(instance, wait.key, row))
    if "rushed" in wait.data:
        move.later(partial(loop_guard.hold, move, instance.key, wait.data["rushed"]))


def _settled(move: "Move", instance: Instance, wait: Closed) -> None:
    instance.incidents -= 1
    move.tell("incident.resolved", lambda: _incident(instance, wait.key, {}))
    values = {"state": "RESOLVED", "resolved_at": move.now, "resolved_by": move.actor}
    move.changes.change(store.incident, wait.key, **values)
    if wait.outcome is Outcome.CANCELED:  # its element is gone; what was held with it is not
        move.later(partial(loop_guard.let_go, move, instance, wait.key))


def _job(move: "Move", instance: Instance, wait: Wait) -> None:
    installed = wait.data["type"] in move.service_tasks
    row = wait_rows.job(instance, wait, move.now, installed=installed)
    move.changes.put(store.job, wait.key, row)
    if installed and row["retries"] > 0:
        move.run(wait.key, 1)


def _close_work(move: "Move", instance: Instance, wait: Closed, state: str) -> None:
    if wait.kind is Kind.USER_TASK:
        known = move.changes.row(store.user_task, wait.key)
        move.tell(
            f"task.{state.lower()}",
            lambda: (
                (
                    events_out.task(instance, known)
                    if known and "name" in known
                    else events_out.place(instance) | {"task_key": str(wait.key)}
                )
                | {"by": move.actor}
            ),
        )
        move.changes.change(
            store.user_task, wait.key, state=state, ended_at=move.now, ended_by=move.actor
        )
    else:
        move.changes.change(
            store.job,
            wait.key,
            state=state,
            open=False,
            deadline=None,
            ended_at=move.now,
            updated_at=move.now,
        )


def _incident(instance: Instance, key: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """Say which incident; its message may hold data, so it stays in the house."""
    more = {"error_type": row["error_type"]} if row else {}
    return events_out.place(instance, row.get("element_id")) | {"incident_key": str(key)} | more


def waits_for_something() -> ColumnElement[bool]:
    """Say in SQL of an instance that somebody or something will move it."""
    task, job, timer = store.user_task.c, store.job.c, store.timer.c
    child = store.instance.alias("child")
    sub, incident = store.subscription.c, store.incident.c
    key = store.instance.c.key
    return (
        select(task.key).where(task.instance_key == key, task.state == "CREATED").exists()
        | select(job.key).where(job.instance_key == key, job.open).exists()
        | select(timer.key).where(timer.instance_key == key).exists()
        | select(sub.key).where(sub.instance_key == key, sub.state == "CREATED").exists()
        | select(incident.key)
        .where(incident.instance_key == key, incident.state == "ACTIVE")
        .exists()
        | select(child.c.key)
        .where(child.c.parent_instance_key == key, child.c.ended_at.is_(None))
        .exists()
    )
