"""What people say to each other about a case: comments, calls, questions, and who is mentioned."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from web.app.tables import account, comment, mention

KINDS = ("comment", "call", "question")
LONGEST = 10_000
NAMED = re.compile(r"(?<![\w@])@([\w.-]{1,100})")


@dataclass(frozen=True, slots=True)
class Comment:
    """One thing said, with the display name of who said it."""

    id: int
    instance_key: int
    task_key: int | None
    kind: str
    author: str
    name: str
    text: str
    at: datetime


_columns = (
    comment.c.id,
    comment.c.instance_key,
    comment.c.task_key,
    comment.c.kind,
    comment.c.author,
    func.coalesce(account.c.display_name, comment.c.author).label("name"),
    comment.c.text,
    comment.c.at,
)
_named = comment.outerjoin(account, account.c.username == comment.c.author)


def of_instance(connection: Connection, instance_key: int) -> list[Comment]:
    """Return what was said about a case, oldest first."""
    query = select(*_columns).select_from(_named).where(comment.c.instance_key == instance_key)
    return [Comment(*row) for row in connection.execute(query.order_by(comment.c.id))]


def mentions(connection: Connection, username: str, limit: int = 100) -> list[Comment]:
    """Return the comments that name a person, newest first."""
    query = (
        select(*_columns)
        .select_from(_named.join(mention, mention.c.comment_id == comment.c.id))
        .where(mention.c.username == username)
        .order_by(comment.c.id.desc())
        .limit(limit)
    )
    return [Comment(*row) for row in connection.execute(query)]


def unseen(connection: Connection, username: str) -> int:
    """Count the mentions of a person that they have not looked at."""
    mine = (mention.c.username == username) & mention.c.seen_at.is_(None)
    return int(connection.execute(select(func.count()).where(mine)).scalar_one())


def mark_seen(connection: Connection, username: str, at: datetime) -> None:
    """Note that the person has looked at all mentions."""
    mine = (mention.c.username == username) & mention.c.seen_at.is_(None)
    connection.execute(update(mention).where(mine).values(seen_at=at))


def usernames(text: str) -> list[str]:
    """Return the user names that a text mentions: "@charlie" or "@care.head"."""
    return sorted({name.rstrip(".-") for name in NAMED.findall(text)})


def say(
    connection: Connection, said: dict[str, object], named: Collection[str], at: datetime
) -> int:
    """Keep what was said (columns of the table) and whom it mentions; return its number."""
    made = connection.execute(insert(comment).values(**said, at=at))
    number = int(made.inserted_primary_key[0])  # type: ignore[index]
    if named:
        rows = [{"comment_id": number, "username": name} for name in sorted(named)]
        connection.execute(insert(mention), rows)
    return number


def forget(connection: Connection, instance_keys: Sequence[int]) -> None:
    """Delete what was said about these cases."""
    gone = select(comment.c.id).where(comment.c.instance_key.in_(instance_keys))
    connection.execute(delete(mention).where(mention.c.comment_id.in_(gone)))
    connection.execute(delete(comment).where(comment.c.instance_key.in_(instance_keys)))
