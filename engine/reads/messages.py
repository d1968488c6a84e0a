"""Messages that came from outside and reached nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine import store
from engine.reads.page import LIMIT, Page, bounded, made, page, position

_message, _had = store.message.c, store.correlation.c


@dataclass(frozen=True, slots=True)
class Message:
    """A message that nobody has taken; until `expires_at` it may still find somebody."""

    key: int
    name: str
    correlation_key: str
    message_id: str | None
    variables: dict[str, Any]
    published_at: datetime
    published_by: str
    expires_at: datetime


def unmatched(
    connection: Connection,
    *,
    name: str | None = None,
    limit: int = LIMIT,
    after: str | None = None,
) -> Page[Message]:
    """List the messages that nobody took, the newest first."""
    limit = bounded(limit)
    taken = select(_had.message_key).where(_had.message_key == _message.key).exists()
    found = select(store.message).where(~taken)
    if name is not None:
        found = found.where(_message.name == name)
    if after:
        found = found.where(_message.key < position(after, int)[0])
    rows = connection.execute(found.order_by(_message.key.desc()).limit(limit + 1)).mappings()
    items = [made(Message, row) for row in rows]
    return page(items, limit, lambda item: (item.key,))
