"""What takes too long is paused: all that is ready stops with one incident, and goes on with it."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.token import Token


def pause(token: Token, message: str) -> None:
    """Stop a token and everything else that is ready with one incident at the token."""
    instance = token.workflow
    paused = [each.id for each in instance.queue if each.id not in instance.gone]
    instance.queue.clear()
    instance.incident(token, "UNKNOWN", message, {"paused": paused})


def brake(instance: Any, element_id: str) -> None:
    """Stop what is ready, because an element was resumed too often."""
    if instance.queue:
        most = instance.limits.resumptions_per_second
        message = f"'{element_id}' went on by itself too often: more than {most:g} times a second."
        pause(instance.queue.popleft(), message)


def revive(instance: Any, extra: Any) -> None:
    """Let go on what was stopped together with a token whose incident is gone."""
    for key in (extra or {}).get("paused", ()):
        paused = instance.find(key)
        if paused is not None and paused.has_state(TaskState.READY):
            instance.enqueue(paused)
