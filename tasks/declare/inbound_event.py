"""One event on its way to its effect, and what a subject declares about a type of event."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import Schema
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """A kept event with its checked payload: when it happened, and when we learnt of it."""

    number: int  # our own, of the row
    source: str
    event_id: str
    type: str
    about: int | None  # the customer, where the event says whose it is
    payload: dict[str, Any]
    at: datetime
    now: datetime

    @property
    def customer_id(self) -> int:
        """Return the customer; only for events that always have one."""
        if self.about is None:
            raise LookupError(f"{self.type} without a customer")
        return self.about

    @property
    def verb(self) -> str:
        """Return what happened: "clicked" of "message.clicked"."""
        return self.type.partition(".")[2]

    @property
    def origin(self) -> str:
        """Return what stands as author of what the event causes."""
        return f"event:{self.source}"


Effect = Callable[[Session, InboundEvent], dict[str, Any]]
Follow = Callable[[Session, InboundEvent], None]  # what another subject keeps up with an event


@dataclass(frozen=True, slots=True)
class EventType:
    """A type of event: what its payload may hold, and what it does to the records, if anything."""

    name: str
    payload: type[Schema]
    effect: Effect | None = None
    about_somebody: bool = False  # makes no sense without saying who it is about
    follows: tuple[Follow, ...] = ()  # after the effect, in its transaction
