"""Messages: to the instances that wait for them, to processes they start, or into the buffer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, and_, bindparam, exists, select, update

from engine import store
from engine.errors import AlreadyExists, Conflict, Invalid, NotFound
from engine.model import Kind, Wait
from engine.reactions import create_instance, message_buffer, quarantine
from engine.text.normal import exact_key
from engine.transaction import input_limits, wait_rows
from engine.transaction.follow_ups import StartNext
from engine.transaction.instances import COLUMNS, Damaged, Instance, locked
from engine.transaction.unit_of_work import UnitOfWork

_sub = store.subscription.c
_WAITING = locked(
    select(store.subscription, *COLUMNS)
    .join(store.instance, store.instance.c.key == _sub.instance_key)
    .where(_sub.kind == "message", _sub.state == store.CREATED, ~_sub.start)
    .where(_sub.name == bindparam("name"), _sub.correlation_key == bindparam("correlation"))
    .where(store.instance.c.state == "ACTIVE")
    .order_by(_sub.key),
    store.subscription,
)
_STARTING = (
    select(store.subscription)
    .where(_sub.kind == "message", _sub.state == store.CREATED, _sub.start)
    .where(_sub.name == bindparam("name"), _sub.correlation_key == "")
    .order_by(_sub.key)
)


@dataclass(frozen=True, slots=True)
class Message:
    """Something that happened outside."""

    key: int
    name: str
    correlation_key: str
    variables: dict[str, Any]


def publish(
    work: UnitOfWork,
    name: str,
    correlation_key: str = "",
    variables: Mapping[str, Any] | None = None,
    ttl_ms: int = 0,
    message_id: str | None = None,
) -> int:
    """Deliver a message to all who wait, and keep it for its time to live; return its key.

    One that nobody took is kept after its time too, so that people can see it; it reaches nobody
    any more, and the purge takes it away.
    """
    if ttl_ms < 0:
        raise Invalid("a time to live cannot be negative")
    message = _message(work, name, correlation_key, variables)
    message_buffer.lock(work.connection, message.name, message.correlation_key)
    if message_id:
        input_limits.looked_up(name, correlation_key, message_id)
        _claim(work, message, message_id)
    takers = deliver(work, message)
    if ttl_ms > 0 or not takers:
        row = {
            "key": message.key,
            "name": name,
            "correlation_key": message.correlation_key,
            "message_id": message_id or None if ttl_ms > 0 else None,
            "variables": message.variables,
            "published_at": work.now,
            "published_by": work.actor,
            "expires_at": work.now + wait_rows.span(ttl_ms, "the time to live", work.limits),
        }
        work.connection.execute(store.message.insert(), row)
    return message.key


def correlate(
    work: UnitOfWork,
    name: str,
    correlation_key: str = "",
    variables: Mapping[str, Any] | None = None,
) -> tuple[int, int]:
    """Deliver a message now; return its key and the instance that took it, or raise NotFound."""
    message = _message(work, name, correlation_key, variables)
    message_buffer.lock(work.connection, message.name, message.correlation_key)
    takers = deliver(work, message)
    if not takers:
        raise NotFound(
            f"Expected to find subscription for message with name '{name}' and correlation key "
            f"'{correlation_key}', but none was found."
        )
    return message.key, takers[0].key


def deliver(work: UnitOfWork, message: Message) -> list[Instance]:
    """Return the message to one instance of each process that waits, else start those it starts.

    The caller holds the lock of its name and key.
    """
    found = {"name": message.name, "correlation": message.correlation_key}
    takers: dict[str, Instance] = {}
    for row in work.connection.execute(_WAITING, found).mappings().all():
        if row["process_id"] not in takers:
            instance = quarantine.load(work, row)
            if instance is not None and _take(work, instance, row, message):
                takers[row["process_id"]] = instance
    for row in work.connection.execute(_STARTING, {"name": message.name}).mappings().all():
        if row["process_id"] not in takers and not _running(work, row, message.correlation_key):
            takers[row["process_id"]] = begin(work, row, message)
    return list(takers.values())


def begin(work: UnitOfWork, row: wait_rows.Row, message: Message) -> Instance:
    """Start an instance by its message start event."""
    instance = create_instance.prepare(
        work,
        row["definition_key"],
        correlation_key=message.correlation_key or None,
        unit=create_instance.unit(message.variables, message.correlation_key),
    )
    instance = create_instance.begin_or_skip(
        work,
        instance,
        {},
        command="start by message",
        start_element=row["element_id"],
        message_variables=message.variables,
    )
    wait = Wait(row["key"], Kind.MESSAGE, row["element_id"], instance.key, {})
    message_buffer.record(work, message.key, instance, wait, message.name, message.correlation_key)
    return instance


def start_next(work: UnitOfWork, over: StartNext) -> None:
    """Start an instance by the next buffered message of a correlation key whose instance ended."""
    ended = over.ended
    found = select(store.subscription).where(
        _sub.kind == "message",
        _sub.state == store.CREATED,
        _sub.start,
        _sub.process_id == ended.deployed.process_id,
    )
    key = ended.correlation_key or ""
    for row in work.connection.execute(found).mappings().all():
        # Whoever publishes right now either sees this instance ended or is seen here.
        message_buffer.lock(work.connection, row["name"], key)
        waiting = message_buffer.waiting(work, row["name"], key, row["process_id"])
        if waiting is not None and not _running(work, row, key):
            begin(work, row, Message(waiting.key, row["name"], key, waiting.variables))


def _message(
    work: UnitOfWork, name: str, correlation_key: str, variables: Mapping[str, Any] | None
) -> Message:
    if not name:
        raise Invalid("a message needs a name")
    input_limits.looked_up(name, correlation_key or "")
    key = exact_key(correlation_key or "")
    return Message(work.keys(), name, key, input_limits.check(variables, work.limits))


def _take(work: UnitOfWork, instance: Instance, row: RowMapping, message: Message) -> bool:
    wait = wait_rows.wait_of(Kind.MESSAGE, row)
    try:
        work.resume(instance, wait, message.variables, "correlate")
    except Damaged as damaged:
        quarantine.isolate(work, damaged.instance_key)
        return False
    except Conflict:
        return False  # another branch of this instance was faster and closed it
    message_buffer.record(work, message.key, instance, wait, message.name, message.correlation_key)
    return True


def _running(work: UnitOfWork, row: wait_rows.Row, correlation_key: str) -> bool:
    """Return whether an instance of this process already answers to the correlation key."""
    if not correlation_key:
        return False
    work.flush()
    column = store.instance.c
    running = exists().where(
        column.process_id == row["process_id"],
        column.correlation_key == correlation_key,
        column.ended_at.is_(None),
    )
    return bool(work.connection.execute(select(running)).scalar())


def _claim(work: UnitOfWork, message: Message, message_id: str) -> None:
    """Refuse an id that is buffered; take it from a message whose time is over."""
    column = store.message.c
    of_this_id = and_(
        column.name == message.name,
        column.correlation_key == message.correlation_key,
        column.message_id == message_id,
    )
    until = work.connection.execute(select(column.expires_at).where(of_this_id)).scalar()
    if until is None:
        return
    if until > work.now:
        raise AlreadyExists(
            f"a message '{message.name}' with id '{message_id}' is buffered already"
        )
    work.connection.execute(update(store.message).where(of_this_id).values(message_id=None))
