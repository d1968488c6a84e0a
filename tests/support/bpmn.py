"""Processes as text, turned into BPMN XML, so that a test has its diagram in sight.

    start -> user:Ask(assignee=alice) -> xor:Big
    Big -[amount > 100]-> user:Check -> end
    Big -/-> end:Small                        # the default flow
    boundary:Late(on=Ask; timer=PT1H; keep) -> service:Remind -> end
    sub:Work {
        start -> task:Inside -> end
    }

A node is written `kind:Id(attribute=value; flag)` where it first occurs and by its id afterwards.
`=> ` after the id of an attribute is not needed: values that start with "=" are FEEL.
Kinds: start end user service send script rule receive manual task call sub transaction eventsub
adhoc xor and or event catch throw boundary.
Attributes: in.NAME, out.NAME (mappings); each, item, collect, element, sequential, until
(multi-instance); while, max, before (standard loop); timer, date, cycle, message + key, signal,
error, escalation, condition, link, compensate, cancel, terminate (events); on_start, on_end
(listeners), task_creating … (task listeners); type, retries (jobs); binding, tag; see the code for
the rest.
"""

import re
from dataclasses import dataclass, field
from textwrap import dedent
from xml.sax.saxutils import quoteattr

from engine.model import Resource
from tests.support.bpmn_zeebe import escaped, extensions, loop, watched

_TAGS = {
    "start": "startEvent",
    "end": "endEvent",
    "user": "userTask",
    "service": "serviceTask",
    "send": "sendTask",
    "script": "scriptTask",
    "rule": "businessRuleTask",
    "receive": "receiveTask",
    "manual": "manualTask",
    "task": "task",
    "call": "callActivity",
    "sub": "subProcess",
    "transaction": "transaction",
    "eventsub": "subProcess",
    "adhoc": "adHocSubProcess",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "event": "eventBasedGateway",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "boundary": "boundaryEvent",
}
_ARROW = re.compile(r"\s*(->|-/->|-\[.*?\]->)\s*")
_NODE = re.compile(r"^(?:(\w+):)?([\w.-]+)?(?:\((.*)\))?$", re.DOTALL)
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 xmlns:modeler="http://camunda.org/schema/modeler/1.0"
 modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0"
 targetNamespace="http://peyvand.example">
