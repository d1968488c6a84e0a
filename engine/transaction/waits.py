"""What a step opened and closed, as rows; what that asks for is deferred."""

from sqlalchemy import update

from engine import store
from engine.model import Closed, Kind, Outcome, Wait
from engine.transaction import asking, candidates, events_out, wait_rows
from engine.transaction.follow_ups import (
    AssignTask,
    CancelChild,
    DeliverBuffered,
    HoldElement,
    ReleaseElement,
    StartChild,
)
from engine.transaction.instances import Instance
from engine.transaction.pending import Pending


def opened(pending: Pending, instance: Instance, wait: Wait) -> None:
    """Add the row of a new wait, and defer what it asks for."""
    match wait.kind:
        case Kind.USER_TASK:
            _task_opened(pending, instance, wait)
        case Kind.JOB:
            _job_opened(pending, instance, wait)
        case Kind.TIMER:
            pending.changes.put(store.timer, wait.key, wait_rows.timer(instance, wait, pending.now))
        case Kind.MESSAGE | Kind.SIGNAL | Kind.CONDITION:
            row = wait_rows.subscription(instance, wait, pending.now)
            pending.changes.put(store.subscription, wait.key, row)
            if wait.kind is Kind.MESSAGE:
                pending.defer(DeliverBuffered(instance, wait))
        case Kind.CHILD:
            pending.defer(StartChild(instance, wait))
        case Kind.INCIDENT:
            _incident_opened(pending, instance, wait)


def closed(pending: Pending, instance: Instance, wait: Closed) -> None:
    """Close the row of a wait that is gone."""
    done, changes, now = wait.outcome is Outcome.COMPLETED, pending.changes, pending.now
    state = "COMPLETED" if done else "CANCELED"
    match wait.kind:
        case Kind.USER_TASK:
            events_out.task_ended(pending, instance, wait.key, state)
            ended = {"state": state, "ended_at": now, "ended_by": pending.actor}
            changes.change(store.user_task, wait.key, **ended)
        case Kind.JOB:
            ended = {"state": state, "open": False, "deadline": None, "ended_at": now}
            changes.change(store.job, wait.key, **ended, updated_at=now)
        case Kind.TIMER:
            changes.drop_timer(wait.key)
        case Kind.MESSAGE | Kind.SIGNAL | Kind.CONDITION:
            heard = {"state": "CORRELATED" if done else "DELETED", "updated_at": now}
            changes.change(store.subscription, wait.key, **heard)
        case Kind.CHILD:
            if not done:
                pending.defer(CancelChild(wait.key))
        case Kind.INCIDENT:
            _incident_closed(pending, instance, wait)


def close_incidents(pending: Pending, instance: Instance) -> None:
    """Close what is left of incidents, which the core does not know, when their instance ends."""
    column = store.incident.c
    instance.incidents = 0
    pending.connection.execute(
        update(store.incident)
        .where(column.instance_key == instance.key, column.state == "ACTIVE")
        .values(**_resolved(pending))
    )


def _task_opened(pending: Pending, instance: Instance, wait: Wait) -> None:
    groups, users = wait.data.get("candidate_groups"), wait.data.get("candidate_users")
    audience = candidates.register(pending, groups or (), users or ())
    row = wait_rows.user_task(instance, wait, pending.now, audience)
    pending.changes.put(store.user_task, wait.key, row)
    pending.emit("task.created", lambda: events_out.task(instance, row))
    if wait.data.get("assign") and not row["assignee"]:
        pending.defer(AssignTask(instance, wait))
    if row["outside"] is not None:
        asking.ask(pending, row, asking.OPENED)


def _job_opened(pending: Pending, instance: Instance, wait: Wait) -> None:
    installed = wait.data["type"] in pending.environment.service_tasks
    row = wait_rows.job(instance, wait, pending.now, installed=installed)
    pending.changes.put(store.job, wait.key, row)
    if installed and row["retries"] > 0:
        pending.enqueue_job(wait.key, 1)


def _incident_opened(pending: Pending, instance: Instance, wait: Wait) -> None:
    instance.incidents += 1
    row = wait_rows.incident(instance, wait, pending.now)
    pending.changes.put(store.incident, wait.key, row)
    pending.emit("incident.created", lambda: events_out.incident(instance, wait.key, row))
    if "rushed" in wait.data:
        pending.defer(HoldElement(instance.key, wait.data["rushed"]))


def _incident_closed(pending: Pending, instance: Instance, wait: Closed) -> None:
    instance.incidents -= 1
    pending.emit("incident.resolved", lambda: events_out.incident(instance, wait.key, {}))
    pending.changes.change(store.incident, wait.key, **_resolved(pending))
    if wait.outcome is Outcome.CANCELED:  # its element is gone; what was held with it is not
        pending.defer(ReleaseElement(instance, wait.key))


def _resolved(pending: Pending) -> dict[str, object]:
    return {"state": "RESOLVED", "resolved_at": pending.now, "resolved_by": pending.actor}
