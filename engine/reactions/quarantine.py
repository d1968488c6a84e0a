"""What the core cannot move gets an incident of the shell, so that it is seen and can be retried.

A damaged state puts its instance to sleep; resolving the incident wakes it once the state is whole
again. An instance that waits for nothing, a timer that cannot fire, a signal that cannot be heard
are reported too.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, select, update

from engine import store
from engine.model import Closed, Kind, Outcome, Step, Wait
from engine.reactions import suspension
from engine.reactions.waits import waits_for_something
from engine.transaction import history_chain, instances, wait_rows
from engine.transaction.instances import Instance
from engine.transaction.state_parts import Stored

if TYPE_CHECKING:
    from engine.transaction.unit_of_work import Move

DAMAGE, STUCK, TIMER, SIGNAL = "damage", "stuck", "timer", "signal"


def isolate(move: "Move", key: int) -> None:
    """Put an instance with a damaged state to sleep; does nothing if it is whole or over."""
    row = move.connection.execute(instances.ONE, {"key": key}).mappings().one_or_none()
    if row is None or row["instance__state"] != "ACTIVE":
        return
    if instances.sound(move.connection, row):
        return
    instance = instances.opened(move.connection, row, move.catalogue, Stored({}))
    message = "The stored state does not match its checksum; the instance sleeps until it does."
    wait = _incident(move, instance, DAMAGE, message)
    move.changes.put(store.incident, wait.key, wait_rows.incident(instance, wait, move.now))
    step = Step(state={}, opened=(wait,))
    _write(
        move,
        instance,
        step,
        "quarantine",
        state="SUSPENDED",
        suspended_at=move.now,
        incidents=instance.incidents + 1,
    )
    suspension.called(move, key, "SUSPENDED")


def abandon(move: "Move", key: int) -> None:
    """End an instance whose state cannot be read, with everything that is known to wait for it."""
    row = move.connection.execute(instances.ONE, {"key": key}).mappings().one()
    instance = instances.opened(move.connection, row, move.catalogue, Stored({}))
    move.connection.execute(delete(store.state_part).where(store.state_part.c.instance_key == key))
    for table, still, values in _ended(move):
        place = table.c.instance_key == key
        move.connection.execute(update(table).where(place, still).values(values))
    move.connection.execute(delete(store.timer).where(store.timer.c.instance_key == key))
    child = store.instance.c
    running = select(child.key).where(child.parent_instance_key == key, child.ended_at.is_(None))
    for called in list(move.connection.execute(running).scalars()):
        move.end(called)
    blank = store.dumps({"v": 1, "key": key, "process": "", "tokens": {}, "scopes": {}})
    _write(
        move,
        instance,
        Step(state={}, ended="TERMINATED"),
        "cancel",
        state="TERMINATED",
        ended_at=move.now,
        incidents=0,
        data=blank,
        checksum=instances.checksum(blank),
    )


def report_stuck(move: "Move", key: int) -> None:
    """Say of an instance that it waits for nothing; an operator may move its tokens."""
    instance = move.instance(key)
    column = store.instance.c
    still = select(column.key).where(column.key == key, ~waits_for_something())
    if instance.state != "ACTIVE" or move.connection.execute(still).first() is None:
        return  # it moved meanwhile
    message = "The instance waits for nothing and has not ended: modify or cancel it."
    _report(move, instance, STUCK, message)


def report_timer(move: "Move", key: int, reason: str) -> None:
    """Stop trying to fire a timer until somebody resolves the incident."""
    timer = store.timer.c
    row = move.connection.execute(select(store.timer).where(timer.key == key)).one_or_none()
    if row is None or row.instance_key is None:
        return
    instance = move.instance(row.instance_key)
    message = f"The timer cannot fire: {reason}"
    place = {"element_id": row.element_id, "element_instance_key": row.element_instance_key}
    _report(move, instance, TIMER, message, timer=key, **place)
    asleep = update(store.timer).where(timer.key == key)
    move.connection.execute(asleep.values(due_at=wait_rows.END_OF_TIME))


def report_signal(
    move: "Move", instance: Instance, wait: Wait, variables: dict[str, Any], reason: str
) -> None:
    """Keep a signal that a listener could not hear; resolving the incident lets it hear it."""
    place = {"element_id": wait.element_id, "element_instance_key": wait.element_instance_key}
    message = f"The signal '{wait.data['name']}' was not heard: {reason}"
    _report(move, instance, SIGNAL, message, wait=wait.key, variables=variables, **place)


def settle(move: "Move", row: Any) -> None:
    """Resolve such an incident: go on as if it had not been."""
    instance = move.from_row(row)
    data = row["data"]
    if data["of"] == SIGNAL:
        _hear(move, instance, data)
    if data["of"] == DAMAGE:
        if not instances.sound(move.connection, row):
            raise instances.Damaged(instance.key)
        instance.state = "ACTIVE"
    if data["of"] == TIMER:
        move.connection.execute(
            update(store.timer)
            .where(store.timer.c.key == data["timer"])
            .values(due_at=move.now, attempts=0)
        )
    closed = Closed(row["key"], Kind.INCIDENT, Outcome.COMPLETED)
    move.apply(instance, Step(state=instance.stored.near(), closed=(closed,)), "resolve incident")
    if data["of"] == DAMAGE:
        move.flush()
        woken = update(store.instance).where(store.instance.c.key == instance.key)
        move.connection.execute(woken.values(suspended_at=None))
        suspension.called(move, instance.key, "ACTIVE")


def _hear(move: "Move", instance: Instance, data: dict[str, Any]) -> None:
    """Give a listener the signal it missed, unless it does not listen any more."""
    sub = store.subscription.c
    found = select(store.subscription).where(sub.key == data["wait"], sub.state == "CREATED")
    row = move.connection.execute(found).mappings().one_or_none()
    if row is not None:
        move.resume(instance, wait_rows.wait_of(Kind.SIGNAL, row), data["variables"], "signal")


def close_all(move: "Move", instance: Instance) -> None:
    """Close what is left of these incidents when their instance is over."""
    column = store.incident.c
    instance.incidents = 0
    move.connection.execute(
        update(store.incident)
        .where(column.instance_key == instance.key, column.state == "ACTIVE")
        .values(state="RESOLVED", resolved_at=move.now, resolved_by=move.actor)
    )


def _write(move: "Move", instance: Instance, step: Step, command: str, **values: Any) -> None:
    """Write history and columns of an instance without its state, which cannot be read."""
    entry = history_chain.link(instance, step, at=move.now, actor=move.actor, command=command)
    move.changes.put(store.history, (instance.key, entry["seq"]), entry)
    move.connection.execute(
        update(store.instance)
        .where(store.instance.c.key == instance.key)
        .values(
            revision=instance.revision + 1,
            history_seq=instance.history_seq,
            history_hash=instance.history_hash,
            **values,
        )
    )


def _ended(move: "Move") -> list[tuple[Table, Any, dict[str, Any]]]:
    task, job, sub = store.user_task, store.job, store.subscription
    element, incident = store.element_instance, store.incident
    over = {"ended_at": move.now}
    resolved = {"state": "RESOLVED", "resolved_at": move.now, "resolved_by": move.actor}
    return [
        (task, task.c.state == "CREATED", over | {"state": "CANCELED", "ended_by": move.actor}),
        (job, job.c.open, over | {"state": "CANCELED", "open": False, "updated_at": move.now}),
        (sub, sub.c.state == "CREATED", {"state": "DELETED", "updated_at": move.now}),
        (element, element.c.state == "ACTIVE", over | {"state": "TERMINATED"}),
        (incident, incident.c.state == "ACTIVE", resolved),
    ]


def _report(move: "Move", instance: Instance, what: str, message: str, **more: Any) -> None:
    wait = _incident(move, instance, what, message, **more)
    move.apply(instance, Step(state=instance.stored.near(), opened=(wait,)), f"report {what}")


def _incident(
    move: "Move",
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
        key=move.keys(),
        kind=Kind.INCIDENT,
        element_id=element_id or instance.deployed.process_id,
        element_instance_key=element_instance_key or instance.key,
        data=data,
    )
