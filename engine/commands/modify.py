"""An operator moves tokens of an instance, or takes it to another version of its process."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, case, update

from engine import runtime, store
from engine.commands import instances
from engine.errors import Invalid
from engine.transaction import input_limits
from engine.transaction.catalogue import Deployed
from engine.transaction.instances import Instance
from engine.transaction.unit_of_work import Move, alive

Instructions = Sequence[Mapping[str, Any]]
_task, _job, _sub = store.user_task.c, store.job.c, store.subscription.c
# What an instance still waits for; what is over stays as it was.
_OPEN: tuple[tuple[Table, ColumnElement[bool] | None], ...] = (
    (store.user_task, _task.state == "CREATED"),
    (store.job, _job.open),
    (store.timer, None),
    (store.subscription, _sub.state == "CREATED"),
    (store.incident, store.incident.c.state == "ACTIVE"),
)


def modify(
    move: Move, key: int, *, activate: Instructions, move_: Instructions, terminate: Instructions
) -> None:
    """Put, move and take away tokens, all or nothing."""
    check(move, activate=activate, move_=move_, terminate=terminate)
    instance = alive(move.instance(key))
    step = runtime.modify(
        instance.definition,
        instance.data,
        activate=activate,
        move=move_,
        terminate=terminate,
        context=move.context(instance),
    )
    if step.ended == "TERMINATED" and instance.parent_wait_key is not None:
        raise Invalid(
            f"nothing would be left of instance {key}, which another called: "
            f"modify {instance.parent_instance_key} instead"
        )
    move.apply(instance, step, "modify", _subject(activate, move_, terminate))


def activate_ad_hoc(
    move: Move, key: int, elements: Instructions, *, cancel_remaining: bool
) -> None:
    """Start elements of an open ad-hoc subprocess."""
    for each in elements:
        input_limits.check(each.get("variables"), move.limits)
    check(move, activate=elements, move_=(), terminate=())
    instance = alive(move.instance(instances.instance_of(move, key)))
    step = runtime.activate_ad_hoc(
        instance.definition,
        instance.data,
        key,
        elements,
        context=move.context(instance),
        cancel_remaining=cancel_remaining,
    )
    move.apply(instance, step, "activate elements", _subject(elements, (), ()))


def migrate(move: Move, key: int, target_key: int, mapping: Mapping[str, str] | None) -> None:
    """Take an instance to another version; refused with every reason when it does not fit."""
    names = dict(mapping or {})
    instance = alive(move.instance(key))
    target = move.catalogue.process(move.connection, target_key)
    step = runtime.migrate(
        instance.definition,
        target.process,
        instance.data,
        names,
        context=move.context(instance),
    )
    _rename(move, instance, target, names)
    before, instance.deployed = instance.deployed, target
    subject = f"{before.process_id} {before.version} -> {target.process_id} {target.version}"
    move.apply(instance, step, "migrate", subject)
    if before.process_id != target.process_id:
        # It never changes otherwise, so the statement of every day leaves this column out.
        row = update(store.instance).where(store.instance.c.key == key)
        move.connection.execute(row.values(process_id=target.process_id))


def _rename(move: Move, instance: Instance, target: Deployed, names: Mapping[str, str]) -> None:
    """Let the rows of what waits and runs name the elements of the new version."""
    place = {"definition_key": target.key}
    for table, still in _OPEN:
        element = table.c.element_id
        statement = update(table).where(table.c.instance_key == instance.key)
        if still is not None:
            statement = statement.where(still)
        renamed = {"element_id": case(names, value=element, else_=element)} if names else {}
        values = place | {"process_id": target.process_id} | renamed
        move.connection.execute(statement.values(values))
    column = store.element_instance.c
    move.connection.execute(
        update(store.element_instance)
        .where(column.instance_key == instance.key, column.state == "ACTIVE")
        .values(place)
    )


def check(
    move: Move, *, activate: Instructions, move_: Instructions, terminate: Instructions
) -> None:
    """Refuse instructions that do not say what or where, and variables that may not come in."""
    if not (activate or move_ or terminate):
        raise Invalid("say what to activate, move or terminate")
    for each in activate:
        _needs(each, "activate", "elementId")
    for each in move_:
        _needs(each, "move", "targetElementId")
        _needs(each, "move", "sourceElementId", "sourceElementInstanceKey")
    for each in terminate:
        _needs(each, "terminate", "elementId", "elementInstanceKey")
    for each in (*activate, *move_):
        for written in each.get("variableInstructions") or ():
            input_limits.check(written.get("variables"), move.limits)


def _needs(instruction: Mapping[str, Any], verb: str, *names: str) -> None:
    if not any(instruction.get(name) for name in names):
        raise Invalid(f"to {verb}, say {' or '.join(names)}")


def _subject(activate: Instructions, moved: Instructions, terminate: Instructions) -> str:
    """Say for the history what was ordered."""
    said = [f"+{each['elementId']}" for each in activate]
    said += [
        f"{each.get('sourceElementId') or each.get('sourceElementInstanceKey')}"
        f"->{each['targetElementId']}"
        for each in moved
    ]
    said += [f"-{each.get('elementId') or each.get('elementInstanceKey')}" for each in terminate]
    return " ".join(said)
