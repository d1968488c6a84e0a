"""A brake for what goes round by itself: loops of timers, jobs and messages that no person is in.

A step has its own budget; such a loop takes many small steps instead. Each element has a bucket
that fills by one at each resumption and empties at the rate that the limits allow; when it runs
over, the instance stops with an incident. A burst is fine; a loop is held on slow machines too.
"""

from datetime import datetime
from typing import Any

from engine.model import Kind

_FREE = {Kind.USER_TASK, Kind.INCIDENT}


def too_often(instance: Any, kind: Kind, element_id: str) -> bool:
    """Count one resumption of an element; true when its bucket runs over."""
    state, limits = instance.state, instance.limits
    if kind in _FREE:
        if kind is Kind.INCIDENT:  # an operator wants it to go on
            state.pop("pace", None)
        return False
    since, levels = state.get("pace") or (instance.now.isoformat(), {})
    passed = max(0.0, (instance.now - datetime.fromisoformat(since)).total_seconds())
    less = passed * limits.resumptions_per_second
    kept = {name: round(level - less, 1) for name, level in levels.items() if level > less}
    kept[element_id] = kept.get(element_id, 0) + 1
    state["pace"] = [instance.now.isoformat(), kept]
    return bool(kept[element_id] > limits.resumptions_at_once)
