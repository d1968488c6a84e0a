"""Writes down approvals from the tasks that gave them, and checks that they still hold."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import store
from engine.errors import Invalid
from tasks.approvals.records import Approval

_task = store.user_task.c


def keep(
    session: Session,
    what: str,
    number: int,
    digest: str,
    *,
    instance_key: int,
    element: str,
    since: datetime,
) -> None:
    """Keep an approval for each task of the element that was completed since then."""
    done = select(_task.key, _task.ended_by, _task.ended_at, _task.candidate_groups).where(
        _task.instance_key == instance_key,
        _task.element_id == element,
        _task.state == "COMPLETED",
        _task.ended_at >= since,
    )
    found = session.execute(done).all()
    keys = [task.key for task in found]
    known = set(session.scalars(select(Approval.task_key).where(Approval.task_key.in_(keys))))
    for task in found:
        if task.key not in known:
            session.add(
                Approval(
                    what=what,
                    number=number,
                    digest=digest,
                    role=(task.candidate_groups or [""])[0],
                    person=task.ended_by or "",
                    task_key=task.key,
                    at=task.ended_at,
                )
            )
    session.flush()


def insist(session: Session, what: str, number: int, digest: str) -> None:
    """Raise Invalid if what was approved is not what it says now."""
    query = select(Approval.digest).where(Approval.what == what, Approval.number == number)
    if any(approved != digest for approved in session.scalars(query)):
        raise Invalid(f"This {what} is no longer what was approved.")
