"""Instances from outside: cancel, set variables, see their end."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from engine import runtime, store
from engine.commands import permitted
from engine.errors import Conflict, NotFound
from engine.reactions import terminate
from engine.transaction import input_limits
from engine.transaction.unit_of_work import UnitOfWork, alive


def cancel(work: UnitOfWork, key: int) -> None:
    """End an instance with everything in it; a child is cancelled through its root."""
    column = store.instance.c
    row = work.connection.execute(
        select(column.ended_at, column.parent_instance_key, column.root_instance_key)
        .where(column.key == key)
        .with_for_update()
    ).one_or_none()
    if row is None or row.ended_at is not None:
        raise NotFound(f"no running process instance {key}")
    if row.parent_instance_key is not None:
        raise Conflict(f"instance {key} was called by another: cancel {row.root_instance_key}")
    terminate.end(work, key)


def set_variables(
    work: UnitOfWork, scope_key: int, variables: Mapping[str, Any], *, local: bool = False
) -> None:
    """Write variables as seen from a scope (or into it, with `local`)."""
    taken = input_limits.check(variables, work.limits)
    instance = alive(work.instance(instance_of(work, scope_key)))
    permitted.change_by_hand(instance, "setting variables")
    step = runtime.set_variables(
        instance.definition,
        instance.data,
        scope_key,
        taken,
        local=local,
        context=work.context(instance),
    )
    given = {"kind": "variables", "scope": scope_key, "local": local, "values": taken}
    work.apply(instance, step, "set variables", given=given)


def instance_of(work: UnitOfWork, scope_key: int) -> int:
    """Return the key of the instance that a scope belongs to; an instance is its own."""
    column = store.element_instance.c
    found: int | None = work.connection.execute(
        select(column.instance_key).where(column.key == scope_key)
    ).scalar()
    return found or scope_key


def ended(connection: Connection, key: int) -> dict[str, Any] | None:
    """Return the variables of an instance that has ended; None while it runs."""
    state = connection.execute(
        select(store.instance.c.state).where(store.instance.c.key == key)
    ).scalar_one_or_none()
    if state is None:
        raise NotFound(f"no process instance {key}")
    if state in ("ACTIVE", "SUSPENDED"):
        return None
    column = store.variable.c
    found = connection.execute(
        select(column.name, column.value).where(column.instance_key == key, column.scope_key == key)
    )
    return {row.name: row.value for row in found}
