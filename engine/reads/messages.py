"""Messages that came from outside and reached nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from engine import store
from engine.reads.page import LIMIT, Page, newest

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
    """Return the messages that nobody took, the newest first."""
    taken = select(_had.message_key).where(_had.message_key == _message.key).exists()
    found = select(store.message).where(~taken)
    equal: dict[ColumnElement[Any], Any] = {_message.name: name}
    return newest(connection, Message, found, _message.key, limit=limit, after=after, equal=equal)
