"""Conditional events: looked at when a variable they read has changed."""

from typing import Any

from engine.spiff.dispatch import happen
from engine.spiff.fault import Fault
from engine.spiff.token import Token


def fire(instance: Any) -> bool:
    """Trigger the conditions that became true; true when one did."""
    names, fresh = set(instance.scopes.names), set(instance.fresh)
    instance.scopes.names.clear()
    instance.fresh.clear()
    if not names and not fresh:
        return False
    happened = False
    for key in sorted(instance.watchers):
        if key not in instance.gone:
            happened = _look(instance, instance.token(key), names, fresh) or happened
    return happened


def _look(instance: Any, token: Token, names: set[str], fresh: set[str]) -> bool:
    happened = False
    for key, (kind, element_id, extra) in list(token.waits.items()):
        if kind != "condition" or key not in token.waits or token.id in instance.gone:
            continue
        if key not in fresh and extra["names"] and names.isdisjoint(extra["names"]):
            continue
        event = instance.spec.node(element_id)
        holds = _holds(instance, token, event)
        if holds and not extra["was"]:
            token.waits[key][2] = extra | {"was": True}
            fire_one(token, key, event)
            happened = True
        elif not holds:
            token.waits[key][2] = extra | {"was": False}
    return happened


def fire_one(token: Token, key: str, event: Any) -> None:
    """Let one condition happen; a non-interrupting one stays and waits to become true again."""
    stays = event.host is not None and not event.cancel_activity
    stays = stays or (event.starts_event_subprocess and not event.interrupting)
    if stays:
        happen(token, key, {}, keep=True)
    else:
        happen(token, key, {})


def _holds(instance: Any, token: Token, event: Any) -> bool:
    try:
        value, _ = instance.evaluate(event.trigger.condition, token, "CONDITION_ERROR")
    except Fault:
        return False
    return value is True
