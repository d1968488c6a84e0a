"""Deadlines of tasks rest while their instance is suspended: they are later by what it slept."""

from datetime import datetime

from sqlalchemy import select

from engine import store
from engine.schedule import deadlines
from engine.transaction import wait_rows
from engine.transaction.unit_of_work import UnitOfWork

_task = store.user_task.c


def rest(work: UnitOfWork, instance_key: int, since: datetime | None) -> None:
    """Move the deadlines of an instance that goes on now; `since` it was suspended."""
    if since is None:
        return
    found = select(_task.key, _task.deadline).where(
        _task.instance_key == instance_key, _task.deadline_at.is_not(None), _task.ended_at.is_(None)
    )
    for row in work.connection.execute(found).all():
        hours = work.environment.calendars(row.deadline.get("calendars", ()))
        plan = deadlines.rested(row.deadline, since, work.now, hours)
        due = datetime.fromisoformat(plan["due"])
        moved = {"due_at": due, "due_order": due} | wait_rows.deadline(plan)
        work.changes.change(store.user_task, row.key, **moved)
