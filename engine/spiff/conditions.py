"""Conditional events: looked at when a variable they read has changed."""

from typing import Any

from engine.spiff import subscriptions
from engine.spiff.dispatch import happen
from engine.spiff.fault import Fault
from engine.spiff.token import Token


def fire(instance: Any) -> bool:
    """Trigger the conditions that became true; true when one did."""
    changed, fresh = dict(instance.scopes.changed), set(instance.fresh)
    instance.scopes.changed.clear()
    instance.fresh.clear()
    if not changed and not fresh:
        return False
    happened = False
    for key in sorted(instance.watchers):
        if key not in instance.gone:
            happened = _look(instance, instance.token(key), changed, fresh) or happened
    return happened


def _look(instance: Any, token: Token, changed: dict[str, set[str]], fresh: set[str]) -> bool:
    happened = False
    for key, (kind, element_id, extra) in list(token.waits.items()):
        if kind != "condition" or key not in token.waits or token.id in instance.gone:
            continue
        if key not in fresh and not _concerns(extra, changed):
            continue
        event = instance.spec.node(element_id)
        try:
            holds = subscriptions.holds(token, event)
        except Fault as fault:
            instance.close(token, key)
            instance.incident(token, fault.error_type, fault.message, {"arm": element_id})
            continue
        if holds and not extra["was"]:
            token.waits[key][2] = extra | {"was": True}
            fire_one(token, key, event)
            happened = True
        elif not holds:
            token.waits[key][2] = extra | {"was": False}
    return happened


def _concerns(extra: dict[str, Any], changed: dict[str, set[str]]) -> bool:
    """Tell whether a variable that the condition reads was created or updated, as it wants."""
    if not extra["names"]:
        return True
    wanted = set(extra.get("events") or ("create", "update"))
    return any(wanted & changed.get(name, set()) for name in extra["names"])


def fire_one(token: Token, key: str, event: Any) -> None:
    """Let one condition happen; a non-interrupting one stays and waits to become true again."""
    stays = event.host is not None and not event.cancel_activity
    stays = stays or (event.starts_event_subprocess and not event.interrupting)
    if stays:
        happen(token, key, {}, keep=True)
    else:
        happen(token, key, {})
