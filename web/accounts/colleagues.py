"""Who can do a task now: candidates who are active, not absent, and have what it needs."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select

from web.app.tables import absence, account, account_group, account_skill


def colleagues(
    connection: Connection,
    groups: Collection[str],
    users: Collection[str],
    skills: Collection[str],
    now: datetime,
    /,
) -> Sequence[str]:
    """Return user names, sorted; a language is had by who reads our pages in it, too."""
    member = select(account_group.c.account_id).where(account_group.c.name.in_(groups))
    away = select(absence.c.username).where(absence.c.begins_at <= now, absence.c.ends_at > now)
    query = select(account.c.username).where(
        account.c.active,
        or_(account.c.id.in_(member), account.c.username.in_(users)),
        account.c.username.not_in(away),
    )
    for skill in skills:
        has = select(account_skill.c.account_id).where(account_skill.c.name == skill)
        query = query.where(or_(account.c.id.in_(has), account.c.locale == skill))
    return list(connection.scalars(query.order_by(account.c.username)))
