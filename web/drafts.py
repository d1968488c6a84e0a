"""What people have typed into a task and not sent yet; it saves itself and goes after a month."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from web.app.database import db
from web.app.services import reading
from web.app.tables import account, draft

KEPT = timedelta(days=30)


def find(task_key: int, username: str) -> dict[str, Any] | None:
    """Return what was typed, or None."""
    with reading() as connection:
        typed: dict[str, Any] | None = connection.execute(
            select(draft.c.typed).where(*_mine(task_key, username))
        ).scalar()
    return typed


def others(key: int, username: str, since: datetime) -> list[tuple[str, datetime]]:
    """Return who else has typed into a task since then, the latest first."""
    with reading() as connection:
        found = connection.execute(
            select(account.c.display_name, draft.c.at)
            .join(account, account.c.username == draft.c.username)
            .where(draft.c.task_key == str(key), draft.c.username != username, draft.c.at > since)
            .order_by(draft.c.at.desc())
        )
        return [(row.display_name, row.at) for row in found]


def keep(task_key: int, username: str, typed: Mapping[str, Any], at: datetime) -> None:
    """Remember what was typed instead of what was there; very old drafts go."""
    db.session.execute(delete(draft).where(draft.c.at < at - KEPT))
    row = {"task_key": str(task_key), "username": username, "typed": dict(typed), "at": at}
    # In one statement: the windows of one person save at the same moment.
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    place = [draft.c.task_key, draft.c.username]
    newest = {"typed": row["typed"], "at": at}
    statement = insert(draft).values(row).on_conflict_do_update(index_elements=place, set_=newest)
    db.session.execute(statement)
    db.session.commit()


def _mine(task_key: int, username: str) -> tuple[Any, Any]:
    return draft.c.task_key == str(task_key), draft.c.username == username
