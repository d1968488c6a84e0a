"""Call activities: a child is an instance of its own, started and ended beside its parent."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, literal, select

from engine import store
from engine.errors import Conflict, NotFound
from engine.model import Kind, Step, Wait
from engine.reactions import create_instance
from engine.transaction.instances import Instance

if TYPE_CHECKING:
    from engine.transaction.unit_of_work import Move


def start_child(move: "Move", parent: Instance, wait: Wait) -> None:
    """Start what a call activity calls; what cannot be started is an incident of the parent."""
    data = wait.data
    if parent.depth + 1 >= move.limits.call_depth:
        deep = f"processes may call each other {move.limits.call_depth} deep"
        move.fail(parent, wait, "CALLED_ELEMENT_ERROR", deep, "start child")
        return
    try:
        key = _called(move, parent, data)
    except NotFound as refusal:
        move.fail(parent, wait, "CALLED_ELEMENT_ERROR", refusal.message, "start child")
        return
    child = create_instance.conceive(
        move,
        key,
        business_key=data.get("business_key") or parent.business_key,
        tags=parent.tags,
    )
    child.parent_instance_key = parent.key
    child.parent_element_instance_key = wait.element_instance_key
    child.parent_wait_key = wait.key
    child.root_instance_key = parent.root_instance_key
    child.depth = parent.depth + 1
    create_instance.begin(
        move,
        child,
        data.get("variables") or {},
        caller=data.get("caller"),
        zone=parent.data.get("zone", "UTC"),
    )


def _called(move: "Move", parent: Instance, data: Mapping[str, Any]) -> int:
    """Give the definition key of what a call activity calls; raises NotFound if none can start."""
    binding = data.get("binding") or "latest"
    key: int = move.resolver(parent).key(
        "process", data["process_id"], binding, data.get("version_tag")
    )
    if not move.catalogue.process(move.connection, key).process.start:
        message = f"The process '{data['process_id']}' has no start event without a trigger."
        raise NotFound(message)
    return key


def after(move: "Move", instance: Instance, step: Step) -> None:
    """Tell the parent how a child ended or what it threw, and others what they wait to hear."""
    for signal in step.signals:
        move.later(partial(_spread, move, signal))
    if step.ended and instance.correlation_key:
        move.later(lambda: _next_message(move, instance))
    if instance.parent_wait_key is None:
        return
    if step.thrown is not None:
        thrown = step.thrown
        move.later(lambda: _thrown(move, instance, thrown))
    elif step.ended == "COMPLETED":
        result = step.result
        move.later(lambda: _ended(move, instance, result))


def cancel_child(move: "Move", wait_key: int) -> None:
    """Cancel the child that a gone wait stood for."""
    move.flush()
    found = select(store.instance.c.key).where(
        store.instance.c.parent_wait_key == wait_key, store.instance.c.ended_at.is_(None)
    )
    for key in list(move.connection.execute(found).scalars()):
        move.end(key)


def members(connection: Connection, key: int) -> list[tuple[int, bool]]:
    """List an instance and all it called, however deep, and whether each is over."""
    instance, child = store.instance.c, store.instance.alias("child")
    first = select(literal(key).label("key")).cte("family", recursive=True)
    called = select(child.c.key).join(first, child.c.parent_instance_key == first.c.key)
    family = first.union_all(called)
    found = select(instance.key, instance.ended_at.is_not(None)).join(
        family, family.c.key == instance.key
    )
    ordered = found.order_by(instance.key)  # callers lock them, always in this order
    return [(row[0], bool(row[1])) for row in connection.execute(ordered)]


def _ended(move: "Move", child: Instance, result: Mapping[str, Any]) -> None:
    parent = _awake(move, child)
    _unless_gone(lambda: move.resume(parent, _wait(child), result, "child ended"))


def _thrown(move: "Move", child: Instance, thrown: Mapping[str, Any]) -> None:
    parent = _awake(move, child)
    _unless_gone(lambda: move.throw(parent, _wait(child), thrown, "child threw"))


def _awake(move: "Move", child: Instance) -> Instance:
    """Give the parent; while it sleeps its child cannot end, or it would never hear of it."""
    parent = move.instance(child.parent_instance_key or 0)
    if parent.state == "SUSPENDED":
        raise Conflict(f"process instance {parent.key}, which called it, is suspended")
    return parent


def _unless_gone(go: Any) -> None:
    """Do nothing when the parent has ended or has left the call activity meanwhile."""
    try:
        go()
    except Conflict:
        return


def _wait(child: Instance) -> Wait:
    return Wait(
        key=child.parent_wait_key or 0,
        kind=Kind.CHILD,
        element_id="",
        element_instance_key=child.parent_element_instance_key or 0,
        data={},
    )


def _spread(move: "Move", signal: Mapping[str, Any]) -> None:
    from engine.reactions import signals

    signals.spread(move, signal["name"], signal["variables"], chain=signal["chain"])


def _next_message(move: "Move", ended: Instance) -> None:
    from engine.reactions import messages

    messages.next_start(move, ended)