"""


@dataclass
class _Drawn:
    kind: str
    id: str
    scope: str
    attributes: dict[str, str]


@dataclass
class _Diagram:
    nodes: dict[str, _Drawn] = field(default_factory=dict)
    flows: list[tuple[str, str, str, str]] = field(
        default_factory=list
    )  # scope source target arrow
    roots: dict[str, str] = field(default_factory=dict)  # messages, signals, … by id


def bpmn(text: str, process_id: str = "p", attributes: str = "", name: str = "") -> bytes:
    """Give the BPMN XML of a process written as text."""
    diagram = _read(dedent(text))
    body = _scope(diagram, "")
    roots = "\n".join(diagram.roots.values())
    process = f'<bpmn:process id="{process_id}" name="{name}" isExecutable="true">'
    extra = f"<bpmn:extensionElements>{attributes}</bpmn:extensionElements>" if attributes else ""
    return f"{_HEAD}{roots}{process}{extra}{body}</bpmn:process></bpmn:definitions>".encode()


def resource(text: str, process_id: str = "p", attributes: str = "") -> Resource:
    """Give the process as a file to deploy."""
    return Resource(f"{process_id}.bpmn", bpmn(text, process_id, attributes))


def _read(text: str) -> _Diagram:
    diagram, scopes = _Diagram(), [""]
    for raw in text.splitlines():
        line = re.sub(r"\s+#.*$", "", raw).strip()
        if not line or line.startswith("#"):
            continue
        if line == "}":
            scopes.pop()
        elif line.endswith("{"):
            scopes.append(_node(diagram, line[:-1].strip(), scopes[-1]))
        else:
            _chain(diagram, line, scopes[-1])
    return diagram


def _chain(diagram: _Diagram, line: str, scope: str) -> None:
    parts = _ARROW.split(line)
    here = _node(diagram, parts[0], scope)
    for arrow, text in zip(parts[1::2], parts[2::2], strict=True):
        there = _node(diagram, text, scope)
        diagram.flows.append((scope, here, there, arrow))
        here = there


def _node(diagram: _Diagram, text: str, scope: str) -> str:
    match = _NODE.match(text.strip())
    assert match, f"not a node: {text!r}"
    kind, name, arguments = match.groups()
    if kind is None and name in diagram.nodes:
        return str(name)
    kind, name = (kind, name) if kind else (name, None)
    assert kind in _TAGS, f"unknown node {text!r}"
    number = 1
    while name is None:
        wanted = kind if number == 1 else f"{kind}{number}"
        name, number = (None if wanted in diagram.nodes else wanted), number + 1
    diagram.nodes[name] = _Drawn(kind, name, scope, _attributes(arguments or ""))
    return str(name)


def _attributes(text: str) -> dict[str, str]:
    found = {}
    for part in text.split(";"):
        name, _, value = part.strip().partition("=")
        if name:
            found[name.strip()] = value.strip()
    return found


def _scope(diagram: _Diagram, scope: str) -> str:
    xml = [_element(diagram, node) for node in diagram.nodes.values() if node.scope == scope]
    xml += [
        _flow(f"f_{source}_{target}", source, target, arrow)
        for inside, source, target, arrow in diagram.flows
        if inside == scope
    ]
    xml += [
        f'<bpmn:association id="a_{node.id}" sourceRef="{node.id}" '
        f'targetRef="{node.attributes["handler"]}"/>'
        for node in diagram.nodes.values()
        if node.scope == scope and "handler" in node.attributes and node.kind == "boundary"
    ]
    return "\n".join(xml)


def _flow(flow_id: str, source: str, target: str, arrow: str) -> str:
    condition = ""
    if arrow.startswith("-["):
        text = arrow[2:-3].strip()
        inner = escaped(text if text.startswith("=") else "= " + text)
        condition = f"<bpmn:conditionExpression>{inner}</bpmn:conditionExpression>"
    return (
        f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}">'
        f"{condition}</bpmn:sequenceFlow>"
    )


def _element(diagram: _Diagram, node: _Drawn) -> str:
    tag, own = _TAGS[node.kind], node.attributes
    attributes = f'id="{node.id}" name={quoteattr(own.get("name", node.id))}'
    attributes += _flags(node) + _default(diagram, node)
    if node.kind == "receive":
        attributes += f' messageRef="{_message(diagram, own)}"'
    body = (
        extensions(node.kind, own, node.id)
        + _event(diagram, node)
        + loop(own)
        + _scope(diagram, node.id)
    )
    if node.kind == "adhoc" and "until" in own:
        body += f"<bpmn:completionCondition>{escaped(own['until'])}</bpmn:completionCondition>"
    return f"<bpmn:{tag} {attributes}>{body}</bpmn:{tag}>"


def _flags(node: _Drawn) -> str:
    own, kind = node.attributes, node.kind
    flags = (
        (kind == "boundary", f'attachedToRef="{own.get("on")}"'),
        (kind == "boundary" and "keep" in own, 'cancelActivity="false"'),
        (kind == "eventsub", 'triggeredByEvent="true"'),
        (kind == "start" and "keep" in own, 'isInterrupting="false"'),
        (kind != "boundary" and "handler" in own, 'isForCompensation="true"'),
        (
            kind == "adhoc" and "cancel_remaining" in own,
            f'cancelRemainingInstances="{own.get("cancel_remaining")}"',
        ),
    )
    return "".join(f" {text}" for holds, text in flags if holds)


def _default(diagram: _Diagram, node: _Drawn) -> str:
    return "".join(
        f' default="f_{source}_{target}"'
        for _, source, target, arrow in diagram.flows
        if source == node.id and arrow == "-/->"
    )


def _event(diagram: _Diagram, node: _Drawn) -> str:
    own = node.attributes
    if node.kind not in {"start", "end", "catch", "throw", "boundary"}:
        return ""
    if "message" in own:
        return f'<bpmn:messageEventDefinition messageRef="{_message(diagram, own)}"/>'
    if "compensate" in own or (node.kind == "boundary" and "handler" in own):
        what = f' activityRef="{own["compensate"]}"' if own.get("compensate") else ""
        return f"<bpmn:compensateEventDefinition{what}/>"
    return _timed(own) or _plain(own) or _coded(diagram, own)


def _timed(own: dict[str, str]) -> str:
    for name, tag in (("timer", "timeDuration"), ("date", "timeDate"), ("cycle", "timeCycle")):
        if name in own:
            inner = f"<bpmn:{tag}>{escaped(own[name])}</bpmn:{tag}>"
            return f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"
    return ""


def _plain(own: dict[str, str]) -> str:
    if "condition" in own:
        inner = watched(own)
        inner += f"<bpmn:condition>{escaped(own['condition'])}</bpmn:condition>"
        return f"<bpmn:conditionalEventDefinition>{inner}</bpmn:conditionalEventDefinition>"
    if "link" in own:
        return f'<bpmn:linkEventDefinition name="{own["link"]}"/>'
    for name in ("terminate", "cancel"):
        if name in own:
            return f"<bpmn:{name}EventDefinition/>"
    return ""


def _coded(diagram: _Diagram, own: dict[str, str]) -> str:
    for name, attribute in (
        ("signal", "name"),
        ("error", "errorCode"),
        ("escalation", "escalationCode"),
    ):
        if name not in own:
            continue
        if not own[name]:
            return f"<bpmn:{name}EventDefinition/>"
        known = f"{name}_{len(diagram.roots)}"
        diagram.roots[known] = (
            f"<bpmn:{name} id={quoteattr(known)} {attribute}={quoteattr(own[name])}/>"
        )
        return f'<bpmn:{name}EventDefinition {name}Ref="{known}"/>'
    return ""


def _message(diagram: _Diagram, own: dict[str, str]) -> str:
    known = f"message_{len(diagram.roots)}"
    key = own.get("key")
    inner = ""
    if key:
        inner = (
            "<bpmn:extensionElements><zeebe:subscription "
            f"correlationKey={quoteattr(key)}/></bpmn:extensionElements>"
        )
    diagram.roots[known] = (
        f'<bpmn:message id="{known}" name={quoteattr(own["message"])}>{inner}</bpmn:message>'
    )
    return known
