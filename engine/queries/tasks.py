"""Inboxes and user tasks."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, tuple_, union_all

from engine import runtime, store
from engine.errors import NotFound
from engine.queries.page import LIMIT, Page, bounded, made, page, position

View = Literal["mine", "claimable", "overdue", "done"]
COUNT_AT_MOST = 1_000

_task = store.user_task.c
_ORDER = (_task.rank, _task.due_order, _task.key)
_OPEN = _task.state == "CREATED"


@dataclass(frozen=True, slots=True)
class InboxTask:
    """A line of an inbox."""

    key: int
    name: str | None
    element_id: str
    process_id: str
    process_name: str | None
    instance_key: int
    business_key: str | None
    assignee: str | None
    candidate_groups: list[str]
    candidate_users: list[str]
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    rank: int
    due_order: datetime
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Task:
    """A user task with where it is."""

    key: int
    name: str | None
    state: str
    element_id: str
    element_instance_key: int
    definition_key: int
    process_id: str
    process_name: str | None
    version: int
    instance_key: int
    root_instance_key: int
    business_key: str | None
    tags: list[str]
    assignee: str | None
    owner: str | None
    candidate_groups: list[str]
    candidate_users: list[str]
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    form_key: int | None
    form: dict[str, Any] | None
    external_form: str | None
    headers: dict[str, str]
    created_at: datetime
    ended_at: datetime | None
    ended_by: str | None


def inbox(
    connection: Connection,
    user: str,
    groups: Iterable[str],
    view: View = "mine",
    *,
    now: datetime,
    process_id: str | None = None,
    limit: int = LIMIT,
    after: str | None = None,
) -> Page[InboxTask]:
    """List the tasks of a person, the most urgent first (the latest first for `done`)."""
    limit = bounded(limit)
    if view == "done":
        return _done(connection, user, process_id, limit, after)
    start = position(after, int, datetime.fromisoformat, int) if after else None
    branches = []
    for condition in _conditions(connection, user, groups, view, now):
        found = select(_task.key, _task.rank, _task.due_order).where(_OPEN, condition)
        if process_id:
            found = found.where(_task.process_id == process_id)
        if start:
            found = found.where(tuple_(*_ORDER) > tuple_(*start))
        branches.append(found.order_by(*_ORDER).limit(limit + 1))
    if not branches:
        return Page(())
    first = _merged(branches).limit(limit + 1).subquery()
    rows = connection.execute(
        _lines().join(first, first.c.key == _task.key).order_by(*_ORDER)
    ).mappings()
    items = [made(InboxTask, row) for row in rows]
    return page(items, limit, lambda item: (item.rank, item.due_order.isoformat(), item.key))


def count_inbox(
    connection: Connection, user: str, groups: Iterable[str], *, now: datetime
) -> dict[str, int]:
    """Count mine, claimable and overdue, up to a thousand each."""
    counts = {}
    for view in ("mine", "claimable", "overdue"):
        total = 0
        for condition in _conditions(connection, user, groups, view, now):
            some = select(_task.key).where(_OPEN, condition).limit(COUNT_AT_MOST).subquery()
            total += connection.execute(select(func.count()).select_from(some)).scalar_one()
        counts[view] = min(total, COUNT_AT_MOST)
    return counts


def task(connection: Connection, key: int) -> Task:
    """Give a user task; raises NotFound."""
    row = (
        connection.execute(
            select(
                store.user_task,
                store.definition.c.name.label("process_name"),
                store.definition.c.version,
                store.instance.c.business_key,
                store.instance.c.tags,
                store.instance.c.root_instance_key,
            )
            .join(store.definition, store.definition.c.key == _task.definition_key)
            .join(store.instance, store.instance.c.key == _task.instance_key)
            .where(_task.key == key)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound(f"no user task {key}")
    return made(Task, row)


def form_of_task(connection: Connection, key: int) -> dict[str, Any] | None:
    """Give the form-js schema of a task; None if it has no form."""
    row = connection.execute(
        select(_task.form, store.form.c.schema)
        .outerjoin(store.form, store.form.c.key == _task.form_key)
        .where(_task.key == key)
    ).one_or_none()
    if row is None:
        raise NotFound(f"no user task {key}")
    found: dict[str, Any] | None = row.form if row.form is not None else row.schema
    return found


def task_sees(connection: Connection, key: int) -> dict[str, Any]:
    """Give the variables seen from a task; from a finished one, those of its instance."""
    row = connection.execute(
        select(_task.element_instance_key, store.instance.c.data)
        .join(store.instance, store.instance.c.key == _task.instance_key)
        .where(_task.key == key)
    ).one_or_none()
    if row is None:
        raise NotFound(f"no user task {key}")
    return runtime.visible(json.loads(row.data), row.element_instance_key)


def _conditions(
    connection: Connection, user: str, groups: Iterable[str], view: str, now: datetime
) -> list[ColumnElement[bool]]:
    """Say where a person's tasks are: one index range for each condition."""
    mine = _task.assignee == user
    if view == "mine":
        return [mine]
    free = [
        and_(_task.assignee.is_(None), _task.audience == audience)
        for audience in _audiences(connection, user, groups)
    ]
    if view == "claimable":
        return free
    return [and_(condition, _task.due_at < now) for condition in (mine, *free)]


def _audiences(connection: Connection, user: str, groups: Iterable[str]) -> list[str]:
    members = [f"user:{user}", *(f"group:{group}" for group in groups)]
    found = connection.execute(
        select(store.audience.c.id).where(store.audience.c.member.in_(members)).distinct()
    )
    return sorted(found.scalars())


def _merged(branches: "list[Select[Any]]") -> "Select[Any]":
    together = union_all(*(select(branch.subquery()) for branch in branches)).subquery()
    return select(together.c.key).order_by(together.c.rank, together.c.due_order, together.c.key)


def _lines() -> "Select[Any]":
    return (
        select(
            store.user_task,
            store.definition.c.name.label("process_name"),
            store.instance.c.business_key,
        )
        .join(store.definition, store.definition.c.key == _task.definition_key)
        .join(store.instance, store.instance.c.key == _task.instance_key)
    )


def _done(
    connection: Connection, user: str, process_id: str | None, limit: int, after: str | None
) -> Page[InboxTask]:
    found = _lines().where(_task.ended_by == user, _task.state == "COMPLETED")
    if process_id:
        found = found.where(_task.process_id == process_id)
    if after:
        start = position(after, datetime.fromisoformat, int)
        found = found.where(tuple_(_task.ended_at, _task.key) < tuple_(*start))
    rows = connection.execute(
        found.order_by(_task.ended_at.desc(), _task.key.desc()).limit(limit + 1)
    ).mappings()
    items = [made(InboxTask, row) for row in rows]
    return page(items, limit, lambda item: (item.ended_at, item.key))
