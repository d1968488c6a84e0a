"""Events as the stories tell them, and an engine that writes down what it is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.errors import AlreadyExists
from tasks import inbound_events
from tasks.customers.records import Customer
from tasks.inbound_events.receiving import Publisher
from tasks.installed import SUBJECTS
from tests.support.crm import NOON


class Engine:
    """Writes down what it is told; a message id is taken once."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, dict[str, Any]]] = []
        self._ids: set[str] = set()

    def publish(
        self,
        name: str,
        correlation_key: str = "",
        variables: Mapping[str, Any] | None = None,
        ttl_ms: int = 0,
        message_id: str | None = None,
    ) -> int:
        if message_id in self._ids:
            raise AlreadyExists
        self._ids.add(message_id or "")
        self.told.append((name, correlation_key, dict(variables or {})))
        return len(self.told)


class Broken(Engine):
    """An engine that is away."""

    def publish(self, *_: Any, **__: Any) -> int:
        raise ConnectionError


def event(kind: str, person: Customer | None = None, /, **payload: Any) -> dict[str, Any]:
    return {
        "event_id": "e-1",
        "type": kind,
        "occurred_at": NOON.isoformat(),
        "source": "shop",
        "customer": {"id": person.id} if person else None,
        "payload": payload,
    }


def receive(
    session: Session, engine: Publisher, said: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Take an event in, of the types that are installed."""
    return inbound_events.receive(session, SUBJECTS.events, engine, said, now, may_permit=True)
