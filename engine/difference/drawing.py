"""A BPMN file as this package compares it: elements with their facts, and sequence flows."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.bpmn.parse import secure
from engine.difference import facts
from engine.difference.tree import Node, child, children, local, squeezed
from engine.limits import STORED

_NODES = {
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
    "task", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "manualTask",
    "businessRuleTask", "callActivity", "subProcess", "transaction", "adHocSubProcess",
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway",
    "complexGateway",
}  # fmt: skip
NOTES = {
    "textAnnotation", "dataObjectReference", "dataStoreReference", "dataObject", "participant",
    "group",
}  # fmt: skip
_PARTS = _NODES | NOTES | {"sequenceFlow", "association", "laneSet", "collaboration"}


@dataclass(frozen=True, slots=True)
class Element:
    """A process, or anything drawn in it that is no arrow."""

    id: str
    type: str
    name: str
    scope: str  # id of the process or subprocess around it
    facts: facts.Facts

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `source` and `target` are ids."""

    id: str
    source: str
    target: str
    name: str
    condition: str
    default: bool

    @property
    def when(self) -> str:
        """When it is taken: its condition, "default", or "" for always."""
        return "default" if self.default else self.condition


@dataclass(slots=True)
class Drawing:
    """All processes of a file."""

    elements: dict[str, Element] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def label(self, identifier: str) -> str:
        """Return what people call an element; its id where it has no name or is not there."""
        found = self.elements.get(identifier)
        return found.label if found else identifier


def read(content: bytes, resource: str) -> Drawing:
    """Read a BPMN file; raise Invalid if it is no XML."""
    root = secure.parse(content, resource, STORED)
    drawing = Drawing()
    shared = {each.get("id", ""): each for each in children(root)}
    for process in children(root, "process"):
        lanes = dict(_lanes(process))
        _add(drawing, process, "", shared, lanes)
    for collaboration in children(root, "collaboration"):
        for each in children(collaboration, *NOTES):
            _note(drawing, each, "")
    return drawing


def _add(
    drawing: Drawing, node: Node, scope: str, shared: dict[str, Node], lanes: dict[str, str]
) -> None:
    identifier = node.get("id", "")
    places = {
        ("scope", ""): scope,
        ("lane", ""): lanes.get(identifier, ""),
        ("attached", ""): node.get("attachedToRef", ""),
    }
    found = facts.of(node, shared, _PARTS) | {key: value for key, value in places.items() if value}
    name = squeezed(node.get("name"))
    drawing.elements[identifier] = Element(identifier, local(node), name, scope, found)
    defaults = {each.get("default") for each in children(node)}
    for each in children(node):
        kind = local(each)
        if kind in _NODES:
            _add(drawing, each, identifier, shared, lanes)
        elif kind in NOTES:
            _note(drawing, each, identifier)
        elif kind == "sequenceFlow":
            drawing.flows.append(_flow(each, defaults))
    for each in children(node, "association"):
        _handler(drawing, each)


def _note(drawing: Drawing, node: Node, scope: str) -> None:
    written = child(node, "text")
    name = squeezed(node.get("name") if written is None else written.text)
    found = {("type", ""): local(node)} | ({("name", ""): name} if name else {})
    identifier = node.get("id", "")
    drawing.elements[identifier] = Element(identifier, local(node), name, scope, found)


def _flow(node: Node, defaults: set[str | None]) -> Flow:
    condition = child(node, "conditionExpression")
    return Flow(
        node.get("id", ""),
        node.get("sourceRef", ""),
        node.get("targetRef", ""),
        squeezed(node.get("name")),
        "" if condition is None else squeezed(condition.text),
        node.get("id") in defaults,
    )


def _handler(drawing: Drawing, association: Node) -> None:
    """An association from a compensation event says who undoes."""
    source = drawing.elements.get(association.get("sourceRef", ""))
    if source is not None and source.facts.get(("event", "")) == "compensate":
        source.facts["handler", ""] = association.get("targetRef", "")


def _lanes(process: Node) -> Iterator[tuple[str, str]]:
    for lane in process.iter():
        if local(lane) == "lane":
            for reference in children(lane, "flowNodeRef"):
                yield (reference.text or "").strip(), squeezed(lane.get("name"))
