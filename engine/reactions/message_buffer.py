"""Messages that came before somebody waited for them."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from engine import store
from engine.errors import Conflict
from engine.model import Wait
from engine.transaction.instances import Instance

if TYPE_CHECKING:
    from engine.transaction.unit_of_work import Move


def deliver(move: "Move", instance: Instance, wait: Wait) -> None:
    """Give a new subscription the oldest message that waits for it, if there is one."""
    row = move.changes.row(store.subscription, wait.key)
    if row is not None and row["state"] != "CREATED":
        return
    name, correlation_key = wait.data.get("name") or "", wait.data.get("correlation_key") or ""
    lock(move.connection, name, correlation_key)
    message = waiting(move, name, correlation_key, instance.deployed.process_id)
    if message is None:
        return
    try:
        move.resume(instance, wait, message.variables, "correlate")
    except Conflict:
        return
    note(move, message.key, instance, wait.key, wait, name, correlation_key)


def waiting(move: "Move", name: str, correlation_key: str, process_id: str) -> Any:
    """Find the oldest buffered message that this process has not had."""
    move.flush()
    message, had = store.message.c, store.correlation.c
    taken = (
        select(had.message_key)
        .where(had.message_key == message.key)
        .where(had.process_id == process_id)
    )
    return move.connection.execute(
        select(message.key, message.variables)
        .where(message.name == name)
        .where(message.correlation_key == correlation_key)
        .where(message.expires_at > move.now)
        .where(~taken.exists())
        .order_by(message.key)
        .limit(1)
    ).one_or_none()


def lock(connection: Connection, name: str, correlation_key: str) -> None:
    """Let one transaction at a time publish or await a message of this name and key.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        number = func.hashtextextended(f"{name}\n{correlation_key}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(number)))


def note(
    move: "Move",
    message_key: int,
    instance: Instance,
    subscription_key: int,
    wait: Wait,
    name: str,
    correlation_key: str,
) -> None:
    """Write down who had a message."""
    row = {
        "message_key": message_key,
        "subscription_key": subscription_key,
        "instance_key": instance.key,
        "definition_key": instance.deployed.key,
        "process_id": instance.deployed.process_id,
        "element_id": wait.element_id,
        "element_instance_key": wait.element_instance_key,
        "name": name,
        "correlation_key": correlation_key,
        "correlated_at": move.now,
    }
    move.changes.put(store.correlation, (message_key, subscription_key), row)
