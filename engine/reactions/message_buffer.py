"""Messages that came before somebody waited for them."""

from typing import Any

from sqlalchemy import Connection, func, select

from engine import store
from engine.errors import Conflict
from engine.model import Wait
from engine.transaction.follow_ups import DeliverBuffered
from engine.transaction.instances import Instance
from engine.transaction.unit_of_work import UnitOfWork


def deliver(work: UnitOfWork, listening: DeliverBuffered) -> None:
    """Return a new subscription the oldest message that waits for it, if there is one."""
    instance, wait = listening.instance, listening.wait
    row = work.changes.row(store.subscription, wait.key)
    if row is not None and row["state"] != "CREATED":
        return
    name, correlation_key = wait.data.get("name") or "", wait.data.get("correlation_key") or ""
    lock(work.connection, name, correlation_key)
    message = waiting(work, name, correlation_key, instance.deployed.process_id)
    if message is None:
        return
    try:
        work.resume(instance, wait, message.variables, "correlate")
    except Conflict:
        return
    record(work, message.key, instance, wait, name, correlation_key)


def waiting(work: UnitOfWork, name: str, correlation_key: str, process_id: str) -> Any:
    """Return the oldest buffered message that this process has not had."""
    work.flush()
    message, had = store.message.c, store.correlation.c
    taken = (
        select(had.message_key)
        .where(had.message_key == message.key)
        .where(had.process_id == process_id)
    )
    return work.connection.execute(
        select(message.key, message.variables)
        .where(message.name == name)
        .where(message.correlation_key == correlation_key)
        .where(message.expires_at > work.now)
        .where(~taken.exists())
        .order_by(message.key)
        .limit(1)
    ).one_or_none()


def lock(connection: Connection, name: str, correlation_key: str) -> None:
    """Let only one transaction at a time publish or await a message of this name and key.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        number = func.hashtextextended(f"{name}\n{correlation_key}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def record(
    work: UnitOfWork,
    message_key: int,
    instance: Instance,
    wait: Wait,
    name: str,
    correlation_key: str,
) -> None:
    """Store who took a message; `wait` is that of the subscription."""
    row = {
        "message_key": message_key,
        "subscription_key": wait.key,
        "instance_key": instance.key,
        "definition_key": instance.deployed.key,
        "process_id": instance.deployed.process_id,
        "element_id": wait.element_id,
        "element_instance_key": wait.element_instance_key,
        "name": name,
        "correlation_key": correlation_key,
        "correlated_at": work.now,
    }
    work.changes.put(store.correlation, (message_key, wait.key), row)
