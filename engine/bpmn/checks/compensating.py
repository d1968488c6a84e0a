"""Compensation: an event on the border, its handler beside the flow, and who calls for it."""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.parse.process import ProcessSpec
from engine.model import Problem

_RULE = "compensation"


def check(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    """Name what keeps an element from being compensated or from compensating."""
    if spec.is_handler:
        yield from _handler(process, spec)
    if spec.trigger.kind != "compensate":
        return
    if spec.tag == "boundaryEvent":
        yield from _boundary(spec)
    elif spec.trigger.activity:
        yield from _thrown(process, spec)


def _handler(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    if spec.incoming or spec.outgoing:
        hint = "Only the association of its compensation event leads to it."
        yield Problem("A compensation handler has no sequence flows.", rule=_RULE, hint=hint)
    if not any(each.compensates is spec for each in process.nodes()):
        message = "No compensation event is associated with it; it never runs."
        yield Problem(message, "warning", rule="unreachable")


def _boundary(spec: Any) -> Iterator[Problem]:
    handler = spec.compensates
    if handler is None:
        hint = "Connect it with an association to a task marked as compensation."
        yield Problem("The compensation event has no handler.", rule=_RULE, hint=hint)
    elif not handler.is_handler or handler.inside != spec.inside:
        message = f"Its handler '{handler.name}' is no activity marked as compensation beside it."
        yield Problem(message, rule=_RULE)
    if spec.outgoing:
        hint = "Connect it with an association."
        yield Problem("A compensation event has no sequence flows.", rule=_RULE, hint=hint)


def _thrown(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    wanted = spec.trigger.activity
    scope = process.node(spec.inside)
    scopes = {scope.name} | ({scope.inside} if scope.type == "EVENT_SUB_PROCESS" else set())
    found = process.task_specs.get(wanted)
    if found is None or not found.is_activity or found.inside not in scopes:
        message = f"It compensates '{wanted}', which is no activity of its scope."
        yield Problem(message, rule=_RULE)
    elif not found.is_scope and all(each.compensates is None for each in found.boundaries):
        yield Problem(f"It compensates '{wanted}', which has no compensation event.", rule=_RULE)
