"""An OpenAPI document for people: its operations, and the shapes of what goes in and comes out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import NotFound

Document = Mapping[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a shape or a parameter: `shape` names another shape when it is made of one."""

    name: str
    kind: str  # "text", "list of …", one of some words
    required: bool
    shape: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What may come back: the status, what it means, the media type, the shape."""

    status: str
    text: str
    media: str
    shape: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    open: bool  # to whoever is not signed in
    parameters: tuple[Field, ...]
    sends: str  # the media type of the body, if one is read
    shape: str  # of the body
    answers: tuple[Answer, ...]
    follow: tuple[str, ...]  # operations that take what this one gives


def operations(document: Document) -> list[Operation]:
    """List the operations in the order of the document."""
    return [
        _operation(document, path, method, found)
        for path, methods in document["paths"].items()
        for method, found in methods.items()
        if method in _METHODS
    ]


def operation(document: Document, name: str) -> Operation:
    """Return an operation by its id; raises NotFound."""
    for each in operations(document):
        if each.id == name:
            return each
    raise NotFound(f"no operation '{name}'")


def shapes(document: Document, wanted: Operation) -> dict[str, list[Field]]:
    """Return every shape that an operation is made of, the outermost first."""
    found: dict[str, list[Field]] = {}
    ahead = [wanted.shape, *(answer.shape for answer in wanted.answers)]
    while ahead:
        name = ahead.pop(0)
        if name and name not in found:
            found[name] = _members(document["components"]["schemas"][name])
            ahead += [field.shape for field in found[name]]
    return found


def describe(document: Document, name: str) -> str:
    """Say in a sentence what a shape is."""
    return str(document["components"]["schemas"][name].get("description") or "")


def _operation(document: Document, path: str, method: str, found: Any) -> Operation:
    media, schema = _content(found.get("requestBody") or {})
    return Operation(
        id=found["operationId"],
        method=method.upper(),
        path=document["servers"][0]["url"] + path,
        tag=found["tags"][0],
        summary=found["summary"],
        description=found.get("description") or "",
        open=not found.get("security"),
        parameters=tuple(map(_parameter, found.get("parameters") or ())),
        sends=media,
        shape=_shape(schema),
        answers=tuple(_answers(found["responses"])),
        follow=tuple(sorted(_follow(found["responses"]))),
    )


def _answers(responses: Mapping[str, Any]) -> Iterator[Answer]:
    for status, response in responses.items():
        media, schema = _content(response)
        yield Answer(status, response["description"], media, _shape(schema))


def _follow(responses: Mapping[str, Any]) -> set[str]:
    return {
        link["operationId"]
        for response in responses.values()
        for link in (response.get("links") or {}).values()
    }


def _content(holder: Mapping[str, Any]) -> tuple[str, Any]:
    for media, content in (holder.get("content") or {}).items():
        return media, content.get("schema") or {}
    return "", {}


def _parameter(found: Any) -> Field:
    kind = _kind(found.get("schema") or {})
    note = found.get("description") or ""
    place = {"path": "in the path", "query": "in the query", "header": "a header"}[found["in"]]
    return Field(found["name"], kind, bool(found.get("required")), note=note or place)


def _members(schema: Mapping[str, Any]) -> list[Field]:
    required = set(schema.get("required") or ())
    return [
        Field(name, _kind(found), name in required, _shape(found), found.get("description") or "")
        for name, found in (schema.get("properties") or {}).items()
    ]


def _shape(schema: Mapping[str, Any]) -> str:
    """Name the shape a schema is made of, through lists and alternatives."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    inner = [schema.get("items") or {}, *schema.get("allOf", ()), *schema.get("anyOf", ())]
    return next((name for each in inner if each and (name := _shape(each))), "")


def _kind(schema: Mapping[str, Any]) -> str:
    """Say in words what a value looks like."""
    if "enum" in schema:
        return " | ".join(str(word) for word in schema["enum"] if word is not None)
    if "anyOf" in schema:
        alternatives = [_kind(each) for each in schema["anyOf"]]
        return alternatives[0] + (" or operators" if len(alternatives) > 1 else "")
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    kind = schema.get("type") or ("object" if _shape(schema) else "any value")
    words = [kind] if isinstance(kind, str) else list(kind)
    said = " or ".join(schema.get("format") or _WORDS.get(word, word) for word in words)
    return "key (digits)" if "pattern" in schema and said == "text" else said


_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false"}
