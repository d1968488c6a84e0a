"""Start timers: when the next instance is due."""

from datetime import datetime
from typing import Any

from engine.schedule import timers
from engine.transaction.wait_rows import Row


def following(row: Row, now: datetime, zone: str) -> dict[str, Any] | None:
    """Return the next due time of a start timer that has fired, if it repeats."""
    if row["repetitions"] == 0 or not row["interval"]:
        return None
    next_one = timers.following(row["due_at"], row["repetitions"], row["interval"], now, zone)
    return {
        "due_at": next_one.due,
        "repetitions": next_one.repetitions,
        "interval": next_one.interval,
        "attempts": 0,
    }
