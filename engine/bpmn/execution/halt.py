"""What takes too long is paused: all that is ready stops with one incident, and goes on with it."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.model import Json


def pause(instance: Any, message: str, rushed: str = "") -> None:
    """Stop everything that is ready with one incident at the first of it.

    `rushed` is the element that was resumed too often.
    """
    ready = [
        token
        for token in instance.queue
        if token.id not in instance.gone and token.has_state(TaskState.READY)
    ]
    instance.queue.clear()
    if ready:
        extra: dict[str, Json] = {"paused": [token.id for token in ready[1:]]}
        extra |= {"rushed": rushed} if rushed else {}
        instance.incident(ready[0], "UNKNOWN", message, extra)


def revive(instance: Any, extra: Any) -> None:
    """Let go on what was stopped together with a token whose incident is gone."""
    for key in (extra or {}).get("paused", ()):
        paused = instance.find(key)
        if paused is not None and paused.has_state(TaskState.READY):
            instance.enqueue(paused)
