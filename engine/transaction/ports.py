"""What a transaction hands to others inside itself: it happens if and only if it commits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

# Raises Forbidden unless the caller may do to this row, which is locked, what is about to be done.
Permit = Callable[[Mapping[str, Any]], None]
# Writes what belongs to a command into its transaction, after it has done its work.
Beside = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """One thing that happened: a type like "task.created", and JSON that says where."""

    type: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Encounter:
    """A touchpoint that a completed element was, as its drawing declares."""

    touchpoint: str
    customer: str | None
    instance_key: int
    element_instance_key: int  # an encounter is recorded once for it
    at: datetime


class Encounters(Protocol):
    """Records the encounters of a transaction, inside it."""

    def __call__(self, connection: Connection, encounters: Sequence[Encounter], /) -> None:
        """Write them down."""


class Colleagues(Protocol):
    """Knows who can do a task now."""

    def __call__(
        self,
        connection: Connection,
        groups: Sequence[str],
        users: Sequence[str],
        skills: Sequence[str],
        now: datetime,
        /,
    ) -> Sequence[str]:
        """Return the candidates who are there and have all of the skills."""


class Outbox(Protocol):
    """Takes the events of a transaction, inside it."""

    def __call__(
        self, connection: Connection, events: Sequence[DomainEvent], now: datetime, /
    ) -> None:
        """Store who is to receive them."""


class Queue(Protocol):
    """Takes work for the background, inside the transaction."""

    def open(self) -> object:
        """Be ready to enqueue; not inside of a transaction."""

    def enqueue(
        self,
        connection: Connection,
        kind: str,
        payload: Mapping[str, Any],
        *,
        id: str,  # noqa: A002 - the word of the interface
        delay: float = 0.0,
    ) -> None:
        """Queue a run; the same id is queued once."""

    def enqueue_job(self, connection: Connection, job_key: int, attempt: int, delay: float) -> None:
        """Queue run number `attempt` of a job."""
