"""An operator moves tokens of an instance, or takes it to another version of its process."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import case, update

from engine import runtime, store
from engine.commands import instances, permitted
from engine.errors import Invalid
from engine.model import Kind
from engine.transaction import input_limits, open_waits
from engine.transaction.catalogue import ProcessVersion
from engine.transaction.instances import Instance
from engine.transaction.unit_of_work import UnitOfWork, alive

Instructions = Sequence[Mapping[str, Any]]


def modify(
    work: UnitOfWork,
    key: int,
    *,
    activate: Instructions = (),
    move: Instructions = (),
    terminate: Instructions = (),
) -> None:
    """Put, move and take away tokens, all or nothing.

    activate {elementId, ancestorElementInstanceKey?, variableInstructions?}, move {sourceElementId
    or sourceElementInstanceKey, targetElementId, …}, terminate {elementId or elementInstanceKey}.
    """
    check(work, activate=activate, move=move, terminate=terminate)
    instance = alive(work.instance(key))
    permitted.change_by_hand(instance, "moving tokens")
    step = runtime.modify(
        instance.definition,
        instance.data,
        activate=activate,
        move=move,
        terminate=terminate,
        context=work.context(instance),
    )
    if step.ended == "TERMINATED" and instance.parent_wait_key is not None:
        raise Invalid(
            f"nothing would be left of instance {key}, which another called: "
            f"modify {instance.parent_instance_key} instead"
        )
    orders = {"activate": list(activate), "move": list(move), "terminate": list(terminate)}
    given = {"kind": "modify", "values": orders}
    work.apply(instance, step, "modify", _subject(activate, move, terminate), given)


def activate_ad_hoc(
    work: UnitOfWork, key: int, elements: Instructions, *, cancel_remaining: bool = False
) -> None:
    """Start elements {elementId, variables?} of the open ad-hoc subprocess with this key."""
    for each in elements:
        input_limits.check(each.get("variables"), work.limits)
    check(work, activate=elements)
    instance = alive(work.instance(instances.instance_of(work, key)))
    step = runtime.activate_ad_hoc(
        instance.definition,
        instance.data,
        key,
        elements,
        context=work.context(instance),
        cancel_remaining=cancel_remaining,
    )
    given = {"kind": "activate", "scope": key, "values": {"elements": list(elements)}}
    work.apply(instance, step, "activate elements", _subject(elements), given)


def migrate(
    work: UnitOfWork, key: int, target_key: int, mapping: Mapping[str, str] | None = None
) -> None:
    """Take an instance to another version; raises Conflict with every reason if it does not fit.

    Elements that the mapping {old id: new id} does not name keep their ids.
    """
    names = dict(mapping or {})
    instance = alive(work.instance(key))
    target = work.catalogue.process(work.connection, target_key)
    moved = any(old != new for old, new in names.items())
    if target.process_id != instance.deployed.process_id or moved:
        permitted.change_by_hand(instance, "going on at other elements")
        permitted.come_by_hand(target.process, "coming in from elsewhere")
    step = runtime.migrate(
        instance.definition,
        target.process,
        instance.data,
        names,
        context=work.context(instance),
    )
    _rename(work, instance, target, names)
    before, instance.deployed = instance.deployed, target
    subject = f"{before.process_id} {before.version} -> {target.process_id} {target.version}"
    given = {"kind": "migrate", "values": {"definition_key": target_key, "mapping": names}}
    work.apply(instance, step, "migrate", subject, given)
    if before.process_id != target.process_id:
        # It never changes otherwise, so the statement of every day leaves this column out.
        row = update(store.instance).where(store.instance.c.key == key)
        work.connection.execute(row.values(process_id=target.process_id))


def _rename(
    work: UnitOfWork, instance: Instance, target: ProcessVersion, names: Mapping[str, str]
) -> None:
    """Let the rows of what waits and runs name the elements of the new version."""
    place = {"definition_key": target.key}
    for kind, rows in open_waits.BY_KIND.items():
        if kind is Kind.CHILD:
            continue  # its row is an instance, of another process
        element = rows.table.c.element_id
        renamed = {"element_id": case(names, value=element, else_=element)} if names else {}
        waiting = update(rows.table).where(rows.instance_key == instance.key, rows.still)
        values = place | {"process_id": target.process_id} | renamed
        work.connection.execute(waiting.values(values))
    column = store.element_instance.c
    work.connection.execute(
        update(store.element_instance)
        .where(column.instance_key == instance.key, column.state == "ACTIVE")
        .values(place)
    )


def check(
    work: UnitOfWork,
    *,
    activate: Instructions = (),
    move: Instructions = (),
    terminate: Instructions = (),
) -> None:
    """Raise Invalid for instructions that do not say what or where, or bring bad variables."""
    if not (activate or move or terminate):
        raise Invalid("say what to activate, move or terminate")
    for each in activate:
        _needs(each, "activate", "elementId")
    for each in move:
        _needs(each, "move", "targetElementId")
        _needs(each, "move", "sourceElementId", "sourceElementInstanceKey")
    for each in terminate:
        _needs(each, "terminate", "elementId", "elementInstanceKey")
    for each in (*activate, *move):
        for written in each.get("variableInstructions") or ():
            input_limits.check(written.get("variables"), work.limits)


def _needs(instruction: Mapping[str, Any], verb: str, *names: str) -> None:
    if not any(instruction.get(name) for name in names):
        raise Invalid(f"to {verb}, say {' or '.join(names)}")


def _subject(activate: Instructions, moved: Instructions = (), terminate: Instructions = ()) -> str:
    """Return for the history what was ordered."""
    said = [f"+{each['elementId']}" for each in activate]
    said += [
        f"{each.get('sourceElementId') or each.get('sourceElementInstanceKey')}"
        f"->{each['targetElementId']}"
        for each in moved
    ]
    said += [f"-{each.get('elementId') or each.get('elementInstanceKey')}" for each in terminate]
    return " ".join(said)
