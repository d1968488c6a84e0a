"""What is drawn but would have no effect: refused where it changes what happens, else told."""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.names import GATEWAYS
from engine.model import Problem

_WORKED_ON = {  # elements that may be a job
    "serviceTask",
    "sendTask",
    "scriptTask",
    "businessRuleTask",
    "adHocSubProcess",
}
_CHOOSING = {"exclusiveGateway", "inclusiveGateway"}


def check(spec: Any) -> Iterator[Problem]:
    """Name the parts of an element that nobody would look at."""
    yield from _job(spec)
    yield from _form(spec)
    yield from _names(spec)
    yield from _conditions(spec)
    if spec.trigger.kind == "link" and spec.tag == "intermediateThrowEvent" and spec.outgoing:
        message = "A link jumps to its twin; the sequence flow out of it is never taken."
        yield Problem(message, rule="link")
    if spec.trigger.kind == "error" and spec.tag == "endEvent" and spec.extensions.outputs:
        message = "Output mappings of an error have no effect; its inputs go with it."
        yield Problem(message, "warning", rule="no-effect")


def _job(spec: Any) -> Iterator[Problem]:
    own = spec.extensions
    if own.job_type is None:
        return
    sends = spec.tag in {"intermediateThrowEvent", "endEvent"} and spec.trigger.kind == "message"
    if spec.tag not in _WORKED_ON and not sends:
        yield Problem("No worker is asked here: a job type has no effect.", rule="job-type")
    elif own.script is not None or own.called_decision is not None:
        hint = "Take the job type away, or the expression or decision."
        message = "It is evaluated in place and has a job type as well: which one is meant?"
        yield Problem(message, rule="job-type", hint=hint)


def _form(spec: Any) -> Iterator[Problem]:
    form = spec.extensions.form
    if form is None:
        return
    given = [name for name in ("id", "key", "external") if getattr(form, name) is not None]
    if len(given) > 1:
        message = "It has several forms: by id, by key, by reference. Which one is meant?"
        yield Problem(message, rule="form")


def _names(spec: Any) -> Iterator[Problem]:
    """Variables are written by plain names, so that expressions can read them."""
    own, loop = spec.extensions, spec.loop
    parts = [part for each in (*own.inputs, *own.outputs) for part in each.target if part.strip()]
    collections = [own.ad_hoc, None if loop is None else loop.collections]
    for each in collections:
        parts += [] if each is None else [name for name in (each.item, each.output) if name]
    decision = own.called_decision
    results = [own.script_result, None if decision is None else decision.result_variable]
    for name in (*parts, *(each for each in results if each)):
        if not name.strip().isidentifier():
            yield Problem(f"A variable cannot be called '{name}'.", rule="variable-name")


def _conditions(spec: Any) -> Iterator[Problem]:
    for flow in spec.outgoing:
        condition: ExpressionAttribute | None = flow.condition
        if condition is None:
            continue
        if flow.default:
            message = "The default flow is taken when no other is: its condition has no effect."
            yield Problem(message, "warning", element=flow.id, rule="no-effect")
        elif spec.tag in GATEWAYS - _CHOOSING:
            message = "This gateway asks no conditions: that of the sequence flow has no effect."
            yield Problem(message, "warning", element=flow.id, rule="no-effect")
