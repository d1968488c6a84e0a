"""Which operation can follow another: an answer names a thing that a path asks for.

Readers see where to go on, and tools that test the API can walk through it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from marshmallow import Schema, fields

from web.api.fields import camel
from web.api.routes import Operation, Routes

DEPTH = 3


class Links:
    """The operations of an API by the parameter of their path."""

    def __init__(self, resources: Iterable[Routes]) -> None:
        """Know where each operation with one parameter is reached."""
        self._followers: dict[str, list[Operation]] = {}
        for routes in resources:
            for operation in routes.operations:
                # Many things have a name; only what names one kind of thing can be followed.
                if len(operation.parameters) == 1 and operation.parameters[0] != "name":
                    self._followers.setdefault(camel(operation.parameters[0]), []).append(operation)

    def of(self, operation: Operation) -> dict[str, Any]:
        """Describe the links of an operation's answer, by the name of what follows."""
        if operation.gives is None or operation.many:
            return {}
        found: dict[str, Any] = {}
        for name, pointer in _named(operation.gives(), "", DEPTH):
            for follower in self._followers.get(name, ()):
                if follower is not operation:
                    link = {
                        "operationId": camel(follower.name),
                        "parameters": {name: f"$response.body#{pointer}"},
                    }
                    found.setdefault(camel(follower.name), link)
        return found


def _named(schema: Schema, pointer: str, depth: int) -> Iterator[tuple[str, str]]:
    """Return the plain fields that are always there, with their place; a list may be empty."""
    nested = []
    for name, field in schema.fields.items():
        key = field.data_key or name
        inner = field.inner if isinstance(field, fields.List) else field
        place = f"{pointer}/{key}" + ("/0" if inner is not field else "")
        if isinstance(inner, fields.Nested) and inner is field and not field.allow_none:
            nested.append((inner.schema, place))
        elif inner is field and not isinstance(field, fields.Nested):
            yield key, place
    for deeper, place in nested if depth else ():
        yield from _named(deeper, place, depth - 1)
