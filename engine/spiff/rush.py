"""A brake for what goes round by itself: loops of timers, jobs and messages that no person is in.

A step has its own budget; such a loop takes many small steps instead. An element that is resumed
more often in one minute than the limit says stops its instance with an incident.
"""

from typing import Any

from engine.model import Kind

_FREE = {Kind.USER_TASK, Kind.INCIDENT}


def too_often(instance: Any, kind: Kind, element_id: str) -> bool:
    """Count one resumption of an element; true when it was one too many for this minute."""
    state = instance.state
    if kind in _FREE:
        if kind is Kind.INCIDENT:  # an operator wants it to go on
            state.pop("rush", None)
        return False
    minute = instance.now.strftime("%Y-%m-%dT%H:%M")
    since, counts = state.get("rush") or ("", {})
    counts = dict(counts) if since == minute else {}
    counts[element_id] = counts.get(element_id, 0) + 1
    state["rush"] = [minute, counts]
    return bool(counts[element_id] > instance.limits.resumptions_per_minute)
