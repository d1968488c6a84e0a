"""One event on its way to its effect."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.records.events import Event


@dataclass(frozen=True, slots=True)
class Happening:
    """The kept event with its checked payload: when it happened, and when we learnt of it."""

    event: Event
    payload: dict[str, Any]
    at: datetime
    now: datetime

    @property
    def customer_id(self) -> int:
        """The customer; only for events that always have one."""
        if self.event.customer_id is None:
            raise LookupError(f"{self.event.type} without a customer")
        return self.event.customer_id

    @property
    def verb(self) -> str:
        """What happened: "clicked" of "message.clicked"."""
        return self.event.type.partition(".")[2]
