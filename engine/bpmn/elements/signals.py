"""A signal is heard by whoever listens when it is thrown, once: here within its own instance.

Other instances hear it after the step, from the shell. Told after the step here too, it would be
lost inside a scope that has ended meanwhile, and heard by who began to listen later.
"""

from collections.abc import Iterator
from typing import Any

from engine.bpmn.elements import jobs
from engine.bpmn.elements.resume import resume_wait
from engine.bpmn.execution import loop_guard
from engine.bpmn.execution.fault import Fault, PartMissing
from engine.bpmn.execution.token import CANCEL, Token
from engine.model import Json, Kind


def throw(token: Token, name: str) -> bool:
    """Throw a signal; true when the token goes on, false when the signal has ended it."""
    instance, payload = token.workflow, dict(token.workflow.scopes.local(token.id))
    signal: dict[str, Json] = {"name": name, "variables": payload, "thrown_by": instance.key}
    instance.journal.signals.append(signal | {"chain": loop_guard.chain(instance)})
    for listener, key in list(_listeners(instance, name)):
        if listener.id not in instance.gone and key in listener.waits:
            resume_wait(listener, key, dict(payload))
    return token.id not in instance.gone and token.phase != CANCEL


def _listeners(instance: Any, name: str) -> Iterator[tuple[Token, str]]:
    """Walk who listens to a signal by now, the oldest wait first."""
    if instance.has_parts:
        raise PartMissing(instance.key)  # any of them may listen
    found = [
        (int(key), token)
        for token in instance.live()
        for key, entry in token.waits.items()
        if entry[0] == Kind.SIGNAL and _heard(token, key, entry[1]) == name
    ]
    for key, token in sorted(found, key=lambda each: each[0]):
        yield token, str(key)


def _heard(token: Token, key: str, element_id: str) -> str | None:
    """Return the name that a wait listens to: as it was opened, or as it is worked out now."""
    instance = token.workflow
    opened = instance.journal.opened.get(int(key))
    if opened is not None:
        return str(opened.data["name"])
    try:
        trigger = instance.spec.node(element_id).trigger
        return jobs.text(token, trigger.message_name, "signal name")
    except Fault:
        return None
