"""Tells other processes what happened: they are started by it or wait for it."""

from typing import Any

from engine.engine import Engine
from engine.errors import AlreadyExists
from engine.service_task import service_task

TTL_MS = 60_000  # long enough that a repeat after a crash is recognised
_UNKNOWN = "null"  # what FEEL writes for a key that is not there


@service_task(name="messages.publish", retries=5)
def publish(
    engine: Engine,
    job_key: str,
    message: str,
    correlation_key: str | None = None,
    variables: dict[str, Any] | None = None,
) -> None:
    """Hand over to whichever processes the message starts or moves, once.

    Reads ``message`` (its name), ``correlation_key`` (whom or what it is about) and ``variables``
    (what the others get). That nobody listens is no fault.
    """
    key = "" if correlation_key in (None, _UNKNOWN) else str(correlation_key)
    try:
        engine.messages.publish(message, key, variables or {}, TTL_MS, f"job:{job_key}")
    except AlreadyExists:
        return  # told before the process died
