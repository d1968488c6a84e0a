"""Open the wait of a catching event on the token that owns it."""

from typing import Any

from engine.bpmn.elements import jobs
from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import Token
from engine.limits import LOOKED_UP_BYTES
from engine.model import Kind
from engine.schedule import timers
from engine.text.normal import exact_key

_EXTRACT = "EXTRACT_VALUE_ERROR"


def prepare(token: Token, event: Any) -> tuple[Kind, dict[str, Any]] | None:
    """Evaluate what an event waits for, seen from the token that owns the wait; may fault."""
    maker = _MAKERS.get(event.trigger.kind)
    return None if maker is None else maker(token, event)


def open_all(token: Token, events: list[Any]) -> None:
    """Open the waits of several events: first evaluate all, so that a fault leaves none open."""
    prepared = [(event, prepare(token, event)) for event in events]
    for event, wait in prepared:
        if wait is not None:
            put(token, event, wait)


def put(token: Token, event: Any, wait: tuple[Kind, dict[str, Any]]) -> None:
    """Open one evaluated wait; a timer that is due already is none."""
    key = _open(token, event, wait)
    kind, data = wait
    instance = token.workflow
    if kind is Kind.TIMER and timers.date(data["due_at"]) <= instance.now:
        instance.due_at_once.append((token.id, str(key)))


def _open(token: Token, event: Any, wait: tuple[Kind, dict[str, Any]]) -> int:
    kind, data = wait
    extra = None
    if kind is Kind.TIMER and data["interval"]:
        extra = dict(data)
    elif kind is Kind.CONDITION:
        extra = {"names": data["names"]}
        if event.trigger.events:
            extra["events"] = list(event.trigger.events)
    key: int = token.workflow.open(token, kind, event.name, data, extra)
    if kind is Kind.CONDITION:
        token.workflow.watch(token, key)
    return key


def again(token: Token, event: Any, extra: dict[str, Any] | None) -> None:
    """Arm a non-interrupting event once more after it fired."""
    instance = token.workflow
    if event.trigger.kind == "conditional":
        return  # its wait was kept
    if event.trigger.kind == "timer":
        if not extra or extra["repetitions"] == 0:
            return
        due = timers.date(extra["due_at"])
        left, interval = extra["repetitions"], extra["interval"]
        schedule = timers.following(due, left, interval, instance.now, instance.zone)
        _open(token, event, (Kind.TIMER, schedule.data()))  # turns missed are late, one by one
        return
    arm_one(token, event)


def arm_one(token: Token, event: Any) -> None:
    """Open the wait of one event; when it cannot be evaluated an incident offers to try again."""
    try:
        wait = prepare(token, event)
    except Fault as fault:
        extra = {"arm": event.name}
        token.workflow.incident(token, fault.error_type, fault.message, extra)
        return
    if wait is not None:
        put(token, event, wait)


def _message(token: Token, event: Any) -> tuple[Kind, dict[str, Any]]:
    trigger = event.trigger
    name = jobs.text(token, trigger.message_name, "message name")
    value, why = token.workflow.evaluate(trigger.correlation_key, token, _EXTRACT)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        shown = token.workflow.show(value)
        message = f"The correlation key of '{event.name}' gave {shown}, not a text or a number."
        raise Fault(_EXTRACT, f"{message} {why}".strip())
    if len(f"{name}{value}".encode()) > LOOKED_UP_BYTES:
        raise Fault(_EXTRACT, f"The correlation key of '{event.name}' is too long to be looked up.")
    return Kind.MESSAGE, {"name": name, "correlation_key": exact_key(str(value))}


def _signal(token: Token, event: Any) -> tuple[Kind, dict[str, Any]]:
    return Kind.SIGNAL, {"name": jobs.text(token, event.trigger.message_name, "signal name")}


def _timer(token: Token, event: Any) -> tuple[Kind, dict[str, Any]]:
    instance, trigger = token.workflow, event.trigger
    value, why = instance.evaluate(trigger.time, token, _EXTRACT)
    try:
        least = instance.limits.timer_interval_seconds
        schedule = timers.schedule(trigger.form, value, instance.now, instance.zone, least_s=least)
    except ValueError as error:
        message = f"The timer of '{event.name}' is no {trigger.form}: {error}. {why}"
        raise Fault(_EXTRACT, message.strip()) from error
    if (schedule.due - instance.now).days > instance.limits.timer_ahead_days:
        days = instance.limits.timer_ahead_days
        raise Fault(_EXTRACT, f"The timer of '{event.name}' is more than {days} days ahead.")
    return Kind.TIMER, schedule.data()


def _condition(token: Token, event: Any) -> tuple[Kind, dict[str, Any]]:
    trigger = event.trigger
    holds(token, event)
    names = trigger.watched or tuple(sorted(trigger.condition.reads))
    return Kind.CONDITION, {"names": list(names)}


def holds(token: Token, event: Any) -> bool:
    """Return whether the condition of an event is true; null is not, other values are a fault."""
    value, why = token.workflow.evaluate(event.trigger.condition, token, "CONDITION_ERROR")
    if value is not None and not isinstance(value, bool):
        shown = token.workflow.show(value)
        message = f"The condition of '{event.name}' gave {shown}, not true or false. {why}"
        raise Fault("CONDITION_ERROR", message.strip())
    return value is True


_MAKERS = {
    "message": _message,
    "signal": _signal,
    "timer": _timer,
    "conditional": _condition,
}
