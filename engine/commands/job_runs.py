"""Jobs of installed service tasks: begun by a run of our own worker, one after another.

A run that has reported a job goes on with the one that follows in its instance: begun in the same
transaction, that is one commit and no way through the queue. A run found again after its process
died has the key of its first job alone; what it was at is leased to its name.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, update

from engine import store
from engine.commands.jobs import JOINED, ONE, handed_out, set_failed, wait_of
from engine.transaction import wait_rows
from engine.transaction.instances import Instance, locked
from engine.transaction.unit_of_work import Move

_job = store.job.c
_CARRIED_ON = locked(
    JOINED.where(_job.instance_key == bindparam("instance"), _job.open)
    .where(_job.worker == bindparam("run"))
    .order_by(_job.key)
    .limit(1),
    store.job,
)
LEASE = timedelta(minutes=15)  # of a run of our own; after it another run may take over
MAX_STARTS = 3  # a job that kills its process so often is not tried again


def begin(move: Move, key: int, run: str) -> dict[str, Any] | None:
    """Hand an installed job to a run of our own worker; None when there is nothing to do.

    The start is counted before the function runs: one that kills its process comes back here.
    The lease belongs to the run, so that the same run may be recovered, and no other disturbs it.
    """
    row = move.connection.execute(ONE, {"key": key}).mappings().one_or_none()
    if row is not None and not row["open"]:
        found = {"instance": row["instance_key"], "run": run}
        row = move.connection.execute(_CARRIED_ON, found).mappings().one_or_none()
    if row is None or not row["open"] or row["retries"] <= 0:
        return None
    if row["available_at"] == wait_rows.END_OF_TIME:  # held
        return None
    if row["worker"] != run and row["deadline"] is not None and row["deadline"] > move.now:
        return None
    instance = move.from_row(row)
    if instance.state != "ACTIVE":
        return None
    if row["starts"] >= MAX_STARTS:
        message = f"its process died {row['starts']} times while it ran"
        set_failed(move, row, 0, message)
        move.fail(instance, wait_of(row), "JOB_NO_RETRIES", message, "fail job")
        return None
    return _begun(move, row, instance, run)


def go_on(move: Move, instance_key: int, run: str) -> dict[str, Any] | None:
    """Begin for the run what this transaction opened in the instance; None: nothing of ours."""
    move.settle()
    row = move.take_run(instance_key)
    return None if row is None else _begun(move, row, move.instance(instance_key), run)


def give_back(move: Move, key: int, run: str) -> None:
    """Let go of a job that a run has done and cannot report: it is done anew, under its key."""
    let_go = update(store.job).where(_job.key == key, _job.open, _job.worker == run)
    move.connection.execute(let_go.values(worker="", deadline=None, starts=0))


def _begun(move: Move, row: wait_rows.Row, instance: Instance, run: str) -> dict[str, Any]:
    handed = handed_out(row, instance, None)
    lease = {"worker": run, "deadline": move.now + LEASE}
    starts = row["starts"] + 1
    move.changes.change(store.job, row["key"], starts=starts, updated_at=move.now, **lease)
    return handed | lease
