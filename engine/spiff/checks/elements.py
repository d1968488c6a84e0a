"""Each element for itself: has it what it needs to run, do its expressions parse?"""

from collections.abc import Iterator
from typing import Any

from engine.model import Problem
from engine.spiff.checks import listeners, timing
from engine.spiff.extensions import Called, Extensions
from engine.spiff.formula import Formula
from engine.spiff.process import ROOT, ProcessSpec
from engine.spiff.subprocesses import may_begin

_CATCH = {"message", "timer", "signal", "conditional"}
_ALLOWED = {
    "startEvent": _CATCH | {"none"},
    "startEvent (event subprocess)": _CATCH | {"error", "escalation"},
    "endEvent": {
        "none",
        "message",
        "signal",
        "error",
        "escalation",
        "terminate",
        "compensate",
        "cancel",
    },
    "intermediateCatchEvent": _CATCH | {"link"},
    "intermediateThrowEvent": {"none", "message", "signal", "escalation", "link", "compensate"},
    "boundaryEvent": _CATCH | {"error", "escalation", "compensate", "cancel"},
}


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
    yield from _formulas(spec)
    yield from listeners.check(spec)
    yield from _events(process, spec)
    yield from _activities(spec)
    yield from _loops(spec)
    yield from _flows(process, spec)
    if spec.is_scope:
        yield from _scope(spec)


def _formulas(spec: Any) -> Iterator[Problem]:
    for what, formula in _named(spec):
        if formula is not None and formula.error:
            message = f"The {what} cannot be read as FEEL: {formula.error}"
            yield Problem(message, rule="feel", hint=formula.source, position=formula.position)
    for mapping in (*spec.extensions.inputs, *spec.extensions.outputs):
        if not all(part.strip() for part in mapping.target):
            yield Problem("A mapping has no target.", rule="mapping-target")


def _named(spec: Any) -> Iterator[tuple[str, Formula | None]]:
    yield from spec.extensions.formulas()
    yield from spec.trigger.formulas()
    if spec.loop is not None:
        yield from spec.loop.formulas()
    yield "completionCondition", getattr(spec, "completion", None)
    for flow in spec.outgoing:
        yield f"condition of '{flow.id}'", flow.condition


def _events(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    kind, tag = spec.trigger.kind, spec.tag
    if spec.starts_event_subprocess:
        tag = "startEvent (event subprocess)"
    allowed = _ALLOWED.get(tag)
    if allowed is not None and kind not in allowed:
        shown = "without a trigger" if kind == "none" else f"with a {kind} trigger"
        yield Problem(f"A {tag} {shown} cannot run.", rule="event-type")
        return
    yield from _trigger(spec)
    if kind == "link":
        yield from _link(process, spec)
    if kind == "compensate" and tag == "boundaryEvent" and spec.compensates is None:
        hint = "Connect it with an association to a task marked as compensation."
        yield Problem("The compensation event has no handler.", rule="compensation", hint=hint)
    if kind == "cancel":
        holder = spec.host if tag == "boundaryEvent" else process.node(spec.inside)
        if holder is None or holder.tag != "transaction":
            yield Problem("Cancel events belong to transactions.", rule="cancel")
    if tag == "boundaryEvent" and spec.host is not None and not spec.host.is_activity:
        yield Problem("Boundary events belong on activities.", rule="boundary")


def _trigger(spec: Any) -> Iterator[Problem]:
    trigger = spec.trigger
    throws = spec.tag in {"intermediateThrowEvent", "endEvent"}
    if trigger.kind == "message":
        yield from _message(spec, throws=throws)
    elif trigger.kind == "signal" and trigger.message_name is None:
        yield Problem("The signal has no name.", rule="signal-name")
    elif trigger.kind == "timer":
        yield from timing.check(spec)
    elif trigger.kind == "conditional" and trigger.condition is None:
        yield Problem("The condition is missing.", rule="condition")
    elif trigger.kind == "error" and throws and trigger.code is None:
        yield Problem("The error has no code.", rule="error-code")


def _message(spec: Any, *, throws: bool) -> Iterator[Problem]:
    if throws:
        if spec.extensions.job_type is None:
            hint = "Set a job type (zeebe:taskDefinition): a worker sends the message."
            yield Problem("The message event says not who sends it.", rule="job-type", hint=hint)
        return
    if spec.trigger.message_name is None:
        yield Problem("The message has no name.", rule="message-name")
    starts_process = spec.tag == "startEvent" and not spec.starts_event_subprocess
    if spec.trigger.correlation_key is None and not starts_process:
        hint = "Set the subscription correlation key of the message."
        yield Problem("The message has no correlation key.", rule="correlation-key", hint=hint)


def _link(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    if not spec.trigger.link:
        yield Problem("The link has no name.", rule="link")
    elif spec.tag == "intermediateThrowEvent":
        if spec.link_target is None:
            message = f"No catching link '{spec.trigger.link}' in the same scope."
            yield Problem(message, rule="link")
        twins = [
            each
            for each in process.nodes()
            if each.inside == spec.inside
            and each.tag == "intermediateCatchEvent"
            and each.trigger.link == spec.trigger.link
        ]
        if len(twins) > 1:
            yield Problem(f"{len(twins)} links '{spec.trigger.link}' catch.", rule="link")


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


def _loops(spec: Any) -> Iterator[Problem]:
    loop = spec.loop
    if loop is None:
        return
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
        if target.tag not in {"intermediateCatchEvent", "receiveTask"}:
            message = "An event-based gateway leads only to catch events and receive tasks."
            yield Problem(message, element=flow.id, rule="event-gateway")


def _scope(spec: Any) -> Iterator[Problem]:
    events = [each for each in spec.contents if each.type == "START_EVENT"]
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
