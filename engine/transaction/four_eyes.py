"""Four eyes: who may not do a task, because they did what it looks over or are named by FEEL."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import feel, store
from engine.schedule import timers
from engine.transaction.instances import Instance, seen_from
from engine.transaction.pending import Pending

_task, _element = store.user_task.c, store.element_instance.c
Row = Mapping[Any, Any]


def barred(pending: Pending, row: Row, instance: Instance) -> set[str]:
    """Return who may not do a task, whatever rights they have."""
    node = instance.definition.spec.task_specs.get(row["element_id"])
    rule = None if node is None else node.extensions.declared.get("not.by")
    if rule is None:
        return set()
    if rule.literal is None:
        seen = seen_from(instance, row["element_instance_key"])
        return _people(rule, seen, timers.local(pending.now, pending.zone))
    return _doers(pending, row, [name.strip() for name in rule.literal.split(",")])


def _people(rule: Any, seen: Mapping[str, Any], now: datetime) -> set[str]:
    value, _ = rule.evaluate(seen, now)
    found = feel.to_json(value)
    return {str(each) for each in (found if isinstance(found, list) else [found]) if each}


def _doers(pending: Pending, row: Row, elements: list[str]) -> set[str]:
    """Return who did these tasks; of the task's own element only in the same round."""
    pending.flush()
    done = select(_task.ended_by, _task.element_id, _task.element_instance_key).where(
        _task.instance_key == row["instance_key"],
        _task.element_id.in_(elements),
        _task.state == "COMPLETED",
    )
    found = pending.connection.execute(done).all()
    own = [each for each in found if each.element_id == row["element_id"]]
    beside = _beside(pending, row) if own else set()
    return {
        each.ended_by
        for each in found
        if each.element_id != row["element_id"] or each.element_instance_key in beside
    }


def _beside(pending: Pending, row: Row) -> set[int]:
    """Return the element instances of the same multi-instance activity."""
    mine = select(_element.scope_key).where(_element.key == row["element_instance_key"])
    found = select(_element.key).where(_element.scope_key == mine.scalar_subquery())
    return set(pending.connection.execute(found).scalars())
