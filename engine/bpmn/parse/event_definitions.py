"""Read what an event waits for or throws out of its event definition."""

from typing import Any

from engine.bpmn.parse.expression_attribute import ExpressionAttribute, expression_attribute
from engine.bpmn.parse.extensions import correlation_key
from engine.bpmn.parse.graph import Trigger
from engine.bpmn.parse.names import (
    XmlNode,
    child,
    event_definitions,
    extension,
    for_camunda_8,
    local,
    reference,
    text,
)

_FORMS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


class References:
    """The messages, signals, errors and escalations of a file by id."""

    def __init__(self, root: XmlNode) -> None:
        """Index the file once."""
        self.for_camunda_8 = for_camunda_8(root)
        self._found: dict[str, XmlNode] = {}
        for node in root:
            if node.get("id"):
                self._found[node.get("id")] = node

    def get(self, reference: str | None) -> XmlNode | None:
        """Return what a reference means; a prefix (`tns:Message_1`) is dropped."""
        if not reference:
            return None
        found = self._found.get(reference)
        return found if found is not None else self._found.get(reference.rpartition(":")[2])


def read(node: XmlNode, references: References) -> Trigger:
    """Read the trigger of an event or a receive task; "none" when there is none."""
    if local(node) == "receiveTask":
        return Trigger("message", **_message(references.get(node.get("messageRef"))))
    definitions = event_definitions(node)
    shared = child(node, "eventDefinitionRef")
    if shared is not None and not definitions:
        found = references.get(text(shared))
        definitions = [] if found is None else [found]
    if not definitions:
        return Trigger()
    definition = definitions[0]
    kind = Trigger.KINDS.get(local(definition), "unknown")
    maker = _READERS.get(kind)
    return Trigger(kind, **(maker(definition, references) if maker else {}))


def _message(message: XmlNode | None) -> dict[str, Any]:
    if message is None:
        return {}
    return {
        "name": expression_attribute(message.get("name")),
        "correlation_key": correlation_key(message),
    }


def _timer(definition: XmlNode, _: References) -> dict[str, Any]:
    time = child(definition, *_FORMS)
    if time is None:
        return {}
    return {"form": _FORMS[local(time)], "time": expression_attribute(text(time))}


def _signal(definition: XmlNode, references: References) -> dict[str, Any]:
    signal = references.get(definition.get("signalRef"))
    return {} if signal is None else {"name": expression_attribute(signal.get("name"))}


def _error(definition: XmlNode, references: References) -> dict[str, Any]:
    return _code(references, definition.get("errorRef"), "errorCode")


def _escalation(definition: XmlNode, references: References) -> dict[str, Any]:
    return _code(references, definition.get("escalationRef"), "escalationCode")


def _code(references: References, reference: str | None, attribute: str) -> dict[str, Any]:
    """Without a code it is every one in Camunda 8; other tools tell them apart by name or id."""
    node = references.get(reference)
    if node is None:
        return {}
    code: ExpressionAttribute | None = expression_attribute(node.get(attribute))
    found = code
    if code is None and not references.for_camunda_8:
        found = expression_attribute(node.get("name")) or expression_attribute(node.get("id"))
    return {"code": found, "has_code": code is not None}


def _condition(definition: XmlNode, _: References) -> dict[str, Any]:
    own = extension(definition, "conditionalFilter")
    return {
        "condition": expression_attribute(text(child(definition, "condition")), always=True),
        "watched": _listed(own, "variableNames"),
        "events": _listed(own, "variableEvents"),
    }


def _listed(node: XmlNode | None, attribute: str) -> tuple[str, ...]:
    words = ((None if node is None else node.get(attribute)) or "").split(",")
    return tuple(word.strip() for word in words if word.strip())


def _link(definition: XmlNode, _: References) -> dict[str, Any]:
    return {"link": definition.get("name") or ""}


def _compensate(definition: XmlNode, _: References) -> dict[str, Any]:
    return {"activity": reference(definition, "activityRef")}


_READERS = {
    "message": lambda definition, references: _message(
        references.get(definition.get("messageRef"))
    ),
    "timer": _timer,
    "signal": _signal,
    "error": _error,
    "escalation": _escalation,
    "conditional": _condition,
    "link": _link,
    "compensate": _compensate,
}
