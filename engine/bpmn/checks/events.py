"""Events: which trigger may be where, and what each trigger needs to be caught or thrown."""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.checks import timing
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.process import ROOT, ProcessSpec
from engine.model import Problem

_CATCH = {"message", "timer", "signal", "conditional"}
_CODED = {"error", "escalation"}
_THROW = {"none", "message", "signal", "escalation", "compensate"}
_ALLOWED = {
    "startEvent": _CATCH | {"none"},
    "startEvent (event subprocess)": _CATCH | _CODED,
    "endEvent": _THROW | {"error", "terminate", "cancel"},
    "intermediateCatchEvent": _CATCH | {"link"},
    "intermediateThrowEvent": _THROW | {"link"},
    "boundaryEvent": _CATCH | _CODED | {"compensate", "cancel"},
}


def check(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    """Name what keeps an event, or a receive task, from running."""
    kind, tag = spec.trigger.kind, spec.tag
    if spec.starts_event_subprocess:
        tag = "startEvent (event subprocess)"
    allowed = _ALLOWED.get(tag)
    if allowed is not None and kind not in allowed:
        shown = "without a trigger" if kind == "none" else f"with a {kind} trigger"
        yield Problem(f"A {tag} {shown} cannot run.", rule="event-type")
        return
    if tag == "boundaryEvent" and spec.host is not None and not spec.host.is_activity:
        yield Problem("Boundary events belong on activities.", rule="boundary")
    checker = _CHECKS.get(kind)
    if checker is not None:
        yield from checker(process, spec)


def _throws(spec: Any) -> bool:
    return spec.tag in {"intermediateThrowEvent", "endEvent"}


def _starts_process(spec: Any) -> bool:
    return bool(spec.tag == "startEvent" and spec.inside == ROOT)


def _message(_: ProcessSpec, spec: Any) -> Iterator[Problem]:
    if _throws(spec):
        if spec.extensions.job_type is None:
            hint = "Set a job type (zeebe:taskDefinition): a worker sends the message."
            yield Problem("The message event says not who sends it.", rule="job-type", hint=hint)
        return
    yield from _name(spec, "message")
    if spec.trigger.correlation_key is None and not _starts_process(spec):
        hint = "Set the subscription correlation key of the message."
        yield Problem("The message has no correlation key.", rule="correlation-key", hint=hint)


def _signal(_: ProcessSpec, spec: Any) -> Iterator[Problem]:
    yield from _name(spec, "signal")


def _name(spec: Any, what: str) -> Iterator[Problem]:
    """A start event of the process subscribes at deployment: its name reads no variables."""
    name: ExpressionAttribute | None = spec.trigger.message_name
    if name is None:
        yield Problem(f"The {what} has no name.", rule=f"{what}-name")
    elif _starts_process(spec) and name.expression is not None:
        try:
            value = name.constant(timing.ANY_MOMENT)
        except ValueError as error:
            yield Problem(f"The name of the {what} gives nothing: {error}", rule=f"{what}-name")
            return
        if not isinstance(value, str) or not value:
            message = f"The name of the {what} gives {value!r} when there are no variables yet."
            yield Problem(message, rule=f"{what}-name")


def _timer(_: ProcessSpec, spec: Any) -> Iterator[Problem]:
    yield from timing.check(spec)


def _conditional(_: ProcessSpec, spec: Any) -> Iterator[Problem]:
    trigger = spec.trigger
    if trigger.condition is None:
        yield Problem("The condition is missing.", rule="condition")
    elif not trigger.condition.reads and not trigger.condition.error and not trigger.watched:
        message = "The condition reads no variable: it is looked at once, when it begins to wait."
        yield Problem(message, "warning", rule="condition")
    for event in trigger.events:
        if event not in {"create", "update"}:
            yield Problem(f"A variable is created or updated, not '{event}'.", rule="condition")


def _coded(_: ProcessSpec, spec: Any) -> Iterator[Problem]:
    trigger = spec.trigger
    if trigger.kind == "error" and not _interrupts(spec):
        hint = "Make it interrupting, or take an escalation."
        yield Problem("An error always interrupts.", rule="event-type", hint=hint)
    if _throws(spec):
        if trigger.code is None and trigger.kind == "error":
            yield Problem("The error has no code.", rule="error-code")
    elif trigger.code is not None and trigger.code.literal is None:
        message = f"What catches an {trigger.kind} names its code; an expression cannot run here."
        yield Problem(message, rule=f"{trigger.kind}-code", hint=trigger.code.source)
    if not trigger.has_code:
        said = "it is every one" if trigger.code is None else f"'{trigger.code.source}' is taken"
        message = f"The {trigger.kind} has no code: {said}."
        yield Problem(message, "warning", rule=f"{trigger.kind}-code")


def _interrupts(spec: Any) -> bool:
    if spec.tag == "boundaryEvent":
        return bool(spec.cancel_activity)
    return bool(spec.tag != "startEvent" or spec.interrupting)


def _link(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    link = spec.trigger.link
    if not link:
        yield Problem("The link has no name.", rule="link")
    elif spec.tag == "intermediateThrowEvent":
        if spec.link_target is None:
            yield Problem(f"No catching link '{link}' in the same scope.", rule="link")
        twins = [
            each
            for each in process.nodes()
            if each.inside == spec.inside
            and each.tag == "intermediateCatchEvent"
            and each.trigger.link == link
        ]
        if len(twins) > 1:
            yield Problem(f"{len(twins)} links '{link}' catch.", rule="link")
    elif not spec.link_sources:
        yield Problem(f"Nobody jumps here: no link '{link}' is thrown.", rule="link")


def _cancel(process: ProcessSpec, spec: Any) -> Iterator[Problem]:
    holder = spec.host if spec.tag == "boundaryEvent" else process.node(spec.inside)
    if holder is None or holder.tag != "transaction":
        yield Problem("Cancel events belong to transactions.", rule="cancel")
    elif not _interrupts(spec):
        yield Problem("A cancel event always interrupts.", rule="event-type")
    elif spec.tag == "endEvent" and not _left_by_cancel(holder):
        hint = "Attach a cancel event to the transaction."
        yield Problem(
            "Nothing follows when the transaction is cancelled.", rule="cancel", hint=hint
        )


def _left_by_cancel(transaction: Any) -> bool:
    return any(each.trigger.kind == "cancel" for each in transaction.boundaries)


_CHECKS = {
    "message": _message,
    "signal": _signal,
    "timer": _timer,
    "conditional": _conditional,
    "error": _coded,
    "escalation": _coded,
    "link": _link,
    "cancel": _cancel,
}
