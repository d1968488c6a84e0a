"""Values that stand in a diagram as they are: numbers and dates must be what they are to be."""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.model import Problem
from engine.schedule import timers


def check(spec: Any) -> Iterator[Problem]:
    """Name every literal that would stop the element with an incident each time."""
    own = spec.extensions
    listeners = (*own.listeners, *own.task_listeners)
    for retries in (own.retries, *(each.retries for each in listeners)):
        yield from _whole(retries, "retries", 1, 2**31 - 1)
    yield from _whole(own.priority, "priority", 0, 100)
    yield from _whole(own.job_priority, "job priority", -(2**31), 2**31 - 1)
    for date, what in ((own.due_date, "due date"), (own.follow_up_date, "follow-up date")):
        yield from _date(date, what)


def _whole(
    attribute: ExpressionAttribute | None, what: str, least: int, most: int
) -> Iterator[Problem]:
    text = None if attribute is None else attribute.literal
    if text is None:
        return
    try:
        fits = least <= int(text) <= most
    except ValueError:
        fits = False
    if not fits:
        message = f"The {what} '{text}' is no whole number from {least} to {most}."
        yield Problem(message, rule="literal")


def _date(attribute: ExpressionAttribute | None, what: str) -> Iterator[Problem]:
    text = None if attribute is None else attribute.literal
    if text is None:
        return
    try:
        timers.date(text)
    except ValueError:
        yield Problem(f"The {what} '{text}' is no date.", rule="literal")
