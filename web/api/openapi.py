"""The OpenAPI document of an API, made from its routes and their schemas."""

import re
import warnings
from collections.abc import Sequence
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from web.api import access
from web.api.fields import Flag, Instant, Json, Key, camel
from web.api.filters import Exactly, Filter
from web.api.links import Links
from web.api.routes import Operation, Routes

_PARAMETER = re.compile(r"<(\w+)>")
_LISTS = frozenset({"$in", "$notIn"})
_SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"basic": []}, {"session": []}]
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    },
}
_KEY = {"type": "string", "pattern": "^-?[0-9]+$", "minLength": 1, "maxLength": 25}
_REFUSALS = {
    "400": "The input is not valid",
    "401": "Not signed in",
    "403": "Not allowed",
    "404": "No such thing",
    "409": "Not in this state, or there already",
    "413": "Too large",
    "415": "Not a media type that is read here",
    "422": "The Idempotency-Key was used for another request",
    "429": "Too many requests, or too many wrong passwords; try later",
    "500": "A fault of the server",
    "503": "Busy or without its database; try again",
    "504": "Not finished in the time given",
}


def document(title: str, prefix: str, resources: Sequence[Routes], version: str) -> dict[str, Any]:
    """Describe an API."""
    links = Links(resources)
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(
        title=title,
        version=version,
        openapi_version="3.1.0",
        plugins=[plugin],
        servers=[{"url": prefix}],
    )
    _teach(plugin)
    spec.components.schema("ProblemDetail", _PROBLEM)
    schemes = spec.components
    schemes.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    schemes.security_scheme("basic", {"type": "http", "scheme": "basic"})
    schemes.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "peyvand_sid"})
    with warnings.catch_warnings():
        # A schema used with and without a list, or with other options, gets a numbered name.
        warnings.simplefilter("ignore", UserWarning)
        for routes in resources:
            spec.tag({"name": routes.tag})
            for operation in routes.operations:
                path = _PARAMETER.sub(lambda found: f"{{{camel(found[1])}}}", operation.path)
                described = {operation.method.lower(): _operation(operation, routes.tag, links)}
                spec.path(path=path, operations=described)
    made: dict[str, Any] = spec.to_dict()
    return made


def _operation(operation: Operation, tag: str, links: Links) -> dict[str, Any]:
    first, _, rest = (operation.view.__doc__ or "").strip().partition("\n")
    described: dict[str, Any] = {
        "operationId": camel(operation.name),
        "tags": [tag],
        "summary": first,
        "description": rest.strip(),
        "parameters": _parameters(operation),
        "responses": _responses(operation, links),
        "security": [] if operation.may == access.ANYBODY else _SECURITY,
    }
    body = _body(operation)
    return described | ({"requestBody": body} if body else {})


def _parameters(operation: Operation) -> list[Any]:
    path = [
        {
            "name": camel(name),
            "in": "path",
            "required": True,
            "schema": _KEY if name.endswith("_key") else {"type": "string", "minLength": 1},
        }
        for name in operation.parameters
    ]
    asked = [{"in": "query", "schema": operation.asks}] if operation.asks else []
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A repeat with the same key has no further effect and the same answer",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    }
    return [*path, *asked, *([key] if operation.changes else [])]


def _body(operation: Operation) -> dict[str, Any] | None:
    if operation.upload:
        name = "resources" if operation.path == "/deployments" else "file"
        file: dict[str, Any] = {"type": "string", "format": "binary"}
        part = {"type": "array", "items": file, "minItems": 1} if name == "resources" else file
        schema = {"type": "object", "required": [name], "properties": {name: part}}
        return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    takes = operation.takes or operation.shows
    if takes is None:
        return None
    required = any(field.required for field in takes().fields.values())
    return {"required": required, "content": {"application/json": {"schema": takes}}}


def _responses(operation: Operation, links: Links) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": "ProblemDetail"}}
    made: dict[str, Any] = {
        status: {"description": _REFUSALS[status], "content": problem}
        for status in sorted(_refusals(operation))
    }
    for status in operation.also:
        made[str(status)] = {"description": "There is none"}
    done: dict[str, Any] = {"description": "Done"}
    if operation.gives is not None:
        if followed := links.of(operation):
            done["links"] = followed
        schema: Any = operation.gives(many=operation.many)
        done["content"] = {operation.media: {"schema": schema}}
    elif operation.status != 204:
        done["content"] = {operation.media: {"schema": {"type": "string"}}}
    return {str(operation.status): done, **made}


def _refusals(operation: Operation) -> set[str]:
    """Return which refusals an operation can answer with."""
    reads = operation.upload or operation.takes is not None or operation.shows is not None
    when = {
        ("400",): reads or bool(operation.asks) or bool(operation.parameters),
        ("401", "403"): operation.may != access.ANYBODY,
        ("404",): bool(operation.parameters) or operation.command is not None,
        ("409",): operation.method != "GET" and not operation.searches,
        ("413", "415"): reads,
        ("422",): operation.changes,
        ("504",): operation.waits,
    }
    always = {"429", "500", "503"}
    return always.union(*(statuses for statuses, holds in when.items() if holds))


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__)


def _teach(plugin: MarshmallowPlugin) -> None:
    """Describe the kinds of fields that are our own."""
    converter = plugin.converter

    def ours(field: fields.Field[Any], **_: Any) -> dict[str, Any]:
        match field:
            case Filter():
                return _filter(converter.field2property(field.inner), field)
            case Exactly():
                return dict(converter.field2property(field.inner))
            case Key():
                return _nullable(_KEY, field)
            case Instant():
                return _nullable({"type": "string", "format": "date-time"}, field)
            case Flag():
                return _nullable({"type": "boolean"}, field)
            case _:
                return {}

    for kind in (Filter, Exactly, Key, Instant, Flag, Json):
        converter.map_to_openapi_type(kind, None, None)
    converter.add_attribute_function(lambda _self, field, **more: ours(field, **more))


def _nullable(described: dict[str, Any], field: fields.Field[Any]) -> dict[str, Any]:
    if not field.allow_none:
        return described
    return described | {"type": [described["type"], "null"]}


def _filter(inner: dict[str, Any], field: Filter) -> dict[str, Any]:
    """Describe a filter: the value itself, or an object of operators."""
    operators: dict[str, Any] = {}
    for sign in field.operators:
        if sign == "$exists":
            operators[sign] = {"type": "boolean"}
        elif sign in _LISTS:
            operators[sign] = {"type": "array", "items": inner}
        elif sign == "$like":
            operators[sign] = {"type": "string", "maxLength": 1_000}
        else:
            operators[sign] = inner
    choice = {"type": "object", "properties": operators, "additionalProperties": False}
    return {"anyOf": [inner, choice]}
