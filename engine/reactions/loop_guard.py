"""What goes round too often is held: with the one that was stopped, all others of its element.

Else each of a thousand tokens in the ring would take a transaction more, to become an incident too.
"""

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from engine import store
from engine.transaction import wait_rows
from engine.transaction.instances import Instance

if TYPE_CHECKING:
    from engine.transaction.unit_of_work import Move

_job, _timer = store.job.c, store.timer.c


def hold(move: "Move", instance_key: int, element_id: str) -> None:
    """Let no job and no timer of an element that is due begin any more."""
    move.flush()
    move.connection.execute(
        update(store.job)
        .where(_job.instance_key == instance_key, _job.element_id == element_id, _job.open)
        .where(_job.available_at <= move.now)
        .values(available_at=wait_rows.END_OF_TIME)
    )
    move.connection.execute(
        update(store.timer)
        .where(_timer.instance_key == instance_key, _timer.element_id == element_id)
        .where(_timer.due_at <= move.now)
        .values(due_at=wait_rows.END_OF_TIME)
    )


def let_go(move: "Move", instance: Instance, incident_key: int) -> None:
    """Release what was held with an incident, if the instance goes on."""
    if instance.ended_at is not None:
        return
    found = select(store.incident.c.data).where(store.incident.c.key == incident_key)
    data = move.connection.execute(found).scalar() or {}
    if "rushed" in data:
        release(move, instance.key, data["rushed"])


def release(move: "Move", instance_key: int, element_id: str) -> None:
    """Let them go on; each job gets a run of its own again."""
    held = select(_job.key, _job.attempt, _job.installed).where(
        _job.instance_key == instance_key,
        _job.element_id == element_id,
        _job.open,
        _job.available_at == wait_rows.END_OF_TIME,
    )
    for row in move.connection.execute(held).all():
        attempt = row.attempt + 1  # the run it had has come and gone
        move.changes.change(store.job, row.key, available_at=move.now, attempt=attempt)
        if row.installed:
            move.run(row.key, attempt + 1)
    move.connection.execute(
        update(store.timer)
        .where(_timer.instance_key == instance_key, _timer.element_id == element_id)
        .where(_timer.due_at == wait_rows.END_OF_TIME, _timer.attempts == 0)
        .values(due_at=move.now)
    )
