"""Listeners of a user task: each change of the task is a job to hear first, in order.

`token.internal_data["ask"]` is the change that is being heard: {key: of the task, event, heard: how
many listeners so far, changes: of the task, answer: of the person | null}.

    CREATING ─► CREATED ─► ASSIGNING, UPDATING ─► CREATED       denied: nothing changes
                   └─────► COMPLETING ─► completed              denied: CREATED again
                   └─────► CANCELING ─► canceled                cannot be denied
"""

from typing import Any

from engine.bpmn.elements import jobs, mappings, user_task_data
from engine.bpmn.execution.token import CANCEL, OUTPUT, Token
from engine.errors import Conflict, Invalid
from engine.limits import NAME_CHARACTERS
from engine.model import Json, Kind, Outcome
from engine.schedule import timers

_CORRECTABLE = {
    "assignee": "assignee",
    "due_date": "due_at",
    "follow_up_date": "follow_up_at",
    "candidate_users": "candidate_users",
    "candidate_groups": "candidate_groups",
    "priority": "priority",
}
_DENIABLE = {"assigning", "updating", "completing"}


def create(token: Token) -> None:
    """Put the task into the inbox; it is CREATING until its listeners have heard it."""
    instance, wait = token.workflow, user_task_data.data(token)
    assignee = wait["assignee"]
    if assignee is not None and _listeners(token, "assigning"):
        wait["assignee"] = None
    key = instance.open(token, Kind.USER_TASK, token.task_spec.name, wait)
    if token.task_spec.extensions.task_listeners:
        _begin(token, str(key), "creating", {"assignee": assignee})


def change(token: Token, key: str, event: str, changes: dict[str, Json]) -> None:
    """Assign or update a task: at once, or when its listeners have heard it."""
    _refuse_second(token)
    if _listeners(token, event):
        _begin(token, key, event, changes)
    else:
        token.workflow.journal.task(int(key), changes)


def wait_for_completing_listeners(token: Token, key: str, answer: dict[str, Json]) -> bool:
    """Keep a completion until the completing listeners have heard it; the task stays open."""
    _refuse_second(token)
    if not _listeners(token, "completing"):
        return False
    _begin(token, key, "completing", {}, answer)
    return True


def begin_cancel(token: Token) -> None:
    """Close the waits of a task to cancel; the task itself stays while listeners are heard."""
    instance = token.workflow
    token.internal_data.pop("ask", None)
    hears = bool(_listeners(token, "canceling"))
    for key, (kind, *_) in list(token.waits.items()):
        if hears and kind == Kind.USER_TASK:
            token.internal_data["ask"] = _ask(key, "canceling")
        else:
            instance.close(token, key)


def hears_cancel(token: Token) -> bool:
    """Open the job of the next canceling listener; false when there is none left."""
    return "ask" in token.internal_data and _next(token)


def run_next_listener(token: Token) -> None:
    """Open the job of the listener whose turn it is, or do what was heard to the end."""
    ask = token.internal_data.get("ask")
    if ask is not None and not _next(token):
        _DONE[ask["event"]](token, token.internal_data.pop("ask"))


def listener_done(token: Token, variables: dict[str, Json], result: dict[str, Any]) -> None:
    """Go on after a listener's job; `result` may deny the change or correct the task."""
    ask = token.internal_data["ask"] = dict(token.internal_data["ask"])
    denied = variables.pop("denied", False) is True or result.get("denied") is True
    if denied and ask["event"] not in _DENIABLE:
        raise Invalid(f"A {ask['event']} listener cannot deny.")
    for name, value in variables.items():
        token.workflow.scopes.put(token.id, name, value)
    ask["heard"] += 1
    ask["changes"] = ask["changes"] | _corrected(token, result.get("corrections") or {})
    if denied:
        _denied(token, token.internal_data.pop("ask"))
    elif token.phase == CANCEL:
        token.task_spec.cancelled(token)
    else:
        run_next_listener(token)


def _begin(
    token: Token, key: str, event: str, changes: dict[str, Json], answer: Json = None
) -> None:
    token.internal_data["ask"] = _ask(key, event) | {"changes": dict(changes), "answer": answer}
    run_next_listener(token)


def _ask(key: str, event: str) -> dict[str, Json]:
    return {"key": key, "event": event, "heard": 0, "changes": {}, "answer": None}


def _next(token: Token) -> bool:
    ask, instance = token.internal_data["ask"], token.workflow
    found = _listeners(token, ask["event"])
    if ask["heard"] >= len(found):
        return False
    listener = found[ask["heard"]]
    wait = jobs.data(
        token,
        listener.type,
        listener.retries,
        token.task_spec.extensions.headers | listener.headers,
        kind="TASK_LISTENER",
        event=ask["event"].upper(),
    )
    extra = {"hearing": ask["event"]}
    instance.open(token, Kind.JOB, token.task_spec.name, wait, extra)
    instance.journal.task(int(ask["key"]), {"state": ask["event"].upper()})
    return True


def _created(token: Token, ask: dict[str, Any]) -> None:
    changes = ask["changes"]
    if changes.get("assignee") is not None and _listeners(token, "assigning"):
        assignee = changes.pop("assignee")
        token.workflow.journal.task(int(ask["key"]), changes)
        _begin(token, ask["key"], "assigning", {"assignee": assignee})
    else:
        _changed(token, ask)


def _changed(token: Token, ask: dict[str, Any]) -> None:
    token.workflow.journal.task(int(ask["key"]), {"state": "CREATED"} | ask["changes"])


def _completed(token: Token, ask: dict[str, Any]) -> None:
    instance = token.workflow
    instance.journal.task(int(ask["key"]), ask["changes"])
    instance.close(token, ask["key"], Outcome.COMPLETED)
    mappings.take(token.task_spec, token, ask["answer"])
    token.phase = OUTPUT
    token.again()


def _denied(token: Token, ask: dict[str, Any]) -> None:
    token.workflow.journal.task(int(ask["key"]), {"state": "CREATED"})


_DONE = {
    "creating": _created,
    "assigning": _changed,
    "updating": _changed,
    "completing": _completed,
}


def _refuse_second(token: Token) -> None:
    ask = token.internal_data.get("ask")
    if ask is not None:
        raise Conflict(f"The task is {ask['event']} already.")
    if token.phase == CANCEL:
        raise Conflict("The task is canceling already.")


def _corrected(token: Token, corrections: dict[str, Json]) -> dict[str, Json]:
    """Return the corrections as changes of the task: null is none, an empty text takes away."""
    changes: dict[str, Json] = {}
    for name, value in corrections.items():
        if name not in _CORRECTABLE:
            raise Invalid(f"A task has no {name} to correct.")
        if value is None:
            continue
        if name == "priority":
            _in_range(value)
        elif name.endswith("_date"):
            value = _date(token, value)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and len(text) > NAME_CHARACTERS:
                raise Invalid(f"{name} has at most {NAME_CHARACTERS} characters.")
        changes[_CORRECTABLE[name]] = None if value == "" else value
    return changes


def _in_range(value: Json) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise Invalid("A priority is a whole number from 0 to 100.")


def _date(token: Token, value: Json) -> Json:
    if value == "":
        return value
    try:
        return timers.date(str(value), token.workflow.zone).isoformat()
    except ValueError as error:
        raise Invalid(f"{error}.") from error


def _listeners(token: Token, event: str) -> list[Any]:
    return [each for each in token.task_spec.extensions.task_listeners if each.event == event]
