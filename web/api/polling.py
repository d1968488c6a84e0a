"""Long polling: wait for something to take, but not for a caller who is gone."""

import threading
import time
from collections.abc import Callable
from typing import Any

from flask import request

from web.api.context import waiting_room

DEFAULT_MS = 10_000
MAXIMUM_MS = 120_000
STEP_SECONDS = 0.1
_pause = threading.Event()


def poll(
    take: Callable[[], list[Any]], wait_ms: int, give_back: Callable[[list[Any]], None]
) -> list[Any]:
    """Take until there is something or the time is up; what nobody will read is given back."""
    taken = take()
    if taken or wait_ms < 0:
        return taken
    ends = time.monotonic() + min(wait_ms or DEFAULT_MS, MAXIMUM_MS) / 1000
    with waiting_room() as seated:
        while seated and not taken and time.monotonic() < ends and not _gone():
            _pause.wait(STEP_SECONDS)
            taken = take()
    if taken and _gone():
        give_back(taken)
        return []
    return taken


def _gone() -> bool:
    """Ask the server whether the caller has hung up; a server that cannot tell says no."""
    disconnected: Callable[[], bool] | None = request.environ.get("waitress.client_disconnected")
    return bool(disconnected and disconnected())
