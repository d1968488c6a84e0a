"""What one BPMN element says, as facts {(kind, about): text}; equal facts mean equal behaviour."""

from typing import Any

from engine.difference import events, extensions
from engine.difference.tree import (
    BPMN,
    Node,
    canonical,
    child,
    children,
    local,
    namespace,
    squeezed,
)

Facts = dict[tuple[str, str], str]

_TRUE = "true"
# Attributes that are read elsewhere or mean nothing to an engine: the diagram, names, flows.
_READ = {
    "id", "name", "default", "attachedToRef", "cancelActivity", "isInterrupting",
    "triggeredByEvent", "isExecutable", "isForCompensation", "messageRef", "processType",
    "isClosed", "gatewayDirection", "startQuantity", "completionQuantity", "implementation",
    "operationRef", "ordering",
    "cancelRemainingInstances", "eventGatewayType", "parallelMultiple", "sourceRef", "targetRef",
    "calledElement", "scriptFormat", "instantiate",
}  # fmt: skip
_DEFAULTS = {
    "cancelActivity": ("interrupting", _TRUE),
    "isInterrupting": ("interrupting", _TRUE),
    "triggeredByEvent": ("event_subprocess", "false"),
    "isForCompensation": ("for_compensation", "false"),
    "isExecutable": ("executable", "false"),
    "instantiate": ("instantiates", "false"),
}
_INSIDE = {
    "documentation", "extensionElements", "incoming", "outgoing", "laneSet", "ioSpecification",
    "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "property",
    "dataInputAssociation", "dataOutputAssociation", "dataInput", "dataOutput", "inputSet",
    "outputSet", "completionCondition",
    "script", "text", "category", "artifact", "supports", "auditing", "monitoring",
}  # fmt: skip


def of(node: Node, shared: dict[str, Node], parts: set[str]) -> Facts:
    """Return the facts of an element; `parts` are children that are elements of their own."""
    found: Facts = {("type", ""): local(node)}
    _texts(found, node)
    _attributes(found, node)
    _loop(found, node)
    found |= events.of(node, shared)
    found |= extensions.of(node)
    _script(found, node)
    _completion(found, node)
    for each in children(node):
        if local(each) not in _INSIDE | parts and not local(each).endswith("EventDefinition"):
            found["other", local(each)] = canonical(each)
    return {key: value for key, value in found.items() if value}


def _texts(found: Facts, node: Node) -> None:
    found["name", ""] = squeezed(node.get("name"))
    written = child(node, "documentation")
    found["documentation", ""] = "" if written is None else squeezed(written.text)


def _attributes(found: Facts, node: Node) -> None:
    for name, (kind, usual) in _DEFAULTS.items():
        value = node.get(name, usual)
        if value != usual:
            found[kind, ""] = value
    for name, value in node.attrib.items():
        if name in _READ or name[:1] == "{":  # what foreign tools note for themselves
            continue
        found["other", str(name)] = squeezed(value)


def _loop(found: Facts, node: Node) -> None:
    if (loop := child(node, "multiInstanceLoopCharacteristics")) is not None:
        sequential = loop.get("isSequential", "false") == _TRUE
        found["loop", ""] = "sequential" if sequential else "parallel"
        found["loop.until", ""] = _text(loop, "completionCondition")
        found["loop.count", ""] = _text(loop, "loopCardinality")
        found |= extensions.loop(loop)
    if (loop := child(node, "standardLoopCharacteristics")) is not None:
        found["loop", ""] = "before" if loop.get("testBefore") == _TRUE else "after"
        found["loop.while", ""] = _text(loop, "loopCondition")
        found["loop.count", ""] = loop.get("loopMaximum", "")


def _script(found: Facts, node: Node) -> None:
    if local(node) == "scriptTask" and (written := child(node, "script")) is not None:
        found.setdefault(("script", ""), squeezed(written.text))


def _completion(found: Facts, node: Node) -> None:
    if local(node) == "adHocSubProcess":
        found["adhoc.until", ""] = _text(node, "completionCondition")
        if node.get("cancelRemainingInstances", _TRUE) != _TRUE:
            found["adhoc.keep", ""] = _TRUE


def _text(node: Any, name: str) -> str:
    found = child(node, name)
    return squeezed(found.text) if found is not None and namespace(found) == BPMN else ""
