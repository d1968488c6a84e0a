"""What the resources reach for besides `web.app.services`: the caller's name, a place to wait."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from web.api import access

SEATS = 8  # of the server's threads, so that others stay free for short requests


@dataclass
class Api:
    """What the API keeps for the life of the application."""

    seats: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(SEATS))
    documents: dict[str, Callable[[], Any]] = field(default_factory=dict)  # OpenAPI, by prefix


def who() -> str:
    """Return the caller's user name."""
    return access.caller().username


@contextmanager
def waiting_room() -> Iterator[bool]:
    """Take one of the places of requests that wait long; False when all are taken."""
    api: Api = current_app.extensions["peyvand_api"]
    seated = api.seats.acquire(blocking=False)
    try:
        yield seated
    finally:
        if seated:
            api.seats.release()
