"""What the core cannot move gets an incident of the shell, so that it is seen and can be retried.

An instance with a damaged state is suspended; resolving the incident resumes it once the state is
whole again. An instance that waits for nothing, a timer that cannot fire, a signal that cannot be
heard are reported too.
"""

from typing import Any

from sqlalchemy import RowMapping, select, update

from engine import store
from engine.model import Closed, Kind, Outcome, Step, Wait
from engine.reactions import suspension
from engine.transaction import history_chain, instances, wait_rows
from engine.transaction.instances import Instance
from engine.transaction.open_waits import waits_for_something
from engine.transaction.state_parts import StoredState
from engine.transaction.unit_of_work import UnitOfWork

DAMAGE, STUCK, TIMER, SIGNAL = "damage", "stuck", "timer", "signal"


def load(work: UnitOfWork, row: RowMapping) -> Instance | None:
    """Return the instance of a row; None, and it is isolated, if its state is damaged."""
    try:
        return work.from_row(row)
    except instances.Damaged as damaged:
        isolate(work, damaged.instance_key)
        return None


def isolate(work: UnitOfWork, key: int) -> None:
    """Suspend an instance with a damaged state; do nothing if it is whole or over."""
    row = work.connection.execute(instances.ONE, {"key": key}).mappings().one_or_none()
    if row is None or row["instance__state"] != "ACTIVE":
        return
    if instances.sound(work.connection, row):
        return
    instance = instances.opened(work.connection, row, work.catalogue, StoredState({}))
    message = "The stored state does not match its checksum; it is suspended until it does."
    wait = _incident(work, instance, DAMAGE, message)
    work.changes.put(store.incident, wait.key, wait_rows.incident(instance, wait, work.now))
    history_chain.link(work, instance, Step(state={}, opened=(wait,)), "quarantine")
    # The damaged state stays as it is, so this is written past the statement of every day.
    work.connection.execute(
        update(store.instance)
        .where(store.instance.c.key == key)
        .values(
            revision=instance.revision + 1,
            history_seq=instance.history_seq,
            history_hash=instance.history_hash,
            state="SUSPENDED",
            suspended_at=work.now,
            incidents=instance.incidents + 1,
        )
    )
    suspension.called(work, key, "SUSPENDED")


def report_stuck(work: UnitOfWork, key: int) -> None:
    """Open an incident for an instance that waits for nothing; an operator may move its tokens."""
    instance = work.instance(key)
    column = store.instance.c
    still = select(column.key).where(column.key == key, ~waits_for_something())
    if instance.state != "ACTIVE" or work.connection.execute(still).first() is None:
        return  # it moved meanwhile
    message = "The instance waits for nothing and has not ended: modify or cancel it."
    _report(work, instance, STUCK, message)


def report_timer(work: UnitOfWork, key: int, reason: str) -> None:
    """Stop trying to fire a timer until somebody resolves the incident."""
    timer = store.timer.c
    row = work.connection.execute(select(store.timer).where(timer.key == key)).one_or_none()
    if row is None or row.instance_key is None:
        return
    instance = work.instance(row.instance_key)
    message = f"The timer cannot fire: {reason}"
    place = {"element_id": row.element_id, "element_instance_key": row.element_instance_key}
    _report(work, instance, TIMER, message, timer=key, **place)
    held = update(store.timer).where(timer.key == key)
    work.connection.execute(held.values(due_at=wait_rows.END_OF_TIME))


def report_signal(
    work: UnitOfWork, instance: Instance, wait: Wait, variables: dict[str, Any], reason: str
) -> None:
    """Keep a signal that a listener could not hear; resolving the incident lets it hear it."""
    place = {"element_id": wait.element_id, "element_instance_key": wait.element_instance_key}
    message = f"The signal '{wait.data['name']}' was not heard: {reason}"
    _report(work, instance, SIGNAL, message, wait=wait.key, variables=variables, **place)


def resolve(work: UnitOfWork, row: Any) -> None:
    """Resolve such an incident: go on as if it had not been."""
    instance = work.from_row(row)
    data = row["data"]
    if data["of"] == SIGNAL:
        _hear(work, instance, data)
    if data["of"] == DAMAGE:
        if not instances.sound(work.connection, row):
            raise instances.Damaged(instance.key)
        instance.state = "ACTIVE"
    if data["of"] == TIMER:
        work.connection.execute(
            update(store.timer)
            .where(store.timer.c.key == data["timer"])
            .values(due_at=work.now, attempts=0)
        )
    closed = Closed(row["key"], Kind.INCIDENT, Outcome.COMPLETED)
    work.record(instance, "resolve incident", closed=(closed,))
    if data["of"] == DAMAGE:
        work.flush()
        resumed = update(store.instance).where(store.instance.c.key == instance.key)
        work.connection.execute(resumed.values(suspended_at=None))
        suspension.called(work, instance.key, "ACTIVE")


def _hear(work: UnitOfWork, instance: Instance, data: dict[str, Any]) -> None:
    """Return a listener the signal it missed, unless it does not listen any more."""
    sub = store.subscription.c
    found = select(store.subscription).where(sub.key == data["wait"], sub.state == "CREATED")
    row = work.connection.execute(found).mappings().one_or_none()
    if row is not None:
        work.resume(instance, wait_rows.wait_of(Kind.SIGNAL, row), data["variables"], "signal")


def _report(work: UnitOfWork, instance: Instance, what: str, message: str, **more: Any) -> None:
    wait = _incident(work, instance, what, message, **more)
    work.record(instance, f"report {what}", opened=(wait,))


def _incident(
    work: UnitOfWork,
    instance: Instance,
    what: str,
    message: str,
    *,
    element_id: str | None = None,
    element_instance_key: int | None = None,
    **more: Any,
) -> Wait:
    data = {"error_type": "UNKNOWN", "message": message[:2_000], "of": what, **more}
    return Wait(
        key=work.keys(),
        kind=Kind.INCIDENT,
        element_id=element_id or instance.deployed.process_id,
        element_instance_key=element_instance_key or instance.key,
        data=data,
    )
