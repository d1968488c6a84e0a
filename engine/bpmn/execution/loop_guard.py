"""A brake for what goes round by itself: loops of jobs, timers and messages that no person is in.

A step has its own budget; such a loop takes many small steps instead. Each element has a bucket
that fills by one at each resumption and empties at the rate that the limits allow; when it runs
over, the instance stops with an incident. A burst is fine; a loop is held on slow machines too.

    a person, an operator      free
    a job, a timer, a child    `resumptions_at_once`
    a message, a signal        `messages_at_once`: nobody has to work for the next one
    a timer that was due when it was set: no wait at all, see `overdue`; if it had to be one, as
                               a message

The items of multi-instance activities are no loop: they come on top. Other tokens in the same scope
are rounds to come: a ring in which they double is held while they are few. What brings more than
50 kB counts as often as it does. Signals set off by signals are counted over all instances.
"""

import json
from datetime import datetime
from typing import Any

from engine.model import Json, Kind, Wait

_FREE = {Kind.USER_TASK, Kind.INCIDENT}
_TOLD = {Kind.MESSAGE, Kind.SIGNAL, Kind.CONDITION}
_CHAIN = ""  # no element's name: how long the chain of signals is that led here
_CHARACTERS = 50_000  # that a resumption may bring and still count once


def too_often(token: Any, wait: Wait, brought: dict[str, Json]) -> str:
    """Count one resumption of an element; says what is wrong when its bucket runs over."""
    instance = token.workflow
    name, element_id, _ = token.waits[str(wait.key)]
    kind = Kind(name)
    if kind in _FREE:
        if kind is Kind.INCIDENT:  # an operator wants it to go on
            instance.state.pop("pace", None)
        return ""
    levels, wide = _levels(instance)
    levels[element_id] = round(levels.get(element_id, 0) + _weight(brought), 1)
    _keep(instance, levels, wide)
    limits = instance.limits
    cheap = kind in _TOLD or wait.data.get("due_at", "9") <= token.since.isoformat()
    most = limits.messages_at_once if cheap else limits.resumptions_at_once
    beside = len(instance.inside.get(token._parent, ())) - 1
    if levels[element_id] + max(0, beside - wide) <= most + wide:
        return ""
    rate = limits.resumptions_per_second
    return f"'{element_id}' went on by itself too often: more than {rate:g} times a second."


def chained(instance: Any, length: float) -> str:
    """Note that a signal of a chain of this length led here; says so when it is too long."""
    if not length:
        return ""
    levels, wide = _levels(instance)
    levels[_CHAIN] = max(levels.get(_CHAIN, 0), length)
    _keep(instance, levels, wide)
    most = instance.limits.messages_at_once
    if levels[_CHAIN] <= most:
        return ""
    return f"Signals set off signals too often: more than {most} in a row."


def chain(instance: Any) -> float:
    """Return how long the chain is that a signal thrown now belongs to."""
    levels, _ = _levels(instance)
    return float(levels.get(_CHAIN, 0)) + 1


def _levels(instance: Any) -> tuple[dict[str, float], int]:
    """Return what is in the buckets by now, and how many items there were at once."""
    since, levels, *before = instance.state.get("pace") or (instance.now.isoformat(), {})
    passed = max(0.0, (instance.now - datetime.fromisoformat(since)).total_seconds())
    less = passed * instance.limits.resumptions_per_second
    left = {name: round(level - less, 1) for name, level in levels.items() if level > less}
    bodies = (raw for raw in instance.stored.values() if raw.get("r") == "body")
    items = sum(raw.get("d", {}).get("n", 0) for raw in bodies)
    wide = min(max([items, *(before if left else ())]), instance.limits.multi_instance_items)
    return left, wide


def _keep(instance: Any, levels: dict[str, float], wide: int) -> None:
    instance.state["pace"] = [instance.now.isoformat(), levels, *([wide] if wide else [])]


def _weight(brought: dict[str, Json]) -> float:
    if not any(isinstance(value, str | list | dict) for value in brought.values()):
        return 1.0
    return max(1.0, len(json.dumps(brought)) / _CHARACTERS)
