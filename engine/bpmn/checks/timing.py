"""Timers of a diagram: literal ones must read, and each place takes only some forms."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from engine.bpmn.parse.process import ROOT
from engine.model import Problem
from engine.schedule import timers

ANY_MOMENT = datetime(2020, 1, 1, tzinfo=UTC)  # only to see whether the text reads


def check(spec: Any) -> Iterator[Problem]:
    """Name what is wrong with the timer of an event."""
    trigger = spec.trigger
    if trigger.time is None:
        yield Problem("The timer has no time.", rule="timer")
        return
    if trigger.form == "cycle" and not _may_repeat(spec):
        message = "A timer here takes a date or a duration, not a cycle."
        yield Problem(message, rule="timer", hint="Make it non-interrupting to repeat it.")
    at_deployment = spec.tag == "startEvent" and spec.inside == ROOT  # no variables to read
    if at_deployment and trigger.form == "duration":
        hint = "Take a date or a cycle: a process is deployed long before it starts."
        yield Problem("A process does not start after a duration.", rule="timer", hint=hint)
    if trigger.time.literal is not None or (at_deployment and not trigger.time.error):
        try:
            timers.schedule(trigger.form, trigger.time.constant(ANY_MOMENT), ANY_MOMENT)
        except ValueError as error:
            yield Problem(f"The timer cannot be read: {error}.", rule="timer")


def _may_repeat(spec: Any) -> bool:
    if spec.tag == "startEvent":
        return not (spec.starts_event_subprocess and spec.interrupting)
    return spec.tag == "boundaryEvent" and not spec.cancel_activity
