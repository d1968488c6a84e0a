"""Variables into and out of an element, in the order Camunda 8 documents."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.bpmn.elements import loops
from engine.bpmn.execution.scopes import nested
from engine.bpmn.execution.token import Token
from engine.model import Json


def inputs(spec: Any, token: Token) -> None:
    """Evaluate the input mappings in order; each sees the ones before. All are written, or none."""
    instance, local = token.workflow, token.workflow.scopes.local(token.id)
    made = _evaluated(token, spec.extensions.inputs, local)
    for name, value in made.items():
        instance.scopes.put(token.id, name, value)


def take(spec: Any, token: Token, variables: dict[str, Any]) -> None:
    """Take the result of an element: local when it has output mappings, else merged upwards."""
    instance = token.workflow
    for name, value in variables.items():
        if spec.extensions.outputs:
            instance.scopes.put(token.id, name, value)
        else:
            instance.write(token, name, value)


def outputs(spec: Any, token: Token) -> None:
    """Evaluate the output mappings over the element's scope; targets go to the parent scope.

    Each sees the targets of those before; all are written, or none, and once only. An item of a
    multi-instance activity writes from its own scope outwards, so that a target may be its output
    element.
    """
    instance, item = token.workflow, token.role == "inner"
    if token.parent is not None and not token.internal_data.get("mapped"):
        start = token if item and not spec.loop.standard else token.scope
        made = _evaluated(token, spec.extensions.outputs, instance.view(start))
        for name, value in made.items():
            instance.write(start, name, value)
    if item:
        token.internal_data["mapped"] = 1  # an incident of what follows does not do it again
        loops.collect(spec, token)


def _evaluated(token: Token, mappings: Iterable[Any], known: Mapping[str, Json]) -> dict[str, Json]:
    """Return what the mappings make, by variable; leaves of a path go into what is known."""
    made: dict[str, Json] = {}
    for mapping in mappings:
        value = None
        if mapping.source is not None:
            value, _ = token.workflow.evaluate(mapping.source, token, "IO_MAPPING_ERROR", made)
        name, *rest = mapping.target
        base = made[name] if name in made else known.get(name)
        made[name] = nested(base, tuple(rest), value)
    return made
