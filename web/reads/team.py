"""Tasks of colleagues: what somebody else of one's groups, or whom one stands in for, has."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from engine import store
from engine.reads import InboxTask
from web.accounts import Account
from web.app.tables import absence, account

MOST = 200
_task = store.user_task.c
_columns = [each.name for each in fields(InboxTask)]


def team(connection: Connection, who: Account, process_id: str = "") -> list[InboxTask]:
    """Return open tasks of the person's groups that somebody else has, late ones first."""
    members = [f"group:{name}" for name in who.groups]
    asked = select(store.audience.c.id).where(store.audience.c.member.in_(members))
    condition = and_(_task.audience.in_(asked), _task.assignee != who.username)
    return _listed(connection, condition, process_id)


def standing_in(
    connection: Connection, who: Account, at: datetime, process_id: str = ""
) -> list[InboxTask]:
    """Return open tasks of absent people whom the person stands in for now."""
    condition = substituted(connection, who.username, at)
    return [] if condition is None else _listed(connection, condition, process_id)


def substituted(connection: Connection, username: str, at: datetime) -> ColumnElement[bool] | None:
    """Return the condition on tasks of whom somebody stands in for; None if for nobody."""
    column = absence.c
    now = and_(column.substitute == username, column.begins_at <= at, column.ends_at > at)
    rows = connection.execute(select(column.username, column.processes).where(now)).all()
    if not rows:
        return None
    return or_(
        *(
            and_(_task.assignee == row.username, _task.process_id.in_(row.processes))
            if row.processes
            else _task.assignee == row.username
            for row in rows
        )
    )


def names(connection: Connection, usernames: Collection[str | None]) -> dict[str, str]:
    """Return the display names of these people."""
    wanted = {name for name in usernames if name}
    rows = connection.execute(
        select(account.c.username, account.c.display_name).where(account.c.username.in_(wanted))
    )
    return {row.username: row.display_name for row in rows}


def _listed(connection: Connection, condition: Any, process_id: str) -> list[InboxTask]:
    query = (
        select(
            store.user_task,
            store.definition.c.name.label("process_name"),
            store.instance.c.business_key,
        )
        .join(store.definition, store.definition.c.key == _task.definition_key)
        .join(store.instance, store.instance.c.key == _task.instance_key)
        .where(_task.state == store.CREATED, condition)
        .order_by(_task.due_order, _task.rank, _task.key)
        .limit(MOST)
    )
    if process_id:
        query = query.where(_task.process_id == process_id)
    rows = connection.execute(query).mappings()
    return [InboxTask(**{name: row[name] for name in _columns}) for row in rows]
