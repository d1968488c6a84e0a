"""A wait is done: find out what that means for the token that owns it."""

from typing import Any

from engine.bpmn.elements import boundaries, listeners, subscriptions, task_listeners
from engine.bpmn.execution import halt
from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import Token
from engine.model import Kind, Outcome


def resume_wait(
    token: Token,
    key: str,
    variables: dict[str, Any],
    *,
    keep: bool = False,
    result: dict[str, Any] | None = None,
) -> None:
    """Let the wait of this key be over, with what it brought.

    `result` is what a job decided beside its variables: of a task listener or an ad-hoc subprocess.
    """
    instance = token.workflow
    kind, element_id, extra = token.waits[key]
    event = instance.spec.node(element_id)
    try:
        if kind == Kind.USER_TASK and task_listeners.wait_for_completing_listeners(
            token, key, variables
        ):
            return
        if not keep:
            instance.close(token, key, Outcome.COMPLETED)
        _dispatch(token, Kind(kind), event, extra, (variables, result or {}))
    except Fault as fault:
        instance.incident(token, fault.error_type, fault.message)


def is_listener_job(token: Token, key: str) -> bool:
    """Return whether a wait is the job of a listener."""
    extra = token.waits[key][2]
    return isinstance(extra, dict) and ("listener" in extra or "hearing" in extra)


def _dispatch(
    token: Token, kind: Kind, event: Any, extra: Any, brought: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    spec, (variables, result) = token.task_spec, brought
    if kind is Kind.INCIDENT:
        _retry(token, extra or {})
    elif isinstance(extra, dict) and "listener" in extra:
        listeners.done(spec, token, variables)
    elif isinstance(extra, dict) and "hearing" in extra:
        task_listeners.listener_done(token, variables, result)
    elif event is spec:
        spec.resume(token, kind, variables, result)
    elif event.host is spec or event.starts_event_subprocess:
        boundaries.trigger(token, event, variables, extra)
    else:
        spec.resume_target(token, event, variables)


def _retry(token: Token, extra: dict[str, Any]) -> None:
    instance = token.workflow
    halt.revive(instance, extra)
    if "hear" in extra:
        task_listeners.run_next_listener(token)
    elif "arm" in extra:
        subscriptions.arm_one(token, instance.spec.node(extra["arm"]))
    elif "job" not in extra and token.role != "hold":
        token.again()
