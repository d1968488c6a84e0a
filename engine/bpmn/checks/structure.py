"""The drawing as a graph: ids, references, limits. Works on the tree, before it is read."""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.checks import other_engines
from engine.bpmn.checks.foreign import check_language, check_node
from engine.bpmn.parse.names import (
    BESIDE,
    FLOW_NODES,
    SCOPES,
    XmlNode,
    children,
    local,
    owner,
    reference,
    text,
)
from engine.limits import DEFAULT, NAME_CHARACTERS, Limits
from engine.model import Problem

_KNOWN = FLOW_NODES | BESIDE | {"sequenceFlow"}
_INSTEAD = {
    "complexGateway": "Use a parallel, inclusive or event-based gateway.",
}
_REFERENCES = {
    "messageRef": "message",
    "signalRef": "signal",
    "errorRef": "error",
    "escalationRef": "escalation",
}


def check_file(root: Any, limits: Limits = DEFAULT) -> Iterator[Problem]:
    """Name everything that is wrong with the drawing as a graph."""
    if local(root) != "definitions":
        yield Problem("This is XML, but not a BPMN diagram.", rule="not-bpmn")
        return
    yield from _ids(root)
    yield from _references(root)
    yield from other_engines.check(root)
    for process in children(root, "process"):
        yield from _scope(process, limits, depth=0)
        nodes = sum(1 for node in process.iter() if local(node) in FLOW_NODES)
        if nodes > limits.flow_nodes:
            message = f"The process has {nodes} elements, more than {limits.flow_nodes}."
            yield _problem(process, message, "size", "Cut it into processes that call each other.")


def _ids(root: Any) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in root.iter():
        if not local(node):
            continue
        own = node.get("id")
        if own and len(own) > NAME_CHARACTERS:
            message = f"An id is longer than {NAME_CHARACTERS} characters: '{own[:40]}…'."
            yield Problem(message, element=own[:NAME_CHARACTERS], rule="id-length")
        if own in seen:
            yield _problem(node, f"The id '{own}' is used twice.", "duplicate-id")
        if own:
            seen.add(own)


def _references(root: Any) -> Iterator[Problem]:
    known: dict[str, set[str]] = {}
    for node in root.iter():
        known.setdefault(local(node), set()).add(node.get("id") or "")
    ids = set().union(*known.values())
    for node in root.iter():
        for attribute, tag in _REFERENCES.items():
            value = node.get(attribute) if local(node) else None
            names = known.get(tag, set())
            if value and value not in names and value.rpartition(":")[2] not in names:
                message = f"It refers to the {tag} '{value}', which the file does not have."
                yield _problem(owner(node), message, "dangling-reference")
        if local(node) == "eventDefinitionRef":
            value = text(node)
            if value not in ids and value.rpartition(":")[2] not in ids:
                message = f"It refers to the event definition '{value}', which the file lacks."
                yield _problem(owner(node), message, "dangling-reference")


def _scope(scope: XmlNode, limits: Limits, depth: int) -> Iterator[Problem]:
    if depth > limits.nesting:
        message = f"Subprocesses are nested deeper than {limits.nesting}."
        yield _problem(scope, message, "nesting")
        return
    nodes = {node.get("id"): node for node in children(scope, *FLOW_NODES)}
    # What cannot run is named itself, not the flows at it.
    odd = {node.get("id") for node in children(scope) if local(node) not in _KNOWN} - {None}
    for node in children(scope):
        tag = local(node)
        if tag in FLOW_NODES:
            yield from _node(node, limits)
        elif tag == "sequenceFlow":
            yield from _flow(node, nodes, odd)
        elif tag not in BESIDE:
            shown = f"'{node.get('name') or node.get('id')}'"
            hint = _INSTEAD.get(tag, "Use another element.")
            yield _problem(node, f"A {tag} cannot run: {shown}.", "unsupported", hint)
        if tag in SCOPES:
            yield from _scope(node, limits, depth + 1)
    yield from _boundaries(nodes)
    yield from _defaults(scope, nodes)


def _node(node: XmlNode, limits: Limits) -> Iterator[Problem]:
    if not node.get("id"):
        yield _problem(node, f"A {local(node)} has no id.", "missing-id")
    yield from check_node(node)
    if len(node.get("name") or "") > limits.name_characters:
        message = f"The name is longer than {limits.name_characters} characters."
        yield _problem(node, message, "name-length")


def _flow(flow: XmlNode, nodes: dict[str, XmlNode], odd: set[str]) -> Iterator[Problem]:
    for expression in children(flow, "conditionExpression"):
        yield from check_language(expression, flow)
    if not flow.get("id"):
        ends = f"from '{flow.get('sourceRef')}' to '{flow.get('targetRef')}'"
        message = f"The sequence flow {ends} has no id."
        yield Problem(message, element=flow.get("sourceRef", ""), rule="missing-id")
    for end, attribute in (("begin", "sourceRef"), ("end", "targetRef")):
        if flow.get(attribute) not in nodes and flow.get(attribute) not in odd:
            other = nodes.get(flow.get("targetRef" if end == "begin" else "sourceRef"))
            where = "" if other is None else f" at '{other.get('name') or other.get('id')}'"
            message = f"The sequence flow{where} does not {end} at an element of the same scope."
            hint = "Connect it; sequence flows do not cross the border of a subprocess or a pool."
            yield _problem(flow, message, "dangling-flow", hint)
    source, target = nodes.get(flow.get("sourceRef")), nodes.get(flow.get("targetRef"))
    if source is not None and local(source) == "endEvent":
        yield _problem(source, "A sequence flow leaves an end event.", "end-event-outgoing")
    if target is not None and local(target) in {"startEvent", "boundaryEvent"}:
        message = f"A sequence flow leads to a {local(target)}."
        yield _problem(target, message, "start-event-incoming")


def _boundaries(nodes: dict[str, XmlNode]) -> Iterator[Problem]:
    for node in nodes.values():
        if local(node) == "boundaryEvent" and reference(node, "attachedToRef") not in nodes:
            yield _problem(node, "The boundary event is not attached to an activity.", "boundary")


def _defaults(scope: XmlNode, nodes: dict[str, XmlNode]) -> Iterator[Problem]:
    sources = {flow.get("id"): flow.get("sourceRef") for flow in children(scope, "sequenceFlow")}
    for name, node in nodes.items():
        default = node.get("default")
        if default and sources.get(default) != name:
            message = f"Its default flow '{default}' does not begin here."
            yield _problem(node, message, "dangling-reference")


def _problem(node: XmlNode, message: str, rule: str, hint: str = "") -> Problem:
    element = "" if node is None else (node.get("id") or "")
    return Problem(message, element=element, rule=rule, hint=hint)
