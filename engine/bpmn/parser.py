"""Our subclasses of SpiffWorkflow's parsers: a checked tree becomes process specifications.

They read without recursion and forgive what `checks` reports anyway, so that every reason against
a diagram can be named at once.
"""

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from engine.bpmn.elements import events, gateways, subprocesses, tasks
from engine.bpmn.elements.subprocesses import ProcessNode
from engine.bpmn.parse import event_definitions, extensions
from engine.bpmn.parse.expression_attribute import ExpressionAttribute, expression_attribute
from engine.bpmn.parse.graph import Loop, SequenceFlow
from engine.bpmn.parse.names import (
    FLOW_NODES,
    SCOPES,
    ZEEBE,
    XmlNode,
    bpmn,
    child,
    children,
    extension,
    flag,
    local,
    reference,
    text,
)
from engine.bpmn.parse.process import ROOT, ProcessSpec

_EVENTS_NEED = {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"}


class NodeParser(TaskParser):  # type: ignore[misc]
    """Reads one element: its spec, extensions, trigger and loop."""

    def __init__(self, process_parser: Any, spec_class: type, node: XmlNode) -> None:
        """Take the element and the spec class to make of it."""
        super().__init__(process_parser, spec_class, node)

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        """Attributes of the spec; data associations are left out (they cannot run)."""
        return {
            "description": local(self.node),
            "lane": self.lane,
            "bpmn_name": self.node.get("name"),
            "documentation": text(child(self.node, "documentation")) or None,
        }

    def read(self, inside: str, depth: int) -> Any:
        """Make the spec of the element, not connected yet."""
        node, tag = self.node, local(self.node)
        self.task = self.create_task()
        spec = self.task
        spec.prepare(tag, inside, depth)
        spec.trigger = event_definitions.read(node, self.process_parser.references)
        spec.extensions = self.parse_extensions()
        spec.loop = _loop(node)
        spec.is_handler = flag(node, "isForCompensation", default=False)
        if tag == "adHocSubProcess":
            spec.completion = _formula(child(node, "completionCondition"))
            spec.cancel_remaining = flag(node, "cancelRemainingInstances", default=True)
        if tag == "startEvent":
            spec.starts_event_subprocess = _is_event_subprocess(node.getparent())
            spec.interrupting = flag(node, "isInterrupting", default=True)
        return spec

    def create_task(self) -> Any:
        """Make the spec with the arguments its stock base class wants."""
        tag = local(self.node)
        extra: dict[str, Any] = {}
        if tag in _EVENTS_NEED | {"boundaryEvent", "receiveTask", "eventBasedGateway"}:
            extra["event_definition"] = None
        if tag == "boundaryEvent":
            extra["cancel_activity"] = flag(self.node, "cancelActivity", default=True)
        if tag in {"subProcess", "transaction", "adHocSubProcess", "callActivity"}:
            extra["subworkflow_spec"] = self.bpmn_id
        return self.spec_class(self.spec, self.bpmn_id, **extra, **self.bpmn_attributes)

    def parse_extensions(self, node: XmlNode | None = None) -> extensions.Extensions:
        """Read the zeebe: elements, and what plain BPMN says in their place."""
        node = self.node if node is None else node
        answer = extensions.read(node)
        tag = local(node)
        if tag == "callActivity" and answer.called_element is None and node.get("calledElement"):
            binding = extensions.Binding()
            called = ExpressionAttribute(node.get("calledElement"))
            answer.called_element = extensions.Called(called, binding)
        if tag == "scriptTask" and answer.script is None and answer.job_type is None:
            language, source = extensions.script_text(node)
            if language == "feel" and source:
                answer.script = expression_attribute(source, always=True)
                answer.script_result = node.get(f"{{{ZEEBE}}}resultVariable")
        return answer


class ScopeParser(ProcessParser):  # type: ignore[misc]
    """Reads one process with all its elements at every depth."""

    def __init__(self, p: Any, node: XmlNode, *args: Any, **kwargs: Any) -> None:
        """Take the process element."""
        super().__init__(p, node, *args, **kwargs)
        self.references = event_definitions.References(self.document_root)

    def create_spec(self) -> ProcessSpec:
        """Make the empty specification of the process."""
        return ProcessSpec(self.bpmn_id, self.get_name() or self.bpmn_id, self.filename or "")

    def _parse(self) -> None:
        self.spec = self.create_spec()
        self._root()
        todo: list[tuple[XmlNode, str, int]] = [(self.node, ROOT, 0)]
        scopes = []
        while todo:
            scope, name, depth = todo.pop()
            scopes.append(scope)
            for node in children(scope, *FLOW_NODES):
                if not node.get("id") or node.get("id") in self.spec.task_specs:
                    continue
                spec_class = self.parser.spec_class(node)
                NodeParser(self, spec_class, node).read(name, depth + 1)
                if local(node) in SCOPES:
                    todo.append((node, node.get("id"), depth + 1))
        for scope in scopes:
            self._connect(scope)
        self._attach()
        _link_jumps(self.spec)

    def _root(self) -> None:
        root = ProcessNode(self.spec, ROOT)
        root.prepare("process", "", 0)
        root.bpmn_name = self.get_name()
        root.documentation = text(child(self.node, "documentation")) or None
        root.extensions = extensions.read(self.node)
        self.spec.start = root
        holder = child(self.node, "extensionElements")
        if holder is not None:
            for form in holder.iterfind(f"{{{ZEEBE}}}userTaskForm"):
                self.spec.user_task_forms[form.get("id", "")] = text(form)

    def _connect(self, scope: XmlNode) -> None:
        specs = self.spec.task_specs
        for node in children(scope, "sequenceFlow"):
            source, target = specs.get(node.get("sourceRef")), specs.get(node.get("targetRef"))
            if source is None or target is None or not node.get("id"):
                continue
            default = self.get_node_by_id(source.name).get("default") == node.get("id")
            flow = SequenceFlow(
                node.get("id"),
                source.name,
                target.name,
                node.get("name") or "",
                _formula(child(node, "conditionExpression")),
                default,
            )
            self.spec.flows[flow.id] = flow
            source.outgoing.append(flow)
            target.incoming.append(flow)
            source.connect(target)

    def _attach(self) -> None:
        specs = self.spec.task_specs
        for spec in list(self.spec.nodes()):
            if spec.tag == "boundaryEvent":
                host = specs.get(reference(self.get_node_by_id(spec.name), "attachedToRef"))
                if host is not None:
                    spec.host = host
                    host.boundaries.append(spec)
        for node in self.xpath(".//bpmn:association"):
            event, handler = specs.get(node.get("sourceRef")), specs.get(node.get("targetRef"))
            if event is not None and handler is not None and event.trigger.kind == "compensate":
                event.compensates = handler


class DialectParser(BpmnParser):  # type: ignore[misc]
    """SpiffWorkflow's parser with our process parser and our spec classes."""

    PROCESS_PARSER_CLASS = ScopeParser
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 (SpiffWorkflow's own name and shape)
        bpmn(tag): (NodeParser, spec_class)
        for tag, spec_class in {
            "task": tasks.PassTask,
            "manualTask": tasks.ManualTask,
            "userTask": tasks.UserTask,
            "serviceTask": tasks.JobTask,
            "sendTask": tasks.JobTask,
            "businessRuleTask": tasks.BusinessRuleTask,
            "scriptTask": tasks.ScriptTask,
            "receiveTask": tasks.ReceiveTask,
            "callActivity": tasks.CallActivity,
            "subProcess": subprocesses.SubProcess,
            "transaction": subprocesses.TransactionSubProcess,
            "adHocSubProcess": subprocesses.AdHoc,
            "exclusiveGateway": gateways.ExclusiveGateway,
            "parallelGateway": gateways.ParallelGateway,
            "inclusiveGateway": gateways.InclusiveGateway,
            "eventBasedGateway": gateways.EventBasedGateway,
            "startEvent": events.StartEvent,
            "endEvent": events.EndEvent,
            "intermediateCatchEvent": events.CatchEvent,
            "intermediateThrowEvent": events.ThrowEvent,
            "boundaryEvent": events.BoundaryEvent,
        }.items()
    }

    def spec_class(self, node: XmlNode) -> type:
        """Return the spec class of an element."""
        if _is_event_subprocess(node):
            return subprocesses.EventSubProcess
        found: type = self._get_parser_class(node.tag)[1]
        return found

    def add_process(self, node: XmlNode, filename: str) -> ProcessSpec:
        """Read one process element into its specification."""
        self._add_diagram_indexes(node.getroottree().getroot())
        self.create_parser(node, filename)
        spec: ProcessSpec = self.get_spec(node.get("id"))
        return spec

    def _add_diagram_indexes(self, bpmn: Any) -> None:
        """Index the lanes; positions have no meaning for a run and may be odd or missing."""
        lanes = {}
        for member in bpmn.xpath(".//bpmn:flowNodeRef", namespaces=self.namespaces):
            lanes[text(member)] = member.getparent().get("name")
        self.document_lanes[self._document_key(bpmn)] = lanes


def _is_event_subprocess(node: XmlNode) -> bool:
    return local(node) == "subProcess" and flag(node, "triggeredByEvent", default=False)


def _loop(node: XmlNode) -> Loop | None:
    standard = child(node, "standardLoopCharacteristics")
    if standard is not None:
        maximum = standard.get("loopMaximum") or ""
        return Loop(
            sequential=True,
            standard=True,
            test_before=flag(standard, "testBefore", default=False),
            condition=_formula(child(standard, "loopCondition")),
            maximum=int(maximum) if maximum.isdigit() else None,
        )
    many = child(node, "multiInstanceLoopCharacteristics")
    if many is None:
        return None
    return Loop(
        sequential=flag(many, "isSequential", default=False),
        collections=extensions.collections(extension(many, "loopCharacteristics")),
        cardinality=_formula(child(many, "loopCardinality")),
        completion=_formula(child(many, "completionCondition")),
    )


def _formula(node: XmlNode | None) -> ExpressionAttribute | None:
    return expression_attribute(text(node), always=True)


def _link_jumps(spec: ProcessSpec) -> None:
    for source in spec.nodes():
        if source.trigger.kind != "link" or source.tag != "intermediateThrowEvent":
            continue
        for target in spec.nodes():
            same = target.inside == source.inside and target.trigger.link == source.trigger.link
            if same and target.tag == "intermediateCatchEvent" and target.trigger.kind == "link":
                source.link_target = target.name
                target.link_sources = (*target.link_sources, source.name)
