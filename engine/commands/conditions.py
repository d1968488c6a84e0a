"""Conditions that start processes: somebody brings variables, those that hold start."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import store
from engine.reactions import create_instance
from engine.schedule import timers
from engine.transaction import input_limits
from engine.transaction.unit_of_work import UnitOfWork

_sub = store.subscription.c
_LISTENING = (
    select(_sub.definition_key, _sub.element_id)
    .where(_sub.kind == "condition", _sub.state == store.CREATED, _sub.start)
    .order_by(_sub.key)
)


def evaluate(
    work: UnitOfWork, variables: Mapping[str, Any], definition_key: int | None = None
) -> tuple[int, list[tuple[int, int]]]:
    """Start what holds, each with these variables; return a key and (instance, definition) keys."""
    taken = input_limits.check(variables, work.limits)
    statement = _LISTENING
    if definition_key is not None:
        work.catalogue.process(work.connection, definition_key)  # NotFound if there is none
        statement = statement.where(_sub.definition_key == definition_key)
    started = []
    unit = create_instance.unit(taken)
    for row in work.connection.execute(statement).all():
        process = work.catalogue.process(work.connection, row.definition_key).process
        at = timers.local(work.now, process.zone or work.zone)
        if process.condition_holds(row.element_id, dict(taken), at):
            instance = create_instance.prepare(work, row.definition_key, unit=unit)
            instance = create_instance.begin_or_skip(
                work,
                instance,
                taken,
                command="start by condition",
                start_element=row.element_id,
            )
            started.append((instance.key, row.definition_key))
    return work.keys(), started
