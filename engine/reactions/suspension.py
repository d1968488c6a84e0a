"""Suspended instances: nothing moves them. What they called is suspended with them.

Else a child could end while its caller is suspended, and the caller would never hear of it.
"""

from sqlalchemy import select, update

from engine import store
from engine.errors import Conflict
from engine.model import Kind
from engine.reactions import task_deadlines
from engine.transaction import family, wait_rows
from engine.transaction.follow_ups import DeliverBuffered
from engine.transaction.instances import Damaged, Instance
from engine.transaction.unit_of_work import UnitOfWork

_instance = store.instance.c


def suspend(work: UnitOfWork, key: int) -> None:
    """Suspend an instance and all it called."""
    instance = work.instance(key)
    if instance.state != "ACTIVE":
        raise Conflict(f"process instance {key} is {instance.state.lower()}")
    _change(work, instance, "SUSPENDED")
    called(work, key, "SUSPENDED")


def resume(work: UnitOfWork, key: int) -> None:
    """Resume an instance and all it called; raises Conflict while its caller is suspended."""
    instance = work.instance(key)
    if instance.state != "SUSPENDED":
        raise Conflict(f"process instance {key} is {instance.state.lower()}")
    parent = instance.parent_instance_key
    if parent is not None:
        suspended_parent = select(_instance.key).where(
            _instance.key == parent, _instance.state != "ACTIVE"
        )
        if work.connection.execute(suspended_parent).first() is not None:
            raise Conflict(f"instance {parent}, which called it, is suspended: resume that one")
    _change(work, instance, "ACTIVE")
    called(work, key, "ACTIVE")


def called(work: UnitOfWork, key: int, state: str) -> None:
    """Suspend or resume what an instance called, however deep."""
    for member, over in family.members(work.connection, key):
        if over or member == key:
            continue
        try:
            instance = work.instance(member)
        except Damaged:
            continue  # suspended already, by its own incident
        if instance.ended_at is None and instance.state != state:
            _change(work, instance, state)


def _change(work: UnitOfWork, instance: Instance, state: str) -> None:
    instance.state = state
    suspended = state == "SUSPENDED"
    work.record(instance, "suspend" if suspended else "resume")
    work.flush()
    known = select(_instance.suspended_at).where(_instance.key == instance.key)
    since = None if suspended else work.connection.execute(known).scalar()
    row = update(store.instance).where(_instance.key == instance.key)
    work.connection.execute(row.values(suspended_at=work.now if suspended else None))
    if not suspended:
        task_deadlines.rest(work, instance.key, since)
        _queue_due_jobs(work, instance)
        _deliver_messages(work, instance)


def _queue_due_jobs(work: UnitOfWork, instance: Instance) -> None:
    """Queue due jobs under a new name: their runs may have come and gone meanwhile."""
    column = store.job.c
    waiting = select(column.key).where(
        column.instance_key == instance.key, column.open, column.installed, column.retries > 0
    )
    for key in work.connection.execute(waiting.where(column.available_at <= work.now)).scalars():
        run = f"job-{key}-resumed-{instance.history_seq}"
        work.enqueue("job", {"key": key, "run": run}, run)


def _deliver_messages(work: UnitOfWork, instance: Instance) -> None:
    """Deliver the messages that came meanwhile and still live."""
    column = store.subscription.c
    waiting = select(store.subscription).where(
        column.instance_key == instance.key, column.kind == "message", column.state == "CREATED"
    )
    for row in work.connection.execute(waiting).mappings().all():
        work.defer(DeliverBuffered(instance, wait_rows.wait_of(Kind.MESSAGE, row)))
