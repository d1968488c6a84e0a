"""Read what an event waits for or throws out of its event definition."""

from typing import Any

from engine.bpmn.parse.expression_attribute import Formula, formula
from engine.bpmn.parse.extensions import correlation_key
from engine.bpmn.parse.graph import Trigger
from engine.bpmn.parse.names import (
    Node,
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

    def __init__(self, root: Node) -> None:
        """Index the file once."""
        self.for_camunda_8 = for_camunda_8(root)
        self._found: dict[str, Node] = {}
        for node in root:
            if node.get("id"):
                self._found[node.get("id")] = node

    def get(self, reference: str | None) -> Node | None:
        """Give what a reference means; a prefix (`tns:Message_1`) is dropped."""
        if not reference:
            return None
        found = self._found.get(reference)
        return found if found is not None else self._found.get(reference.rpartition(":")[2])


def read(node: Node, references: References) -> Trigger:
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


def _message(message: Node | None) -> dict[str, Any]:
    if message is None:
        return {}
    return {"name": formula(message.get("name")), "correlation_key": correlation_key(message)}


def _timer(definition: Node, _: References) -> dict[str, Any]:
    time = child(definition, *_FORMS)
    if time is None:
        return {}
    return {"form": _FORMS[local(time)], "time": formula(text(time))}


def _signal(definition: Node, references: References) -> dict[str, Any]:
    signal = references.get(definition.get("signalRef"))
    return {} if signal is None else {"name": formula(signal.get("name"))}


def _error(definition: Node, references: References) -> dict[str, Any]:
    return _code(references, definition.get("errorRef"), "errorCode")


def _escalation(definition: Node, references: References) -> dict[str, Any]:
    return _code(references, definition.get("escalationRef"), "escalationCode")


def _code(references: References, reference: str | None, attribute: str) -> dict[str, Any]:
    """Without a code it is every one in Camunda 8; other tools tell them apart by name or id."""
    node = references.get(reference)
    if node is None:
        return {}
    code: Formula | None = formula(node.get(attribute))
    found = code
    if code is None and not references.for_camunda_8:
        found = formula(node.get("name")) or formula(node.get("id"))
    return {"code": found, "has_code": code is not None}


def _condition(definition: Node, _: References) -> dict[str, Any]:
    own = extension(definition, "conditionalFilter")
    return {
        "condition": formula(text(child(definition, "condition")), always=True),
        "watched": _listed(own, "variableNames"),
        "events": _listed(own, "variableEvents"),
    }


def _listed(node: Node | None, attribute: str) -> tuple[str, ...]:
    words = ((None if node is None else node.get(attribute)) or "").split(",")
    return tuple(word.strip() for word in words if word.strip())


def _link(definition: Node, _: References) -> dict[str, Any]:
    return {"link": definition.get("name") or ""}


def _compensate(definition: Node, _: References) -> dict[str, Any]:
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
