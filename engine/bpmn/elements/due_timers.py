"""Timers that were due when they were set: no wait, they go off in the same step.

So a ring of them is a ring of gateways, which the budget of a step holds: a transaction for each
round would make the cheapest bomb the dearest. One that stands beside a message waits for its turn
as any timer does, as the message may lie in the buffer already and was first.
"""

from typing import Any

from engine.bpmn.elements.resume import resume_wait
from engine.model import Kind


def fire(instance: Any) -> bool:
    """Let those timers go off; true when one did."""
    due_at_once, instance.due_at_once = instance.due_at_once, []
    happened = False
    for token_key, key in due_at_once:
        token = instance.find(token_key)
        if token is None or key not in token.waits or token.waits_as(Kind.MESSAGE):
            continue
        resume_wait(token, key, {})
        happened = True
    return happened
