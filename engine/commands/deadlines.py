"""Reminding of tasks and escalating them, by the plan that their drawing declares."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from engine import store
from engine.errors import Conflict, NotFound
from engine.model import Step, TaskChange
from engine.schedule import deadlines
from engine.transaction import asking, events_out, wait_rows
from engine.transaction.instances import COLUMNS, Instance, locked
from engine.transaction.pending import NOTICE
from engine.transaction.unit_of_work import UnitOfWork, alive

NOTICE_TASK = "notices.deadline"  # the service task that writes to people, if it is installed
URGENT = 90  # priority of an escalated task
_task = store.user_task.c
_ONE = locked(
    select(store.user_task, *COLUMNS)
    .join(store.instance, store.instance.c.key == _task.instance_key)
    .where(_task.key == bindparam("key"), _task.state == store.CREATED),
    store.user_task,
)
# Asked of each task that is due, or SQLite would walk through all active instances.
_active = select(store.instance.c.key).where(
    store.instance.c.key == _task.instance_key, store.instance.c.state == "ACTIVE"
)
_DUE = (
    select(_task.key)
    .where(_task.state == store.CREATED, _task.deadline_at.is_not(None))
    .where(_task.deadline_at <= bindparam("now"), _active.exists())
    .order_by(_task.deadline_at, _task.key)
    .limit(bindparam("count"))
)
_LATER = timedelta(minutes=5)


def due(connection: Connection, now: datetime, count: int) -> list[int]:
    """List tasks with a reminder or an escalation that is due, the longest waiting first."""
    return list(connection.execute(_DUE, {"now": now, "count": count}).scalars())


def meet(work: UnitOfWork, key: int) -> None:
    """Remind of a task, or escalate it; NotFound when there is nothing to do any more."""
    row = work.connection.execute(_ONE, {"key": key}).mappings().one_or_none()
    if row is None or row["deadline_at"] is None or row["deadline_at"] > work.now:
        raise NotFound(f"no deadline of task {key} is due")
    instance = alive(work.from_row(row))
    # The calendar may have changed meanwhile: what is not due by it any more waits.
    plan = deadlines.worked_out_anew(row["deadline"], work.environment.calendars)
    ripe, after = deadlines.due_acts(plan, work.now)
    written = _columns(row, after)
    reminders = [act for act in ripe if act["what"] == deadlines.REMIND]
    escalations = [act for act in ripe if act["what"] == deadlines.ESCALATE]
    if reminders:
        _apply(work, instance, row, written, "remind task", row["element_id"])
        _remind(work, instance, row)
    if escalations:
        to = sorted({act["to"] for act in escalations})
        subject = f"{row['element_id']} {', '.join(to)}"
        _apply(work, instance, row, written | _wider(row, to), "escalate task", subject)
        _tell(work, instance, row, "task.escalated", to)
    if not ripe:
        work.changes.change(store.user_task, key, **written)


def escalate(work: UnitOfWork, key: int, reason: str) -> None:
    """Open a task to all whom it escalates to now, because it cannot be answered otherwise."""
    row = work.connection.execute(_ONE, {"key": key}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no open task {key}")
    instance = alive(work.from_row(row))
    plan = row["deadline"] or {"acts": []}
    waiting = [a for a in plan["acts"] if a["what"] == deadlines.ESCALATE and not a.get("done")]
    to = sorted({act["to"] for act in waiting}) or _owner(instance, row)
    if not to:
        raise Conflict(f"nobody is left to whom task {key} could be escalated")
    done = [act | {"done": work.now.isoformat()} if act in waiting else act for act in plan["acts"]]
    columns = wait_rows.deadline(plan | {"acts": done}) | _wider(row, to)
    _apply(work, instance, row, columns, "escalate task", f"{row['element_id']} {', '.join(to)}")
    _tell(work, instance, row, "task.escalated", to, reason)


def _owner(instance: Instance, row: RowMapping) -> list[str]:
    """Return who gets a task of somebody outside that declares no deadline: the owner."""
    if row["outside"] is None or row["deadline"] is not None:
        return []
    owners = instance.definition.says("owner") or ""
    known = set(row["candidate_groups"])
    return sorted({name.strip() for name in owners.split(",") if name.strip()} - known)


def put_off(work: UnitOfWork, key: int, reason: str) -> None:
    """Look again later at a task that a fault of ours keeps from being reminded of."""
    row = update(store.user_task).where(_task.key == key)
    work.connection.execute(row.values(deadline_at=work.now + _LATER))


def _columns(row: RowMapping, plan: deadlines.Plan) -> dict[str, Any]:
    due_at = datetime.fromisoformat(plan["due"])
    moved = {} if due_at == row["due_at"] else {"due_at": due_at, "due_order": due_at}
    return moved | wait_rows.deadline(plan)


def _wider(row: RowMapping, to: Sequence[str]) -> dict[str, Any]:
    """Open a task to the next level too, and make it urgent."""
    return {
        "candidate_groups": sorted({*row["candidate_groups"], *to}),
        "priority": max(URGENT, row["priority"]),
    }


def _apply(
    work: UnitOfWork,
    instance: Instance,
    row: RowMapping,
    changes: dict[str, Any],
    command: str,
    subject: str,
) -> None:
    step = Step(state=instance.stored.load_around(), tasks=(TaskChange(row["key"], changes),))
    work.apply(instance, step, command, subject)


def _remind(work: UnitOfWork, instance: Instance, row: RowMapping) -> None:
    """Remind whoever has the task; of one for somebody outside, that one."""
    if row["outside"] is None:
        _tell(work, instance, row, "task.reminded")
        return
    work.emit("task.reminded", lambda: events_out.task(instance, dict(row)))
    asking.ask(work, dict(row), asking.REMINDED, instance.history_seq)


def _tell(
    work: UnitOfWork,
    instance: Instance,
    row: RowMapping,
    kind: str,
    to: Sequence[str] = (),
    reason: str = "",
) -> None:
    """Let systems and people know: an event, and a notice by the service task of this name."""
    escalated: dict[str, Any] = {"escalated_to": list(to)} if to else {}
    escalated |= {"reason": reason} if reason else {}
    work.emit(kind, lambda: events_out.task(instance, dict(row)) | escalated)
    key = f"{kind}-{row['key']}-{instance.history_seq}"
    notice = {
        "type": NOTICE_TASK,
        "key": key,
        "variables": {
            "what": kind.partition(".")[2],
            "task_name": row["name"] or row["element_id"],
            "assignee": row["assignee"],
            "groups": row["candidate_groups"],
            "escalated_to": list(to),
        },
    }
    work.enqueue(NOTICE, notice, key)
