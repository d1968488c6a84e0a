"""Execution listeners: blocking jobs before and after what an element does."""

from typing import Any

from engine.bpmn.elements import jobs
from engine.bpmn.execution.token import START, Token
from engine.model import Kind


def waits(spec: Any, token: Token, event: str) -> bool:
    """Open the job of the next listener of this event; false when there is none left."""
    if not spec.extensions.listeners:
        return False
    found = [each for each in spec.extensions.listeners if each.event == _event(token, event)]
    index = token.internal_data.get("listener", 0)
    if index >= len(found):
        token.internal_data.pop("listener", None)
        return False
    name = "BEFORE_ALL" if found[index].event == "beforeAll" else event.upper()
    data = jobs.data(
        token,
        found[index].type,
        found[index].retries,
        spec.extensions.headers | found[index].headers,
        kind="EXECUTION_LISTENER",
        event=name,
    )
    token.workflow.open(token, Kind.JOB, spec.name, data, {"listener": event})
    return True


def done(spec: Any, token: Token, variables: dict[str, Any]) -> None:
    """Go on after a listener's job: its variables are local at the start, merged at the end."""
    instance = token.workflow
    for name, value in variables.items():
        if token.phase == START or token.parent is None:
            instance.scopes.put(token.id, name, value)
        else:
            instance.write(token.scope, name, value)
    token.internal_data["listener"] = token.internal_data.get("listener", 0) + 1
    token.again()


def _event(token: Token, event: str) -> str:
    if token.role == "body":
        return {"start": "beforeAll"}.get(event, "")
    return event
