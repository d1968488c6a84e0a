"""Jobs of installed service tasks: begun by a run of our own worker, one after another.

A run that has reported a job goes on with the one that follows in its instance: begun in the same
transaction, that is one commit and no way through the queue. A run found again after its process
died has the key of its first job alone; what it was at is leased to its name.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, update

from engine import store
from engine.commands import jobs
from engine.commands.jobs import JOINED, ONE, handed_out, set_failed, wait_of
from engine.errors import BpmnError
from engine.transaction import wait_rows
from engine.transaction.instances import Instance, locked
from engine.transaction.unit_of_work import UnitOfWork

HandedOut = dict[str, Any]  # a job as its function needs it
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


def begin(work: UnitOfWork, key: int) -> HandedOut | None:
    """Return an installed job to its actor, a run of our worker; None if there is nothing to do.

    The start is counted before the function runs: one that kills its process comes back here.
    The lease belongs to the run, so that the same run may be recovered, and no other disturbs it.
    """
    run = work.actor
    row = work.connection.execute(ONE, {"key": key}).mappings().one_or_none()
    if row is not None and not row["open"]:
        found = {"instance": row["instance_key"], "run": run}
        row = work.connection.execute(_CARRIED_ON, found).mappings().one_or_none()
    if row is None or not row["open"] or row["retries"] <= 0:
        return None
    if row["available_at"] == wait_rows.END_OF_TIME:  # held
        return None
    if row["worker"] != run and row["deadline"] is not None and row["deadline"] > work.now:
        return None
    instance = work.from_row(row)
    if instance.state != "ACTIVE":
        return None
    if row["starts"] >= MAX_STARTS:
        message = f"its process died {row['starts']} times while it ran"
        set_failed(work, row, 0, message)
        work.fail(instance, wait_of(row), "JOB_NO_RETRIES", message, "fail job")
        return None
    return _begun(work, row, instance, run)


def _go_on(work: UnitOfWork, instance_key: int, run: str) -> HandedOut | None:
    """Begin for the run what this transaction opened in the instance; None if nothing of ours."""
    work.run_follow_ups()
    row = work.take_job_run(instance_key)
    return None if row is None else _begun(work, row, work.instance(instance_key), run)


def finish(
    work: UnitOfWork, job: HandedOut, variables: Mapping[str, Any], run: str | None
) -> HandedOut | None:
    """Report a job as done, and begin what follows for the run; None if nothing does."""
    jobs.finish(work, job["key"], variables)
    return None if run is None else _go_on(work, job["instance_key"], run)


def throw(work: UnitOfWork, job: HandedOut, no: BpmnError, run: str | None) -> HandedOut | None:
    """Let a business error leave a job, and begin what follows for the run."""
    jobs.throw(work, job["key"], no.code, no.message, no.variables)
    return None if run is None else _go_on(work, job["instance_key"], run)


def release(work: UnitOfWork, key: int) -> None:
    """Return up a job that the actor, a run, has done and cannot report: it is done anew."""
    let_go = update(store.job).where(_job.key == key, _job.open, _job.worker == work.actor)
    work.connection.execute(let_go.values(worker="", deadline=None, starts=0))


def _begun(work: UnitOfWork, row: wait_rows.Row, instance: Instance, run: str) -> HandedOut:
    handed = handed_out(row, instance, None)
    lease = {"worker": run, "deadline": work.now + LEASE}
    starts = row["starts"] + 1
    work.changes.change(store.job, row["key"], starts=starts, updated_at=work.now, **lease)
    return handed | lease
