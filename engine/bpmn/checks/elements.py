"""Each element for itself: has it what it needs to run, do its expressions parse?"""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.checks import (
    ambiguous_events,
    compensating,
    effects,
    events,
    listeners,
    literals,
)
from engine.bpmn.elements.subprocesses import may_begin
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.extensions import Called, Extensions
from engine.bpmn.parse.process import ROOT, ProcessSpec
from engine.model import Problem


def check_process(process: ProcessSpec) -> Iterator[Problem]:
    """Name everything that keeps an element of the process from running."""
    if not list(process.nodes()):
        yield Problem("The process is empty.", element=process.name, rule="empty")
    for spec in [process.root, *process.nodes()]:
        element = process.name if spec.name == ROOT else spec.name
        for problem in _check(process, spec):
            yield Problem(
                problem.message,
                problem.severity,
                element=problem.element or element,
                rule=problem.rule,
                hint=problem.hint,
                position=problem.position,
            )


def _check(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    yield from _expressions(spec)
    yield from literals.check(spec)
    yield from listeners.check(spec)
    yield from events.check(process, spec)
    yield from _activities(spec)
    yield from _loops(spec)
    yield from _bindings(spec)
    yield from _flows(process, spec)
    yield from ambiguous_events.check(process, spec)
    yield from compensating.check(process, spec)
    yield from effects.check(spec)
    if spec.is_scope:
        yield from _scope(process, spec)


def _expressions(spec: Any) -> Iterator[Problem]:
    for what, attribute in _named(spec):
        if attribute is not None:
            yield from _formula(what, attribute)
    for mapping in (*spec.extensions.inputs, *spec.extensions.outputs):
        if not all(part.strip() for part in mapping.target):
            yield Problem("A mapping has no target.", rule="mapping-target")


def _formula(what: str, attribute: ExpressionAttribute) -> Iterator[Problem]:
    if attribute.error:
        message = f"The {what} cannot be read as FEEL: {attribute.error}"
        yield Problem(message, rule="feel", hint=attribute.source, position=attribute.position)
    for rule, why, position in attribute.doubts:
        message = f"A part of the {what} will be null: {why}."
        yield Problem(message, "warning", rule=rule, hint=attribute.source, position=position)


def _named(spec: Any) -> Iterator[tuple[str, ExpressionAttribute | None]]:
    yield from spec.extensions.expressions()
    yield from spec.trigger.expressions()
    if spec.loop is not None:
        yield from spec.loop.expressions()
    yield "completionCondition", getattr(spec, "completion", None)
    for flow in spec.outgoing:
        yield f"condition of '{flow.id}'", flow.condition


def _activities(spec: Any) -> Iterator[Problem]:
    own = spec.extensions
    if own.job_type is not None:
        return
    if spec.tag in {"serviceTask", "sendTask"}:
        hint = "Set a job type (zeebe:taskDefinition)."
        yield Problem("The task says not what to do.", rule="job-type", hint=hint)
    elif spec.tag == "businessRuleTask":
        yield from _decision(own)
    elif spec.tag == "scriptTask":
        yield from _script(own)
    elif spec.tag == "callActivity" and _calls_nothing(own.called_element):
        yield Problem("The call activity says not which process it calls.", rule="called-element")


def _calls_nothing(called: Called | None) -> bool:
    return called is None or called.target is None


def _decision(own: Extensions) -> Iterator[Problem]:
    if own.called_decision is None or own.called_decision.target is None:
        hint = "Name a decision (zeebe:calledDecision) or a job type."
        yield Problem("The task says not what to decide.", rule="decision", hint=hint)
    elif not own.called_decision.result_variable:
        yield Problem("The decision has no result variable.", rule="result-variable")


def _script(own: Extensions) -> Iterator[Problem]:
    if own.script is None:
        hint = "Write a FEEL expression (zeebe:script) or a job type; other languages are off."
        yield Problem("The task has no FEEL expression.", rule="script", hint=hint)
    elif not own.script_result:
        yield Problem("The script has no result variable.", rule="result-variable")


def _bindings(spec: Any) -> Iterator[Problem]:
    own = spec.extensions
    parts = (own.called_element, own.called_decision, own.form, *own.linked_resources)
    for binding in (part.binding for part in parts if part is not None):
        if binding.type not in {"latest", "deployment", "versionTag"}:
            yield Problem(f"There is no binding '{binding.type}'.", rule="binding")
        elif binding.type == "versionTag" and binding.version_tag is None:
            yield Problem("The binding by version tag names no tag.", rule="binding")


def _loops(spec: Any) -> Iterator[Problem]:
    loop = spec.loop
    if loop is None:
        return
    if not spec.is_activity:
        yield Problem("Only activities repeat.", rule="loop")
    if loop.standard:
        if loop.condition is None and loop.maximum is None:
            yield Problem("The loop has neither a condition nor a maximum.", rule="loop")
        return
    items = None if loop.collections is None else loop.collections.items
    if items is None and loop.cardinality is None:
        hint = "Set the input collection."
        yield Problem("The multi-instance activity has no items.", rule="loop", hint=hint)
    if loop.collections is not None and bool(loop.collections.output) != bool(
        loop.collections.output_item
    ):
        message = "Output collection and output element belong together."
        yield Problem(message, rule="loop")


def _flows(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    if spec.tag in {"exclusiveGateway", "inclusiveGateway"} and len(spec.outgoing) > 1:
        for flow in spec.outgoing:
            if flow.condition is None and not flow.default:
                yield Problem(
                    "The sequence flow needs a condition, or be the default of its gateway.",
                    element=flow.id,
                    rule="sequence-flow-condition",
                )
    if spec.tag == "eventBasedGateway":
        yield from _event_gateway(process, spec)
    if spec.type == "EVENT_SUB_PROCESS" and (spec.incoming or spec.outgoing):
        yield Problem("An event subprocess has no sequence flows.", rule="event-subprocess")
    if spec.name != ROOT and may_begin(spec):
        scope = process.node(spec.inside)
        if scope.type != "AD_HOC_SUB_PROCESS" and spec not in scope.starts:
            message = "No sequence flow leads here; it never runs."
            yield Problem(message, "warning", rule="unreachable")


def _event_gateway(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    if not spec.outgoing:
        yield Problem("The gateway leads to no event.", rule="event-gateway")
    for flow in spec.outgoing:
        target = process.node(flow.target)
        catches = target.tag in {"intermediateCatchEvent", "receiveTask"}
        if not catches or target.trigger.kind == "link":
            message = "An event-based gateway leads only to catch events and receive tasks."
            yield Problem(message, element=flow.id, rule="event-gateway")


def _scope(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    events = [each for each in spec.contents if each.type == "START_EVENT"]
    if spec.type == "AD_HOC_SUB_PROCESS":
        yield from _ad_hoc(process, spec, events)
        return
    plain = [each for each in events if each.trigger.kind == "none"]
    if spec.type == "EVENT_SUB_PROCESS":
        if len(events) != 1:
            message = f"An event subprocess has one start event, not {len(events)}."
            yield Problem(message, rule="event-subprocess")
        return
    if len(plain) > 1:
        message = f"{len(plain)} start events without a trigger: which one is meant?"
        yield Problem(message, rule="start-event")
    if spec.type != "PROCESS" and len(events) > len(plain):
        message = "A subprocess starts without a trigger; use an event subprocess."
        yield Problem(message, rule="start-event")
    if spec.contents and not events and not spec.starts:
        message = "Nothing begins here: no start event and no element without incoming flows."
        yield Problem(message, rule="start-event")


def _ad_hoc(process: ProcessSpec, spec: Any, starts: list[Any]) -> Iterator[Problem]:
    for each in starts:
        message = "An ad-hoc subprocess has no start event: its elements are activated by name."
        yield Problem(message, element=each.name, rule="start-event")
    for each in spec.contents:
        if each.type == "END_EVENT":
            message = "An ad-hoc subprocess has no end event: it ends by its condition."
            yield Problem(message, element=each.name, rule="end-event")
    begins = {each.name for each in spec.contents if may_begin(each)}
    for join in (each for each in spec.contents if each.tag == "parallelGateway" and each.collects):
        sides = [process.reaching(flow.source, without=join.name) for flow in join.incoming]
        if not begins.intersection(*sides):
            message = "It joins what is activated apart: each activation runs for itself."
            yield Problem(message, element=join.name, rule="ad-hoc-join")
    if not any(each.is_activity for each in spec.contents):
        yield Problem("The ad-hoc subprocess has no activity.", rule="empty")
