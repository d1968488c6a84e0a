"""What people have typed into a task and not sent yet; it saves itself and goes after a month."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select

from web.context import reading
from web.database import db
from web.tables import draft

KEPT = timedelta(days=30)


def find(task_key: int, username: str) -> dict[str, Any] | None:
    """Answer what was typed, or None."""
    with reading() as connection:
        typed: dict[str, Any] | None = connection.execute(
            select(draft.c.typed).where(*_mine(task_key, username))
        ).scalar()
    return typed


def keep(task_key: int, username: str, typed: Mapping[str, Any], at: datetime) -> None:
    """Remember what was typed instead of what was there; very old drafts go."""
    db.session.execute(delete(draft).where(draft.c.at < at - KEPT))
    db.session.execute(delete(draft).where(*_mine(task_key, username)))
    row = {"task_key": str(task_key), "username": username, "typed": dict(typed), "at": at}
    db.session.execute(insert(draft).values(row))
    db.session.commit()


def _mine(task_key: int, username: str) -> tuple[Any, Any]:
    return draft.c.task_key == str(task_key), draft.c.username == username
