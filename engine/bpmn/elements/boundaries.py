"""Boundary events and event subprocesses: armed with their host, triggered on it."""

from typing import Any

from engine.bpmn.elements import subscriptions
from engine.bpmn.execution.token import WAIT, Token


def arm(token: Token) -> None:
    """Open the waits of the boundary events of an activity, once."""
    if token.internal_data.get("armed"):
        return
    subscriptions.open_all(token, token.task_spec.boundaries)
    if token.task_spec.boundaries:
        token.internal_data["armed"] = 1


def arm_scope(token: Token) -> None:
    """Open the waits of the event subprocesses of a scope."""
    events = [each.start_event for each in token.task_spec.event_subprocesses()]
    subscriptions.open_all(token, [each for each in events if each is not None])


def trigger(
    token: Token, event: Any, variables: dict[str, Any], extra: dict[str, Any] | None = None
) -> None:
    """Let a boundary event of the token, or an event subprocess inside its scope, happen."""
    if event.host is not None:
        _boundary(token, event, variables, extra)
    else:
        _event_subprocess(token, event, variables, extra)


def _boundary(
    token: Token, event: Any, variables: dict[str, Any], extra: dict[str, Any] | None
) -> None:
    if event.cancel_activity:
        token.internal_data["next"] = [event.name, variables]
        token.cancel()
    else:
        token.workflow.spawn(event, token.scope, fired=variables)
        subscriptions.again(token, event, extra)


def _event_subprocess(
    token: Token, event: Any, variables: dict[str, Any], extra: dict[str, Any] | None
) -> None:
    if not event.interrupting:
        begin(token, event.name, variables)
        subscriptions.again(token, event, extra)
        return
    token.internal_data["interrupted"] = 1
    _close_scope_waits(token)
    for child in token.children:
        child.cancel()
    if token.busy:  # cancel listeners are heard first
        token.internal_data["then"] = [event.name, variables]
    else:
        begin(token, event.name, variables)


def begin(token: Token, event_name: str, variables: dict[str, Any]) -> None:
    """Start an event subprocess inside its scope by its start event."""
    instance = token.workflow
    spec = instance.spec.node(instance.spec.node(event_name).inside)
    inner = instance.spawn(spec, token)
    inner.internal_data["start"] = [event_name, variables]
    token.phase = WAIT


def _close_scope_waits(token: Token) -> None:
    """Close the waits of all event subprocesses; boundary events of the scope stay."""
    own = {each.name for each in token.task_spec.boundaries} | {token.task_spec.name}
    for key, (_, element_id, _) in list(token.waits.items()):
        if element_id not in own:
            token.workflow.close(token, key)
