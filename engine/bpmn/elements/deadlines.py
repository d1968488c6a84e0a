"""The deadlines that a user task declares by its properties: due, remind, escalate.to, calendar.

A task without any of them keeps Camunda's meaning: its due date is shown and nothing happens then.
"""

from typing import Any

from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import Token
from engine.model import Json
from engine.schedule import deadlines

_EXTRACT = "EXTRACT_VALUE_ERROR"
_DECLARED = frozenset({"due", "remind", "escalate.to", "calendar"})


def plan(token: Token, due_at: str | None, groups: list[str]) -> dict[str, Json]:
    """Return {due_at, deadline} of a task: when it is due, and the plan of what happens then."""
    own = token.task_spec.extensions.declared
    if not _DECLARED & own.keys():
        return {"due_at": due_at}
    try:
        return _plan(token, due_at, groups)
    except ValueError as error:
        raise Fault(_EXTRACT, f"The deadline of the task is unclear: {error}.") from error


def _plan(token: Token, due_at: str | None, groups: list[str]) -> dict[str, Json]:
    instance = token.workflow
    named = deadlines.calendars_of(_text(token, "calendar"), groups)
    hours = instance.calendars(named)
    time = _text(token, "due")
    written = due_at if time is None else time
    if written is None:
        return {"due_at": None}
    due = deadlines.instant(written, instance.now, hours, instance.zone)
    declared = deadlines.Declared(
        time or "",
        deadlines.reminders(deadlines.HALF if (text := _text(token, "remind")) is None else text),
        deadlines.escalations(_escalation(token)),
        named,
    )
    made = deadlines.planned(declared, instance.now, due, hours)
    return {"due_at": due.isoformat(), "deadline": made}


def _escalation(token: Token) -> str:
    text = _text(token, "escalate.to")
    if text is not None:
        return text
    owner = token.workflow.spec.root.extensions.declared.get("owner")
    return "" if owner is None or owner.literal is None else owner.literal


def _text(token: Token, name: str) -> str | None:
    """Return the value of a property as it would be written; a list of FEEL by commas."""
    attribute = token.task_spec.extensions.declared.get(name)
    if attribute is None:
        return None
    value, why = token.workflow.evaluate(attribute, token, _EXTRACT)
    parts: list[Any] = value if isinstance(value, list) else [value]
    if value is None:
        return None
    if not all(isinstance(part, str) for part in parts):
        shown = token.workflow.show(value)
        raise Fault(_EXTRACT, f"The property '{name}' gave {shown}, not a text. {why}".strip())
    return ", ".join(parts)
