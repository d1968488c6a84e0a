"""What people have typed into a task and not sent yet; it saves itself and goes after a month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from web.app.database import db
from web.app.tables import account, draft

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AtTask:
    """Who has to do with a task now: its assignee, and who typed into it."""

    holder: str  # display name of the assignee, "" if nobody has it
    mine: dict[str, Any] | None  # what the reader typed
    others: tuple[tuple[str, datetime], ...]  # who else typed lately, the latest first
    names: Mapping[str, str]  # display names of these people by user name


def at_task(
    connection: Connection,
    key: int,
    assignee: str | None,
    username: str,
    since: datetime,
    owner: str | None = None,
) -> AtTask:
    """Return who is at a task, in one statement; `since` says what is lately."""
    named = [assignee or "", owner or ""]
    typed_here = and_(draft.c.username == account.c.username, draft.c.task_key == str(key))
    rows = connection.execute(
        select(account.c.username, account.c.display_name, draft.c.typed, draft.c.at)
        .select_from(account.outerjoin(draft, typed_here))
        .where(or_(account.c.username.in_(named), draft.c.task_key.is_not(None)))
        .order_by(draft.c.at.desc())
    ).all()
    names = {row.username: row.display_name for row in rows}
    return AtTask(
        holder=names.get(assignee or "", assignee or ""),
        mine=next((r.typed for r in rows if r.username == username and r.at), None),
        others=tuple(
            (r.display_name, r.at) for r in rows if r.username != username and r.at and r.at > since
        ),
        names=names,
    )


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
