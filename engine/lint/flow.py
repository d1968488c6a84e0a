"""What the arrows alone say will go wrong: waits for ever, happens twice, never ends."""

from collections.abc import Iterator
from typing import Any

from engine.definitions import Definition
from engine.model import Problem

_ONE_WAY = {"exclusiveGateway", "eventBasedGateway"}
_WAITS = {"userTask", "serviceTask", "sendTask", "receiveTask", "callActivity", "adHocSubProcess"}
_WAITING_EVENTS = {"intermediateCatchEvent"}


def check(definition: Definition) -> Iterator[Problem]:
    """Name joins that wait for ever, joins that let through twice, and loops without a wait."""
    for spec in definition.spec.nodes():
        if spec.tag == "parallelGateway" and len(spec.incoming) > 1:
            yield from _waits_for_ever(definition, spec)
        elif spec.tag == "exclusiveGateway" and len(spec.incoming) > 1:
            yield from _happens_twice(definition, spec)
    yield from _turns(definition)


def _waits_for_ever(definition: Definition, join: Any) -> Iterator[Problem]:
    """A split that takes one way, all of whose ways lead into a join that waits for each."""
    split = _split_of(definition, join)
    if split is not None and split.tag in _ONE_WAY:
        message = (
            f"{_called(split)} takes one way, and {_called(join)} waits for all: it waits for ever."
        )
        yield _problem(definition, join, message, "Join with an exclusive gateway, or none.")


def _happens_twice(definition: Definition, join: Any) -> Iterator[Problem]:
    split = _split_of(definition, join)
    if split is not None and split.tag == "parallelGateway" and join.outgoing:
        after = definition.spec.node(join.outgoing[0].target)
        message = (
            f"{_called(split)} takes every way, and {_called(join)} waits for none: "
            f"{_called(after)} happens {len(join.incoming)} times."
        )
        yield _problem(definition, join, message, "Join with a parallel gateway.")


def _split_of(definition: Definition, join: Any) -> Any:
    """Return the gateway whose ways, each without a branch, are those that meet at a join."""
    sources = {_back(definition, flow.source) for flow in join.incoming}
    split = next(iter(sources)) if len(sources) == 1 else None
    if split is None or len(split.outgoing) < len(join.incoming):
        return None
    return split


def _back(definition: Definition, name: str) -> Any:
    """Go back along a single way to where it split; None where it is no single way."""
    seen: set[str] = set()
    spec = definition.spec.node(name)
    while len(spec.outgoing) == 1 and not spec.boundaries and spec.name not in seen:
        seen.add(spec.name)
        if len(spec.incoming) != 1:
            return None
        spec = definition.spec.node(spec.incoming[0].source)
    return spec if len(spec.outgoing) > 1 and spec.tag.endswith("Gateway") else None


def _turns(definition: Definition) -> Iterator[Problem]:
    """A ring of elements none of which waits for anybody, and that no condition leaves."""
    for spec in definition.spec.nodes():
        ring = _ring(definition, spec)
        if ring and spec.name == min(ring):
            names = ", ".join(_called(definition.spec.node(name)) for name in sorted(ring))
            message = f"{names} go round for ever: nothing in the ring waits or leaves it."
            yield _problem(definition, spec, message, "Leave it by a gateway, or wait in it.")


def _ring(definition: Definition, start: Any) -> set[str]:
    """Follow the only way out of each element; return the ring if it comes back."""
    seen: list[str] = []
    spec = start
    while spec.name not in seen:
        waits = spec.tag in _WAITS | _WAITING_EVENTS or spec.is_scope or spec.extensions.job_type
        if waits or len(spec.outgoing) != 1:
            return set()
        seen.append(spec.name)
        spec = definition.spec.node(spec.outgoing[0].target)
    return set(seen) if spec is start else set()


def _called(spec: Any) -> str:
    return f"'{spec.bpmn_name or spec.name}'"


def _problem(definition: Definition, spec: Any, message: str, hint: str) -> Problem:
    return Problem(message, "warning", definition.resource_name, spec.name, "flow", hint)
