"""What pages and the API read about webhooks: receivers, deliveries with their attempts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.inbound_events.records import EventSource
from tasks.outbound_webhooks.records import Delivery, DeliveryAttempt, OutgoingEvent, Webhook

PAGE = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery with what it carries and how each attempt went."""

    id: int
    webhook_id: int
    message_id: str
    type: str
    state: str
    at: datetime
    next_at: datetime | None
    data: dict[str, Any]
    attempts: Sequence[DeliveryAttempt]


@dataclass(frozen=True, slots=True)
class Receiver:
    """A webhook with how many deliveries are in which state."""

    webhook: Webhook
    counts: dict[str, int]


def receivers(session: Session) -> list[Receiver]:
    """Return all webhooks by name."""
    counted = select(Delivery.webhook_id, Delivery.state, func.count().label("n")).group_by(
        Delivery.webhook_id, Delivery.state
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for webhook_id, state, n in session.execute(counted):
        counts[webhook_id][state] = n
    found = session.scalars(select(Webhook).order_by(Webhook.name, Webhook.id))
    return [Receiver(webhook, counts[webhook.id]) for webhook in found]


def deliveries(
    session: Session, webhook_id: int | None = None, state: str = "", before: int | None = None
) -> list[Sent]:
    """Return at most a hundred deliveries, the newest first."""
    query = _SENT.order_by(Delivery.id.desc()).limit(PAGE)
    if webhook_id is not None:
        query = query.where(Delivery.webhook_id == webhook_id)
    if state:
        query = query.where(Delivery.state == state)
    if before is not None:
        query = query.where(Delivery.id < before)
    return _with_attempts(session, session.execute(query).all())


def delivery(session: Session, number: int) -> Sent:
    """Return one delivery; raises NotFound."""
    rows = session.execute(_SENT.where(Delivery.id == number)).all()
    if not rows:
        raise NotFound("There is no such delivery.")
    return _with_attempts(session, rows)[0]


def sources(session: Session) -> list[EventSource]:
    """Return who may send us signed events, by name."""
    return list(session.scalars(select(EventSource).order_by(EventSource.name)))


_SENT = select(
    Delivery.id,
    Delivery.webhook_id,
    OutgoingEvent.key,
    OutgoingEvent.type,
    Delivery.state,
    OutgoingEvent.at,
    Delivery.next_at,
    OutgoingEvent.data,
).join(OutgoingEvent, OutgoingEvent.id == Delivery.event_id)


def _with_attempts(session: Session, rows: Sequence[Any]) -> list[Sent]:
    attempts: dict[int, list[DeliveryAttempt]] = defaultdict(list)
    query = select(DeliveryAttempt).where(DeliveryAttempt.delivery_id.in_([r.id for r in rows]))
    for attempt in session.scalars(query.order_by(DeliveryAttempt.id)):
        attempts[attempt.delivery_id].append(attempt)
    return [
        Sent(
            id=row.id,
            webhook_id=row.webhook_id,
            message_id=row.key,
            type=row.type,
            state=row.state,
            at=row.at,
            next_at=row.next_at if row.state == "pending" else None,
            data=row.data,
            attempts=attempts[row.id],
        )
        for row in rows
    ]
