"""Tasks of colleagues: what somebody else of one's groups, or whom one stands in for, has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from engine import store
from engine.reads import InboxTask
from web.accounts import Account
from web.accounts.policy import heads
from web.app.tables import absence, account, account_group

MOST = 200
FEWEST = 5  # people of a group whose work is shown
_NOTHING = (None, None, None)
_task = store.user_task.c
_columns = [each.name for each in fields(InboxTask)]


def team(
    connection: Connection, who: Account, wanted: Sequence[ColumnElement[bool]] = ()
) -> list[InboxTask]:
    """Return open tasks of the person's groups, and of those they head, that somebody else has."""
    asked = select(store.audience.c.id).where(_members(who))
    condition = and_(_task.audience.in_(asked), _task.assignee != who.username)
    return _listed(connection, condition, wanted)


@dataclass(frozen=True, slots=True)
class Load:
    """How much work a group has now: open, free, late; None where too few people are in it."""

    group: str
    people: int
    open: int | None
    free: int | None
    late: int | None


def loads(connection: Connection, who: Account, now: datetime) -> list[Load]:
    """Return the work of the person's groups, and of those they head; small groups show none."""
    member = account_group.c.name
    people = connection.execute(
        select(member, func.count())
        .join(account, account.c.id == account_group.c.account_id)
        .where(account.c.active, or_(member.in_(who.groups), *_headed(member, who)))
        .group_by(member)
        .order_by(member)
    ).all()
    names = [f"group:{name}" for name, _ in people]
    counted = connection.execute(
        select(
            store.audience.c.member,
            func.count(),
            func.count(case((_task.assignee.is_(None), 1))),
            func.count(case((_task.due_at < now, 1))),
        )
        .join(store.user_task, _task.audience == store.audience.c.id)
        .where(store.audience.c.member.in_(names), _task.state == store.CREATED)
        .group_by(store.audience.c.member)
    )
    work = {row[0]: tuple(row[1:]) for row in counted}
    return [
        Load(name, count, *(work.get(f"group:{name}", (0, 0, 0)) if count >= FEWEST else _NOTHING))
        for name, count in people
    ]


def own_load(connection: Connection, who: Account, now: datetime) -> tuple[int, int, int]:
    """Return one's own figures: open, late, and completed in the last seven days."""
    mine = and_(_task.state == store.CREATED, _task.assignee == who.username)
    done = and_(_task.ended_by == who.username, _task.ended_at >= now - timedelta(days=7))
    late = and_(mine, _task.due_at < now)
    counts = [
        select(func.count()).select_from(store.user_task).where(condition).scalar_subquery()
        for condition in (mine, late, and_(done, _task.state == "COMPLETED"))
    ]
    row = connection.execute(select(*counts)).one()
    return row[0], row[1], row[2]


def _members(who: Account) -> ColumnElement[bool]:
    member = store.audience.c.member
    return or_(
        member.in_([f"group:{name}" for name in who.groups]),
        *(member.startswith(f"group:{head}", autoescape=True) for head in heads(who)),
    )


def _headed(member: Any, who: Account) -> list[ColumnElement[bool]]:
    return [member.startswith(head, autoescape=True) for head in heads(who)]


def standing_in(
    connection: Connection,
    who: Account,
    at: datetime,
    wanted: Sequence[ColumnElement[bool]] = (),
) -> list[InboxTask]:
    """Return open tasks of absent people whom the person stands in for now."""
    condition = substituted(connection, who.username, at)
    return [] if condition is None else _listed(connection, condition, wanted)


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


def _listed(
    connection: Connection, condition: Any, wanted: Sequence[ColumnElement[bool]]
) -> list[InboxTask]:
    query = (
        select(
            store.user_task,
            store.definition.c.name.label("process_name"),
            store.instance.c.business_key,
        )
        .join(store.definition, store.definition.c.key == _task.definition_key)
        .join(store.instance, store.instance.c.key == _task.instance_key)
        .where(_task.state == store.CREATED, condition, *wanted)
        .order_by(_task.due_order, _task.rank, _task.key)
        .limit(MOST)
    )
    rows = connection.execute(query).mappings()
    return [InboxTask(**{name: row[name] for name in _columns}) for row in rows]
