"""One delivery: taken by one sender at a time, signed, posted, written down, tried again later.

At least once, under one webhook-id: a sender that dies loses its lease, and the next one sends the
same message again.
"""

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update
from sqlalchemy import Engine as Database

from engine import store
from engine.limits import DEFAULT
from tasks.outbound_webhooks.records import Delivery, DeliveryAttempt, OutgoingEvent, Webhook
from tasks.signed_http.post import Reach, Unsafe, post
from tasks.signed_http.signature import sign

LEASE = timedelta(seconds=60)
# After the first attempt; as Standard Webhooks suggests, over three and a half days in all.
RETRY_AFTER_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery that this sender has taken."""

    id: int
    webhook_id: int
    url: str
    secrets: list[str]
    key: str
    type: str
    at: datetime
    data: dict[str, Any]
    attempts: int

    def body(self) -> bytes:
        """Write it as it goes out."""
        told = {"type": self.type, "timestamp": self.at.isoformat(), "data": self.data}
        return json.dumps(told, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt."""

    status: int | None
    error: str
    text: str
    milliseconds: int

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


def due(now: datetime, limit: int) -> Select[int, int]:
    """Select what may be sent now, the oldest first."""
    return (
        select(Delivery.id, Delivery.webhook_id)
        .join(Webhook, Webhook.id == Delivery.webhook_id)
        .where(Webhook.active, Delivery.state == "pending", Delivery.next_at <= now)
        .where(or_(Delivery.leased_until.is_(None), Delivery.leased_until <= now))
        .order_by(Delivery.next_at, Delivery.id)
        .limit(limit)
    )


def take(connection: Connection, delivery: int, now: datetime) -> Letter | None:
    """Take a delivery, unless another sender was faster."""
    free = or_(Delivery.leased_until.is_(None), Delivery.leased_until <= now)
    done = connection.execute(
        update(Delivery)
        .where(Delivery.id == delivery, Delivery.state == "pending", free)
        .values(leased_until=now + LEASE, attempts=Delivery.attempts + 1)
    )
    if done.rowcount != 1:
        return None
    row = connection.execute(_LETTER.where(Delivery.id == delivery)).one()
    old = row.old_secret if row.old_until and row.old_until > now else None
    return Letter(
        id=delivery,
        webhook_id=row.webhook_id,
        url=row.url,
        secrets=[row.secret, *([old] if old else [])],
        key=row.key,
        type=row.type,
        at=row.at,
        data=row.data,
        attempts=row.attempts,
    )


def send(letter: Letter, reach: Reach, now: datetime) -> Answer:
    """Post it once; whatever goes wrong is an answer."""
    body = letter.body()
    if len(body) > DEFAULT.webhook_bytes:
        return Answer(None, f"larger than {DEFAULT.webhook_bytes} bytes", "", 0)
    headers = {"Content-Type": "application/json", "User-Agent": "Peyvand"}
    headers |= sign(letter.secrets, letter.key, now, body)
    began = time.monotonic()

    def passed() -> int:
        return int((time.monotonic() - began) * 1000)

    try:
        status, text = post(letter.url, body, headers, reach)
    except Unsafe as refused:
        return Answer(None, str(refused), "", passed())
    except (OSError, ValueError) as fault:  # no address, no connection, no certificate, no HTTP
        return Answer(None, type(fault).__name__, "", passed())
    note = text.decode(errors="replace")[:LONGEST_NOTE].replace("\x00", "")
    return Answer(status, "" if status < 300 else f"answered {status}", note, passed())


def keep(database: Database, letter: Letter, answer: Answer, now: datetime) -> None:
    """Write down how it went and what is next."""
    with store.writing(database) as connection:
        connection.execute(
            insert(DeliveryAttempt).values(
                delivery_id=letter.id,
                at=now,
                status=answer.status,
                error=answer.error,
                answer=answer.text,
                milliseconds=answer.milliseconds,
            )
        )
        mine = (Delivery.id == letter.id) & (Delivery.state == "pending")
        connection.execute(update(Delivery).where(mine).values(**_next(letter, answer, now)))
        if answer.status == HTTPStatus.GONE:
            gone = {"active": False, "stopped_reason": "The receiver is gone (410)."}
            which = Webhook.id == letter.webhook_id
            connection.execute(update(Webhook).where(which).values(**gone, updated_at=now))


def _next(letter: Letter, answer: Answer, now: datetime) -> dict[str, Any]:
    if answer.taken:
        return {"state": "delivered", "leased_until": None, "ended_at": now}
    if answer.status == HTTPStatus.GONE or letter.attempts > len(RETRY_AFTER_S):
        return {"state": "dead", "leased_until": None, "ended_at": now}
    pause = RETRY_AFTER_S[letter.attempts - 1]
    return {"next_at": now + timedelta(seconds=pause), "leased_until": None}


_LETTER = (
    select(
        Delivery.webhook_id,
        Delivery.attempts,
        Webhook.url,
        Webhook.secret,
        Webhook.old_secret,
        Webhook.old_until,
        OutgoingEvent.key,
        OutgoingEvent.type,
        OutgoingEvent.at,
        OutgoingEvent.data,
    )
    .join(Webhook, Webhook.id == Delivery.webhook_id)
    .join(OutgoingEvent, OutgoingEvent.id == Delivery.event_id)
)
