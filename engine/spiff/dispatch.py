"""A wait is done: find out what that means for the token that owns it."""

from typing import Any

from engine.model import Kind, Outcome
from engine.spiff import boundaries, listeners, subscriptions, usertask
from engine.spiff.fault import Fault
from engine.spiff.token import Token


def happen(
    token: Token,
    key: str,
    variables: dict[str, Any],
    *,
    keep: bool = False,
    outcome: Outcome = Outcome.COMPLETED,
) -> None:
    """Let the wait of this key be over, with what it brought."""
    instance = token.workflow
    kind, element_id, extra = token.waits[key]
    if not keep and not (kind == Kind.USER_TASK and usertask.judged(token, key, variables)):
        instance.close(token, key, outcome)
    event = instance.spec.node(element_id)
    try:
        _dispatch(token, Kind(kind), event, extra, variables)
    except Fault as fault:
        instance.incident(token, fault.error_type, fault.message)


def _dispatch(token: Token, kind: Kind, event: Any, extra: Any, variables: dict[str, Any]) -> None:
    spec = token.task_spec
    if kind is Kind.INCIDENT:
        _retry(token, extra or {})
    elif isinstance(extra, dict) and "listener" in extra:
        listeners.done(spec, token, variables)
    elif event is spec:
        spec.resume(token, kind, variables)
    elif event.host is spec or event.starts_event_subprocess:
        boundaries.trigger(token, event, variables, extra)
    else:
        spec.resume_target(token, event, variables)


def _retry(token: Token, extra: dict[str, Any]) -> None:
    instance = token.workflow
    for key in extra.get("paused", ()):
        if key in instance.tasks or str(key) in instance.stored:
            instance.token(key).again()
    if "arm" in extra:
        subscriptions.arm_one(token, instance.spec.node(extra["arm"]))
    elif "job" not in extra and token.role != "hold":
        token.again()
