"""Joins count the tokens that came by each incoming flow, in loops too."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.token import Token


def collect(spec: Any, scope: Token, flow_id: str) -> None:
    """Add a token to those held at a join of this scope; the join fires when it may."""
    instance = scope.workflow
    for key in instance.holds:
        hold = instance.token(key)
        if hold.task_spec is spec and hold._parent == scope.id:
            break
    else:
        hold = instance.add(spec, scope.id, "hold")
        hold._set_state(TaskState.WAITING)
        hold.internal_data["in"] = {}
        instance.holds.add(hold.id)
    counts = hold.internal_data["in"]
    counts[flow_id] = counts.get(flow_id, 0) + 1
    spec._update(hold)


def release(hold: Token) -> None:
    """Let the held tokens go on as one; what is left over is held again."""
    instance = hold.workflow
    counts = {flow: count - 1 for flow, count in hold.internal_data.pop("in").items() if count > 1}
    instance.holds.discard(hold.id)
    instance.close_waits(hold)
    hold.role, hold.since = "", instance.now
    instance.note(hold, "ACTIVE")
    if counts:
        rest = instance.add(hold.task_spec, hold._parent, "hold")
        rest._set_state(TaskState.WAITING)
        rest.internal_data["in"] = counts
        instance.holds.add(rest.id)


def settle(instance: Any) -> bool:
    """When all is quiet: fire inclusive joins nothing more can reach, name joins that hang."""
    holds = [instance.token(key) for key in sorted(instance.holds)]
    for hold in holds:
        if hold.task_spec.joins_inclusively and not _may_still_get(hold):
            _fire(hold)
            return True
    for hold in holds:
        if _scope_hangs(hold):
            return _name(hold, holds)
    return False


def _fire(hold: Token) -> None:
    release(hold)
    hold._ready()


def _may_still_get(hold: Token) -> bool:
    spec, process = hold.task_spec, hold.workflow.spec
    empty = [flow for flow in spec.incoming if not hold.internal_data["in"].get(flow.id)]
    arrived = [flow for flow in spec.incoming if hold.internal_data["in"].get(flow.id)]
    census = hold.workflow.census(hold._parent)
    for name, count in census.items():
        if count <= (name == spec.name):  # nobody there, or only the tokens held here
            continue
        if any(name in process.upstream(spec, flow) for flow in empty) and not any(
            name in process.upstream(spec, flow) for flow in arrived
        ):
            return True
    return False


def _scope_hangs(hold: Token) -> bool:
    instance = hold.workflow
    held = sum(1 for key in instance.holds if instance.token(key)._parent == hold._parent)
    return held == len(instance.inside[hold._parent])


def _name(hold: Token, holds: list[Token]) -> bool:
    """Fire an inclusive join of a scope that hangs, or raise an incident at its first join."""
    mine = [each for each in holds if each._parent == hold._parent]
    for each in mine:
        if each.task_spec.joins_inclusively:
            _fire(each)
            return True
    if any(each.waits for each in mine):
        return False
    missing = [
        flow.id for flow in hold.task_spec.incoming if not hold.internal_data["in"].get(flow.id)
    ]
    hold.workflow.incident(
        hold,
        "UNKNOWN",
        f"The join '{hold.task_spec.name}' waits for {', '.join(missing)}, "
        "where no token can come any more.",
    )
    return False
