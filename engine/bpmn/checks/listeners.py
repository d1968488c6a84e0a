"""Listeners: each hears something that happens where it is drawn, and is told apart by its type."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from engine.bpmn.parse.extensions import Listener
from engine.bpmn.parse.names import GATEWAYS
from engine.model import Problem

_TASK_EVENTS = {"creating", "assigning", "updating", "completing", "canceling"}
_EXECUTION_EVENTS = {"start", "end", "beforeAll", "cancel"}


def check(spec: Any) -> Iterator[Problem]:
    """Name every listener that could never be heard or has no worker."""
    own = spec.extensions
    for listener in (*own.listeners, *own.task_listeners):
        if listener.type is None:
            yield _problem(f"A listener of '{listener.event}' has no job type.")
    yield from _execution(spec)
    yield from _task(spec)
    yield from _twins(own.listeners)
    yield from _twins(own.task_listeners)


def _execution(spec: Any) -> Iterator[Problem]:
    for listener in spec.extensions.listeners:
        if listener.event not in _EXECUTION_EVENTS:
            yield _problem(f"There is no execution listener of '{listener.event}'.")
        elif _is_never_heard(spec, listener.event):
            yield _problem(f"'{listener.event}' listeners are never heard here.")


def _task(spec: Any) -> Iterator[Problem]:
    for listener in spec.extensions.task_listeners:
        if listener.event not in _TASK_EVENTS:
            yield _problem(f"There is no task listener of '{listener.event}'.")
        elif spec.tag != "userTask":
            yield _problem("Only user tasks have task listeners.")


def _is_never_heard(spec: Any, event: str) -> bool:
    if spec.tag == "boundaryEvent" and spec.trigger.kind == "compensate":
        return True  # its handler has listeners of its own
    if event == "start":
        return spec.tag in {"startEvent", "boundaryEvent"}
    if event == "end":
        return spec.tag in GATEWAYS or (spec.tag == "endEvent" and spec.trigger.kind == "error")
    return event == "beforeAll" and spec.loop is None


def _twins(listeners: tuple[Listener, ...]) -> Iterator[Problem]:
    seen = Counter((each.event, each.type.source) for each in listeners if each.type is not None)
    for (event, name), count in seen.items():
        if count > 1:
            yield _problem(f"{count} listeners of '{event}' have the type '{name}'.")


def _problem(message: str) -> Problem:
    return Problem(message, rule="listener")
