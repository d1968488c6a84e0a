"""Call activities: a child is an instance of its own, started and ended beside its parent."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from engine import store
from engine.errors import Conflict, NotFound
from engine.model import Kind, Step, Wait
from engine.reactions import create_instance, terminate
from engine.transaction.follow_ups import CancelChild, ChildEnded, ChildThrew, StartChild
from engine.transaction.instances import Instance
from engine.transaction.unit_of_work import UnitOfWork

ALREADY_OPEN = "already_open"  # the error that leaves the call of what is open for the same value


def start_child(work: UnitOfWork, reached: StartChild) -> None:
    """Start what a call activity calls; what cannot be started is an incident of the parent."""
    parent, wait, data = reached.parent, reached.wait, reached.wait.data
    try:
        key = _called(work, parent, data)
    except NotFound as refusal:
        work.fail(parent, wait, "CALLED_ELEMENT_ERROR", refusal.message, "start child")
        return
    child = create_instance.prepare(
        work,
        key,
        business_key=data.get("business_key") or parent.business_key,
        tags=parent.tags,
    )
    child.parent_instance_key = parent.key
    child.parent_element_instance_key = wait.element_instance_key
    child.parent_wait_key = wait.key
    child.root_instance_key = parent.root_instance_key
    child.depth = parent.depth + 1
    child.trial_key, child.trial_side = parent.trial_key, parent.trial_side
    try:
        create_instance.begin(
            work,
            child,
            data.get("variables") or {},
            caller=data.get("caller"),
            zone=parent.data.get("zone", "UTC"),
        )
    except create_instance.AlreadyOpen as found:
        _already_open(work, parent, wait, found)


def cancel_child(work: UnitOfWork, gone: CancelChild) -> None:
    """Cancel the child that a gone wait stood for."""
    work.flush()
    found = select(store.instance.c.key).where(
        store.instance.c.parent_wait_key == gone.wait_key, store.instance.c.ended_at.is_(None)
    )
    for key in list(work.connection.execute(found).scalars()):
        terminate.end(work, key)


def child_ended(work: UnitOfWork, ended: ChildEnded) -> None:
    """Let the parent go on with what its child returned."""
    parent, wait = _active_parent(work, ended.child), _wait(ended.child)
    _unless_gone(lambda: work.resume(parent, wait, ended.result, "child ended"))


def child_threw(work: UnitOfWork, threw: ChildThrew) -> None:
    """Let an error or escalation leave the call activity of the parent."""
    parent, wait = _active_parent(work, threw.child), _wait(threw.child)
    _unless_gone(lambda: work.throw(parent, wait, threw.thrown, "child threw"))


def _already_open(
    work: UnitOfWork, parent: Instance, wait: Wait, found: create_instance.AlreadyOpen
) -> None:
    """Let the error `already_open` leave the call activity; where nothing catches it: an incident.

    Resolving that incident calls once more: the other instance may have ended meanwhile.
    """
    codes = (wait.data.get("caller") or {}).get("error", [])
    if ALREADY_OPEN not in codes and None not in codes:
        work.fail(parent, wait, "CALLED_ELEMENT_ERROR", found.message, "start child")
        return
    thrown = {
        "kind": "error",
        "code": ALREADY_OPEN,
        "message": found.message,
        "variables": {"open_instance": str(found.instance_key)},
    }
    work.throw(parent, wait, thrown, "start child")


def _called(work: UnitOfWork, parent: Instance, data: Mapping[str, Any]) -> int:
    """Return the definition key of what is called; raises NotFound if none can start."""
    if parent.depth + 1 >= work.limits.call_depth:
        raise NotFound(f"processes may call each other {work.limits.call_depth} deep")
    binding = data.get("binding") or "latest"
    key = work.resolver(parent).key("process", data["process_id"], binding, data.get("version_tag"))
    if not work.catalogue.process(work.connection, key).process.start:
        message = f"The process '{data['process_id']}' has no start event without a trigger."
        raise NotFound(message)
    return key


def _active_parent(work: UnitOfWork, child: Instance) -> Instance:
    """Return the parent; raises Conflict while it is suspended.

    A child that ended meanwhile would never be missed by its parent, so it cannot end.
    """
    parent = work.instance(child.parent_instance_key or 0)
    if parent.state == "SUSPENDED":
        raise Conflict(f"process instance {parent.key}, which called it, is suspended")
    return parent


def _unless_gone(go: Callable[[], Step]) -> None:
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
