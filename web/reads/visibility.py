"""Whose instances somebody may look into: their variables and documents.

By role (whoever runs the platform), by process (its start groups and its owner), by instance (who
started it, who has or had one of its tasks, whose group is asked). What belongs to a case is seen
with the case: an instance that was called is seen by whoever sees the one that called.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, false, or_, select

from engine import reads, store
from web.accounts import Account
from web.accounts.policy import start_groups

ROLES = frozenset({"admin", "operator", "process_owner", "integrator"})


def visible(connection: Connection, account: Account) -> ColumnElement[bool] | None:
    """Return the condition on instances that the account may look into; None: all."""
    if account.roles & ROLES:
        return None
    family = store.instance.alias("family")
    touched = _touched(connection, account, family)
    same = family.c.root_instance_key == store.instance.c.root_instance_key
    return exists(select(family.c.key).where(same, touched).correlate(store.instance))


def visible_variables(connection: Connection, account: Account) -> ColumnElement[bool] | None:
    """Return the condition on rows of `variable` that the account may read; None: all."""
    condition = visible(connection, account)
    if condition is None:
        return None
    mine = select(store.instance.c.key).where(
        store.instance.c.key == store.variable.c.instance_key, condition
    )
    return exists(mine.correlate(store.variable))


def sees(connection: Connection, account: Account, instance_key: int) -> bool:
    """Return whether the account may look into an instance; one that is gone is nobody's."""
    condition = visible(connection, account)
    if condition is None:
        return True
    mine = select(store.instance.c.key).where(store.instance.c.key == instance_key, condition)
    return connection.execute(mine).first() is not None


def _touched(connection: Connection, account: Account, family: Any) -> ColumnElement[bool]:
    task = store.user_task.c
    members = [f"user:{account.username}", *(f"group:{name}" for name in account.groups)]
    asked = select(store.audience.c.id).where(store.audience.c.member.in_(members))
    has_task = exists(
        select(task.key)
        .where(
            task.instance_key == family.c.key,
            or_(
                task.assignee == account.username,
                task.ended_by == account.username,
                task.audience.in_(asked),
            ),
        )
        .correlate(family)
    )
    theirs = _processes(connection, account)
    return or_(
        family.c.started_by == account.username,
        family.c.process_id.in_(theirs) if theirs else false(),
        has_task,
    )


def _processes(connection: Connection, account: Account) -> list[str]:
    """Return the processes that the person's groups may start or own."""
    return [
        one.process_id
        for one in reads.definitions(connection)
        if account.groups & (start_groups(one) | {one.properties.get("owner", "")})
    ]
