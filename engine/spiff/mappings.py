"""Variables into and out of an element (dialect.md §0, rules 3 to 6)."""

from typing import Any

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
    """Evaluate the output mappings over the element's scope; targets go to the parent scope."""
    instance = token.workflow
    if token.parent is not None:
        for mapping in spec.extensions.outputs:
            value = _value(token, mapping)
            name, *rest = mapping.target
            base = instance.view(token.scope).get(name) if rest else None
            instance.write(token.scope, name, nested(base, tuple(rest), value))
    if token.role == "inner":
        loops.collect(spec, token)


def _value(token: Token, mapping: Any) -> Any:
    if mapping.source is None:
        return None
    value, _ = token.workflow.evaluate(mapping.source, token, "IO_MAPPING_ERROR")
    return value
