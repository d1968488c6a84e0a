"""Variables into and out of an element (dialect.md §0, rules 3 to 6)."""

from typing import Any

from engine.model import Json
from engine.spiff import loops
from engine.spiff.scopes import nested
from engine.spiff.token import Token


def inputs(spec: Any, token: Token) -> None:
    """Evaluate the input mappings in order; each sees the ones before."""
    instance = token.workflow
    for mapping in spec.extensions.inputs:
        value = _value(token, mapping)
        name, *rest = mapping.target
        base = instance.scopes.local(token.id).get(name)
        instance.scopes.put(token.id, name, nested(base, tuple(rest), value))


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

    Each sees the targets of those before. An item of a multi-instance activity writes from its own
    scope outwards, so that a target may be its output element.
    """
    instance = token.workflow
    made: dict[str, Json] = {}
    if token.parent is not None:
        start = token if token.role == "inner" and not spec.loop.standard else token.scope
        for mapping in spec.extensions.outputs:
            value = _value(token, mapping, made)
            name, *rest = mapping.target
            base = instance.view(start).get(name) if rest else None
            made[name] = nested(base, tuple(rest), value)
            instance.write(start, name, made[name])
    if token.role == "inner":
        loops.collect(spec, token)


def _value(token: Token, mapping: Any, made: dict[str, Json] | None = None) -> Json:
    if mapping.source is None:
        return None
    value, _ = token.workflow.evaluate(mapping.source, token, "IO_MAPPING_ERROR", made)
    return value
