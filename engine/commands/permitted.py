"""What drawings forbid whatever somebody's rights are: four eyes, protection, undeclared values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select

from engine import feel, store
from engine.definitions import Definition
from engine.errors import Forbidden, Invalid
from engine.forms import Form
from engine.model import Problem
from engine.schedule import timers
from engine.transaction.instances import Instance, seen_from
from engine.transaction.unit_of_work import UnitOfWork

_task, _element = store.user_task.c, store.element_instance.c


def change_by_hand(instance: Instance, what: str) -> None:
    """Raise Forbidden if the process is protected: it goes only the ways that are drawn."""
    come_by_hand(instance.definition, what)


def come_by_hand(process: Definition, what: str) -> None:
    """Raise Forbidden if a process is protected: nothing comes into it but by its start."""
    if process.says("protected") == "true":
        raise Forbidden(f"'{process.id}' is protected: {what} is not possible")


def another_person(work: UnitOfWork, row: RowMapping, instance: Instance, person: str) -> None:
    """Raise Forbidden if a person may not do a task, because they did what it looks over.

    A company of one confirms to itself; the history then shows the same person twice.
    """
    node = instance.definition.spec.task_specs.get(row["element_id"])
    rule = None if node is None else node.extensions.declared.get("not.by")
    if rule is None or not person or work.environment.one_person_may_do_all(work.connection):
        return
    if rule.literal is None:
        seen = seen_from(instance, row["element_instance_key"])
        barred = _people(rule, seen, timers.local(work.now, work.zone))
    else:
        barred = _doers(work, row, [name.strip() for name in rule.literal.split(",")])
    if person in barred:
        raise Forbidden(f"four eyes: '{person}' may not do '{row['name']}', but somebody else may")


def _people(rule: Any, seen: Mapping[str, Any], now: datetime) -> set[str]:
    value, _ = rule.evaluate(seen, now)
    found = feel.to_json(value)
    return {str(each) for each in (found if isinstance(found, list) else [found]) if each}


def _doers(work: UnitOfWork, row: RowMapping, elements: list[str]) -> set[str]:
    """Return who did these tasks; of the task's own element only in the same round."""
    work.flush()
    done = select(_task.ended_by, _task.element_id, _task.element_instance_key).where(
        _task.instance_key == row["instance_key"],
        _task.element_id.in_(elements),
        _task.state == "COMPLETED",
    )
    found = work.connection.execute(done).all()
    own = [each for each in found if each.element_id == row["element_id"]]
    beside = _beside(work, row) if own else set()
    return {
        each.ended_by
        for each in found
        if each.element_id != row["element_id"] or each.element_instance_key in beside
    }


def _beside(work: UnitOfWork, row: RowMapping) -> set[int]:
    """Return the element instances of the same multi-instance activity."""
    mine = select(_element.scope_key).where(_element.key == row["element_instance_key"])
    found = select(_element.key).where(_element.scope_key == mine.scalar_subquery())
    return set(work.connection.execute(found).scalars())


def declared_only(instance: Instance, form: Form | None, given: Mapping[str, Any]) -> None:
    """Raise Invalid for variables that the form does not declare, if the process is strict."""
    if instance.definition.says("strict") != "true":
        return
    known = {field.path[0] for field in form.fields if field.path} if form else set()
    unknown = sorted(set(given) - known)
    if unknown:
        told = [Problem("no form declares it", element=name, rule="strict") for name in unknown]
        raise Invalid(f"the form does not have: {', '.join(unknown)}", told)
