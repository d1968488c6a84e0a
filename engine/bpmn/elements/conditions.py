"""Conditional events: looked at after each step that changed a variable they read, and see."""

from typing import Any

from engine.bpmn.elements import subscriptions
from engine.bpmn.elements.resume import resume_wait
from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import Token

_Changes = dict[str, set[tuple[int, str]]]  # name → (scope, create or update)


def fire(instance: Any) -> bool:
    """Trigger the conditions that are true, from the outside in; true when one was."""
    changed, fresh = dict(instance.scopes.changed), set(instance.fresh)
    instance.scopes.changed.clear()
    instance.fresh.clear()
    if instance.ended is not None or not (changed or fresh):
        return False
    happened = False
    for key in sorted(instance.watchers):
        if key not in instance.gone:
            happened = _look(instance, instance.token(key), changed, fresh) or happened
    return happened


def _look(instance: Any, token: Token, changed: _Changes, fresh: set[str]) -> bool:
    happened = False
    for key, (kind, element_id, extra) in list(token.waits.items()):
        if kind != "condition" or key not in token.waits or token.id in instance.gone:
            continue
        if key not in fresh and not _concerns(token, extra, changed):
            continue
        event = instance.spec.node(element_id)
        try:
            holds = subscriptions.holds(token, event)
        except Fault as fault:
            instance.close(token, key)
            instance.incident(token, fault.error_type, fault.message, {"arm": element_id})
            continue
        if holds:
            fire_one(token, key, event)
            happened = True
    return happened


def _concerns(token: Token, extra: dict[str, Any], changed: _Changes) -> bool:
    """Return whether a variable that the condition reads was created or updated, as it wants.

    Only changes count that the token can see: those in its own scope and in the scopes around it.
    """
    wanted = set(extra.get("events") or ("create", "update"))
    found = {each for name in extra["names"] for each in changed.get(name, ())}
    seen = {scope for scope, how in found if how in wanted}
    return bool(seen) and any(each.id in seen for each in token.chain())


def fire_one(token: Token, key: str, event: Any) -> None:
    """Let one condition happen; a non-interrupting one stays for the next change."""
    stays = event.host is not None and not event.cancel_activity
    stays = stays or (event.starts_event_subprocess and not event.interrupting)
    resume_wait(token, key, {}, keep=stays)
