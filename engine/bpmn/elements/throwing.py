"""Errors and escalations climb from where they are thrown to the innermost event that matches."""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.elements import boundaries
from engine.bpmn.execution.token import Token


def throw(
    token: Token, kind: str, code: str, message: str = "", variables: dict[str, Any] | None = None
) -> bool:
    """Throw from a token; false when nobody catches it."""
    instance, values = token.workflow, variables or {}
    found = find(token, kind, code)
    if found is not None:
        boundaries.trigger(*found, values)
        return True
    if not _caught_by_caller(instance, kind, code):
        if kind == "escalation":
            instance.journal.ignored.append({"element_id": token.task_spec.name, "code": code})
        return False
    thrown = {"kind": kind, "code": code, "message": message, "variables": values}
    instance.journal.thrown.append(thrown)
    if kind == "error":
        instance.terminate()
    return True


def find(token: Token, kind: str, code: str) -> tuple[Token, Any] | None:
    """Return the token and its event that catch a code: innermost first, specific before any."""
    for owner, events in _levels(token, kind):
        for wanted in (code, None):
            for event in events:
                if _code(event) == wanted:
                    return owner, event
    return None


def catchers(token: Token) -> dict[str, list[str | None]]:
    """Return which codes are caught around a call activity, its callers included; None is any."""
    answer: dict[str, list[str | None]] = {}
    for kind in ("error", "escalation"):
        codes = {_code(event) for _, events in _levels(token, kind) for event in events}
        inherited = (token.workflow.caller or {}).get(kind, [])
        answer[kind] = sorted(codes | set(inherited), key=lambda code: code or "")
    return answer


def _levels(token: Token, kind: str) -> Iterator[tuple[Token, list[Any]]]:
    for here in token.chain():
        spec = here.task_spec
        if spec.is_activity and here.role not in {"inner", "slot"}:
            yield here, [each for each in spec.boundaries if each.trigger.kind == kind]
        scope = here.parent
        if scope is None or not scope.task_spec.is_scope or scope.role in {"body", "slot"}:
            continue
        if not scope.internal_data.get("interrupted"):  # else its events are over
            # An event subprocess does not catch what it throws itself.
            beside = [each for each in scope.task_spec.event_subprocesses() if each is not spec]
            starts = [each.start_event for each in beside]
            yield scope, [each for each in starts if each is not None and each.trigger.kind == kind]


def _code(event: Any) -> str | None:
    code = event.trigger.code
    return None if code is None else str(code.literal if code.literal is not None else code.source)


def _caught_by_caller(instance: Any, kind: str, code: str) -> bool:
    codes = (instance.caller or {}).get(kind, [])
    return code in codes or None in codes
