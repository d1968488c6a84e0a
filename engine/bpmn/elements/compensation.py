"""Compensation: completed activities remember their handlers; a throw event runs them."""

from typing import Any

from engine.bpmn.execution.token import OUTPUT, WAIT, Token


def record(token: Token) -> None:
    """Remember in the enclosing scope what a completed activity would need to be undone."""
    spec, inner = token.task_spec, token.internal_data.get("undo", [])
    handlers = [each.compensates.name for each in spec.boundaries if each.compensates is not None]
    if not inner and not handlers:
        return
    entries = token.scope.internal_data.setdefault("undo", [])
    if token.role == "inner":
        entries.extend(inner)
    else:
        entries.append([spec.name, handlers[0] if handlers else None, inner])


def run(token: Token, activity: str | None) -> bool:
    """Start the handlers, last completed first; true when there is nothing to undo."""
    handlers: list[str] = []
    for scope in _scopes(token):
        entries = scope.internal_data.get("undo", [])
        mine = [each for each in entries if activity is None or each[0] == activity]
        scope.internal_data["undo"] = [each for each in entries if each not in mine]
        handlers += _handlers(mine)
    token.internal_data["pending"] = len(handlers)
    for name in handlers:
        handler = token.workflow.spawn(token.workflow.spec.node(name), token.scope)
        handler.internal_data["for"] = token.id
    return not handlers


def handler_left(handler: Token) -> None:
    """Let the throwing event go on when its last handler is done, or was interrupted."""
    token = handler.workflow.find(handler.internal_data["for"])
    if token is None or token.phase != WAIT:  # it was terminated meanwhile
        return
    token.internal_data["pending"] -= 1
    if not token.internal_data["pending"]:
        token.phase = OUTPUT
        token.again()


def _scopes(token: Token) -> list[Token]:
    """The throwing event's scope, and the one around it when that is an event subprocess."""
    scope = token.scope
    if scope.task_spec.type == "EVENT_SUB_PROCESS" and scope.parent is not None:
        return [scope, scope.parent]
    return [scope]


def _handlers(entries: list[Any]) -> list[str]:
    """The handler of an activity, and those of what was completed inside it."""
    found: list[str] = []
    for _, handler, inner in reversed(entries):
        found += ([handler] if handler else []) + _handlers(inner)
    return found
