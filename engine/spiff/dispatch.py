"""A wait is done: find out what that means for the token that owns it."""

from typing import Any

from engine.model import Kind, Outcome
from engine.spiff import boundaries, listeners
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
    if not keep:
        instance.close(token, key, outcome)
    spec, event = token.task_spec, instance.spec.node(element_id)
    if kind == Kind.INCIDENT:
        _retry(token, extra or {})
    elif isinstance(extra, dict) and "listener" in extra:
        listeners.done(spec, token, variables)
    elif event is spec:
        spec.resume(token, Kind(kind), variables)
    elif event.host is spec or event.starts_event_subprocess:
        boundaries.trigger(token, event, variables, extra)
    else:
        spec.resume_target(token, event, variables)


def _retry(token: Token, extra: dict[str, Any]) -> None:
    instance = token.workflow
    for key in extra.get("paused", ()):
        if key in instance.tasks or str(key) in instance.stored:
            instance.token(key).again()
    if "job" not in extra and token.role != "hold":
        token.again()
