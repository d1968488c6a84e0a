"""Keeps what people are told: who, about which task, by whom; no words of the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from engine import store
from engine.transaction.ports import DomainEvent
from web.app.tables import account, notification, notification_choice

KINDS = ("given", "asked", "mention", "back")
HOW = ("at_once", "digest", "never")
UNSAID = "digest"
SHOWN = 100
_column = notification.c


@dataclass(frozen=True, slots=True)
class Told:
    """One thing somebody is told, with the task it is about."""

    id: int
    kind: str
    task_key: int
    at: datetime
    seen_at: datetime | None
    author: str
    task_name: str
    process_name: str


def tell(
    connection: Connection,
    usernames: Sequence[str],
    kind: str,
    about: tuple[int, int],
    author: str,
    at: datetime,
) -> None:
    """Tell people something about a task: (its key, the key of its instance)."""
    task_key, instance_key = about
    place = {"kind": kind, "task_key": task_key, "instance_key": instance_key}
    rows = [place | {"username": one, "author": author, "at": at} for one in usernames]
    if rows:
        connection.execute(insert(notification), rows)


def listen(connection: Connection, news: Sequence[DomainEvent], at: datetime) -> None:
    """Tell who was given a task by somebody else; a part of the transaction that gave it."""
    for each in news:
        whom, by = each.data.get("assignee"), each.data.get("by")
        if each.type == "task.assigned" and whom and whom != by:
            about = (int(each.data["task_key"]), int(each.data["instance_key"]))
            tell(connection, [str(whom)], "given", about, str(by or ""), at)


def latest(connection: Connection, username: str, number: int | None = None) -> list[Told]:
    """Return what a person was told, the newest first; with a number only that one."""
    task = store.user_task.c
    query = (
        select(
            _column.id,
            _column.kind,
            _column.task_key,
            _column.at,
            _column.seen_at,
            func.coalesce(account.c.display_name, _column.author).label("author"),
            func.coalesce(task.name, task.element_id).label("task_name"),
            func.coalesce(store.definition.c.name, task.process_id).label("process_name"),
        )
        .join(store.user_task, task.key == _column.task_key)
        .join(store.definition, store.definition.c.key == task.definition_key)
        .outerjoin(account, account.c.username == _column.author)
        .where(_column.username == username)
        .order_by(_column.id.desc())
        .limit(SHOWN)
    )
    if number is not None:
        query = query.where(_column.id == number)
    return [Told(**row) for row in connection.execute(query).mappings()]


def unseen(connection: Connection, username: str) -> int:
    """Count what a person was told and has not looked at."""
    mine = (_column.username == username) & _column.seen_at.is_(None)
    return int(connection.execute(select(func.count()).where(mine)).scalar_one())


def mark_seen(
    connection: Connection, username: str, at: datetime, number: int | None = None
) -> None:
    """Note that a person has looked at one thing, or at all."""
    mine = (_column.username == username) & _column.seen_at.is_(None)
    if number is not None:
        mine &= _column.id == number
    connection.execute(update(notification).where(mine).values(seen_at=at))


def choices(connection: Connection, username: str) -> dict[str, str]:
    """Return how a person wants each kind by e-mail."""
    column = notification_choice.c
    found = select(column.kind, column.how).where(column.username == username)
    return dict.fromkeys(KINDS, UNSAID) | {
        row.kind: row.how for row in connection.execute(found) if row.kind in KINDS
    }


def choose(connection: Connection, username: str, wanted: Mapping[str, Any]) -> None:
    """Keep how a person wants each kind by e-mail."""
    column = notification_choice.c
    rows = [
        {"username": username, "kind": kind, "how": wanted[kind]}
        for kind in KINDS
        if wanted.get(kind) in HOW
    ]
    connection.execute(delete(notification_choice).where(column.username == username))
    if rows:
        connection.execute(insert(notification_choice), rows)


def forget(connection: Connection, instance_keys: Sequence[int]) -> None:
    """Delete what was told about these cases."""
    connection.execute(delete(notification).where(_column.instance_key.in_(instance_keys)))
