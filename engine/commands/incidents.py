"""Incidents: try again what failed."""

from sqlalchemy import bindparam, select

from engine import store
from engine.errors import NotFound, Over
from engine.model import Kind, Wait
from engine.reactions import loop_guard, quarantine
from engine.reads import missing_waits
from engine.transaction import wait_rows
from engine.transaction.instances import COLUMNS, Instance, locked
from engine.transaction.unit_of_work import UnitOfWork, alive

_ONE = locked(
    select(store.incident, *COLUMNS)
    .join(store.instance, store.instance.c.key == store.incident.c.instance_key)
    .where(store.incident.c.key == bindparam("key")),
    store.incident,
)
_JOB = select(store.job).where(store.job.c.key == bindparam("key"))


def resolve(work: UnitOfWork, key: int, *, retries: int | None = 1) -> None:
    """Resolve an incident: the element is tried again.

    A job without retries gets `retries` more; without that number its incident comes back.
    """
    row = work.connection.execute(_ONE, {"key": key}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no incident {key}")
    if row["state"] != "ACTIVE":
        raise Over(f"incident {key} is resolved")
    if "of" in row["data"]:
        quarantine.resolve(work, row)
        return
    instance = alive(work.from_row(row))
    work.resume(instance, wait_rows.wait_of(Kind.INCIDENT, row), {}, "resolve incident")
    if "rushed" in row["data"]:
        loop_guard.release(work, instance.key, row["data"]["rushed"])
    if row["job_key"] is not None:
        _again(work, instance, row["job_key"], retries, row["error_type"], row["message"])


def report_missing(work: UnitOfWork, instance_key: int) -> int:
    """Open an incident for each wait of an instance whose row is gone; return how many."""
    instance = work.instance(instance_key)
    if instance.state != "ACTIVE":
        return 0
    found = missing_waits.find(work.connection, [instance_key])  # now that nobody else moves it
    for missing in found:
        work.miss(instance, missing.wait)
    return len(found)


def _again(
    work: UnitOfWork,
    instance: Instance,
    job_key: int,
    retries: int | None,
    error: str,
    message: str,
) -> None:
    job = work.connection.execute(_JOB, {"key": job_key}).mappings().one_or_none()
    if job is None or not job["open"]:
        return
    left = job["retries"] or retries or 0
    if left <= 0:
        wait = Wait(job_key, Kind.JOB, job["element_id"], job["element_instance_key"], {})
        work.fail(instance, wait, error, message, "fail job")
        return
    work.changes.change(
        store.job,
        job_key,
        retries=left,
        state="CREATED",
        starts=0,
        error_code=None,
        available_at=work.now,
        updated_at=work.now,
    )
    if job["installed"]:
        work.enqueue_job(job_key, job["attempt"] + 1)
