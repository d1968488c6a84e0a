"""The record of what concerns safety: who signed in, who changed what, from where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Connection, insert, or_, select

from web.app.services import now, writing
from web.app.tables import audit_entry

PAGE = 100
_column = audit_entry.c


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    address: str
    detail: dict[str, Any]


def note(
    action: str, actor: str, subject: str = "", detail: Mapping[str, Any] | None = None
) -> None:
    """Write a line; inside a shared transaction it is a part of that one."""
    row = {
        "at": now(),
        "actor": actor[:100],
        "action": action,
        "subject": subject[:255],
        "address": (request.remote_addr or "")[:100] if has_request_context() else "shell",
        "detail": dict(detail or {}),
    }
    with writing() as connection:
        connection.execute(insert(audit_entry).values(row))


def entries(
    connection: Connection,
    *,
    action: str = "",
    subject: str = "",
    search: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """Return lines, the newest first: of an action, about a subject, with a word in them."""
    query = select(audit_entry).order_by(_column.id.desc()).limit(limit)
    if action:
        query = query.where(_column.action == action)
    if subject:
        query = query.where(_column.subject == subject)
    if before is not None:
        query = query.where(_column.id < before)
    if search:
        word = search.strip()
        query = query.where(
            or_(
                *(
                    column.icontains(word, autoescape=True)
                    for column in (_column.actor, _column.subject, _column.address, _column.action)
                )
            )
        )
    return [Entry(*row) for row in connection.execute(query)]


def actions(connection: Connection) -> list[str]:
    """Return the actions that were noted, by name."""
    return list(
        connection.execute(select(_column.action).distinct().order_by(_column.action)).scalars()
    )
