"""Holds what goes round too often: with the token that was stopped, all others of its element.

Else each of a thousand tokens in a loop would take one more transaction to become an incident too.
"""

from sqlalchemy import select, update

from engine import store
from engine.transaction import wait_rows
from engine.transaction.follow_ups import HoldElement, ReleaseElement
from engine.transaction.unit_of_work import UnitOfWork

_job, _timer = store.job.c, store.timer.c


def hold(work: UnitOfWork, asked: HoldElement) -> None:
    """Let no job and no timer of an element that is due begin any more."""
    instance_key, element_id = asked.instance_key, asked.element_id
    work.flush()
    work.connection.execute(
        update(store.job)
        .where(_job.instance_key == instance_key, _job.element_id == element_id, _job.open)
        .where(_job.available_at <= work.now)
        .values(available_at=wait_rows.END_OF_TIME)
    )
    work.connection.execute(
        update(store.timer)
        .where(_timer.instance_key == instance_key, _timer.element_id == element_id)
        .where(_timer.due_at <= work.now)
        .values(due_at=wait_rows.END_OF_TIME)
    )


def release_with_incident(work: UnitOfWork, asked: ReleaseElement) -> None:
    """Release what was held with an incident, if the instance goes on."""
    if asked.instance.ended_at is not None:
        return
    found = select(store.incident.c.data).where(store.incident.c.key == asked.incident_key)
    data = work.connection.execute(found).scalar() or {}
    if "rushed" in data:
        release(work, asked.instance.key, data["rushed"])


def release(work: UnitOfWork, instance_key: int, element_id: str) -> None:
    """Let held jobs and timers go on; each job gets a run of its own again."""
    held = select(_job.key, _job.attempt, _job.installed).where(
        _job.instance_key == instance_key,
        _job.element_id == element_id,
        _job.open,
        _job.available_at == wait_rows.END_OF_TIME,
    )
    for row in work.connection.execute(held).all():
        attempt = row.attempt + 1  # the run it had has come and gone
        work.changes.change(store.job, row.key, available_at=work.now, attempt=attempt)
        if row.installed:
            work.enqueue_job(row.key, attempt + 1)
    work.connection.execute(
        update(store.timer)
        .where(_timer.instance_key == instance_key, _timer.element_id == element_id)
        .where(_timer.due_at == wait_rows.END_OF_TIME, _timer.attempts == 0)
        .values(due_at=work.now)
    )
