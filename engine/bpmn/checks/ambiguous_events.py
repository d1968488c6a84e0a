"""Events of one place that cannot be told apart: which of them would be meant?"""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.parse.process import ROOT, ProcessSpec
from engine.model import Problem

_SHOWN = {"conditional": "condition", "compensate": "compensation"}


def check(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    """Name the events on the border of an element, and inside it, that wait for the same."""
    yield from _same(spec.boundaries)
    yield from _several(spec.boundaries)
    starts = [each.start_event for each in spec.event_subprocesses()]
    yield from _same([each for each in starts if each is not None])
    if spec.name == ROOT:
        yield from _same([each for each in spec.contents if each.type == "START_EVENT"])
    if spec.tag == "eventBasedGateway":
        yield from _same([process.node(flow.target) for flow in spec.outgoing])


def _several(events: list[Any]) -> Iterator[Problem]:
    """An activity is undone in one way, and a transaction cancelled in one."""
    for kind in ("compensate", "cancel"):
        names = [event.name for event in events if event.trigger.kind == kind]
        if len(names) > 1:
            shown = ", ".join(f"'{name}'" for name in names)
            message = f"The events {shown} wait for the same {_SHOWN.get(kind, kind)}."
            yield Problem(message, rule="ambiguous-catch", hint="Draw one of them.")


def _same(events: list[Any]) -> Iterator[Problem]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for event in events:
        key = _what(event)
        if key is not None:
            groups.setdefault(key, []).append(event.name)
    for (kind, *what), names in groups.items():
        if len(names) > 1:
            ids = ", ".join(f"'{name}'" for name in names)
            shown = f"'{what[0]}'" if what[0] else "without a code"
            message = f"The events {ids} wait for the same {_SHOWN.get(kind, kind)} {shown}."
            yield Problem(message, rule="ambiguous-catch", hint="Draw one of them.")


def _what(event: Any) -> tuple[str, ...] | None:
    trigger = event.trigger
    if trigger.kind in {"error", "escalation"}:
        return trigger.kind, _source(trigger.code)
    if trigger.kind in {"message", "signal"}:
        return trigger.kind, _source(trigger.message_name), _source(trigger.correlation_key)
    if trigger.kind == "conditional" and event.tag == "startEvent" and event.inside == ROOT:
        return trigger.kind, _source(trigger.condition)
    return None


def _source(attribute: Any) -> str:
    return "" if attribute is None else str(attribute.source)
