"""Namespaces and element names of BPMN and zeebe, and how to walk a tree by them."""

from collections.abc import Iterator
from typing import Any

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
MODELER = "http://camunda.org/schema/modeler/1.0"

XmlNode = Any  # an lxml element

ACTIVITIES = {
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "callActivity",
    "subProcess",
    "transaction",
    "adHocSubProcess",
}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
EVENTS = {
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
}
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
SCOPES = {"process", "subProcess", "transaction", "adHocSubProcess"}
BESIDE = {  # what a process or subprocess may hold besides flow nodes and sequence flows
    "documentation",
    "extensionElements",
    "laneSet",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "textAnnotation",
    "association",
    "group",
    "ioSpecification",
    "ioBinding",
    "property",
    "incoming",
    "outgoing",
    "dataInputAssociation",
    "dataOutputAssociation",
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
    "completionCondition",
    "resourceRole",
    "performer",
    "humanPerformer",
    "potentialOwner",
    "auditing",
    "monitoring",
    "supports",
    "supportedInterfaceRef",
    "correlationSubscription",
}


def for_camunda_8(root: XmlNode) -> bool:
    """Return whether a file says that it was drawn for Camunda 8."""
    return bool(root.get(f"{{{MODELER}}}executionPlatform") == "Camunda Cloud")


def bpmn(name: str) -> str:
    """Return the full tag of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def zeebe(name: str) -> str:
    """Return the full tag of a zeebe element."""
    return f"{{{ZEEBE}}}{name}"


def local(node: XmlNode) -> str:
    """Return the tag without its namespace if it is a BPMN element, else an empty text."""
    tag = node.tag
    if not isinstance(tag, str) or not tag.startswith("{" + BPMN):
        return ""
    return tag[len(BPMN) + 2 :]


def children(node: XmlNode, *names: str) -> Iterator[XmlNode]:
    """Walk the BPMN children of these names, all of them without a name, in document order."""
    for child in node:
        name = local(child)
        if name and (not names or name in names):
            yield child


def child(node: XmlNode, *names: str) -> XmlNode | None:
    """Return the first BPMN child of one of these names."""
    return next(children(node, *names), None)


def extension(node: XmlNode, name: str) -> XmlNode | None:
    """Return a zeebe element out of the extension elements of a node."""
    holder = child(node, "extensionElements")
    return None if holder is None else holder.find(zeebe(name))


def owner(node: XmlNode) -> XmlNode:
    """Return the flow node, sequence flow or process that a part of it belongs to."""
    found = node
    while local(found) not in FLOW_NODES | {"sequenceFlow", "process"}:
        if found.getparent() is None:
            return node
        found = found.getparent()
    return found


def event_definitions(node: XmlNode) -> list[XmlNode]:
    """Return the event definitions of an event."""
    return [each for each in children(node) if local(each).endswith("EventDefinition")]


def flag(node: XmlNode, name: str, *, default: bool) -> bool:
    """Read a boolean attribute as XML writes it: true, false, 1, 0; anything else is false."""
    value = node.get(name)
    return default if value is None else value.strip() in {"true", "1"}


def reference(node: XmlNode, name: str) -> str | None:
    """Read the id that a qualified name means; its prefix (`tns:Task_1`) is dropped."""
    value: str | None = node.get(name)
    return None if value is None else value.strip().rpartition(":")[2]


def text(node: XmlNode | None) -> str:
    """Return the text of a node, stripped."""
    return "" if node is None else "".join(node.itertext()).strip()
