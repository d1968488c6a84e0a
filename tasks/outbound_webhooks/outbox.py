"""Writes down who is to be told of what, in the transaction that caused it."""

import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from engine.transaction.ports import DomainEvent
from tasks.outbound_webhooks.patterns import matches
from tasks.outbound_webhooks.records import Delivery, OutgoingEvent, Webhook

Receivers = Sequence[tuple[int, list[str]]]
KNOWN_FOR_S = 2.0


class Outbox:
    """The engine's outlet. Knows for two seconds who subscribed, so that most steps ask nothing."""

    def __init__(self) -> None:
        """Begin without knowing anybody."""
        self._receivers: Receivers = ()
        self._until = 0.0

    def __call__(self, connection: Connection, news: Sequence[DomainEvent], now: datetime) -> None:
        """Write down the deliveries of a transaction's news."""
        if time.monotonic() >= self._until:
            self._receivers = _receivers(connection)
            self._until = time.monotonic() + KNOWN_FOR_S
        note(connection, news, now, self._receivers)

    def forget(self) -> None:
        """Ask again next time: somebody subscribed or left."""
        self._until = 0.0


def tell(session: Session, kind: str, data: Mapping[str, Any], now: datetime) -> None:
    """Tell whoever subscribed, if and only if the session commits."""
    tell_many(session, [DomainEvent(kind, dict(data))], now)


def tell_many(session: Session, news: Sequence[DomainEvent], now: datetime) -> None:
    """Tell of several things at once."""
    if news:
        connection = session.connection()
        note(connection, news, now, _receivers(connection))


def note(
    connection: Connection, news: Sequence[DomainEvent], now: datetime, receivers: Receivers
) -> list[int]:
    """Write an event for each piece of news that anybody wants, and its deliveries."""
    wanted = [
        (each, whom)
        for each in news
        if (whom := [key for key, types in receivers if matches(types, each.type)])
    ]
    if not wanted:
        return []
    events = [
        {"key": f"msg_{uuid.uuid4().hex}", "type": each.type, "at": now, "data": each.data}
        for each, _ in wanted
    ]
    made = insert(OutgoingEvent).returning(OutgoingEvent.id, sort_by_parameter_order=True)
    ids = list(connection.execute(made, events).scalars())
    deliveries = [
        {"event_id": event, "webhook_id": webhook, "next_at": now, "created_at": now}
        for event, (_, whom) in zip(ids, wanted, strict=True)
        for webhook in whom
    ]
    connection.execute(insert(Delivery).values(state="pending", attempts=0), deliveries)
    return ids


def _receivers(connection: Connection) -> Receivers:
    query = select(Webhook.id, Webhook.types).where(Webhook.active).order_by(Webhook.id)
    return [(row.id, row.types) for row in connection.execute(query)]
