"""Inboxes and user tasks."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    tuple_,
)

from engine import runtime, store
from engine.errors import NotFound
from engine.reads import inbox_order
from engine.reads.page import LIMIT, Page, bounded, made, page, position
from engine.text.normal import search_words
from engine.transaction.instances import read_parts
from engine.transaction.state_parts import StoredState

View = Literal["mine", "claimable", "overdue", "snoozed", "done"]
COUNT_AT_MOST = 1_000

_task = store.user_task.c
_OPEN = _task.state == store.CREATED


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
class Narrowed:
    """What of an inbox is wanted, beside its view; what is not said does not narrow it."""

    process_id: str = ""
    group: str = ""  # among its candidates
    customer: str = ""  # whom its instance is about
    due_before: datetime | None = None
    priority_from: int = 0

    def conditions(self) -> "list[ColumnElement[bool]]":
        """Return the conditions on user tasks."""
        found: list[ColumnElement[bool]] = []
        if self.process_id:
            found.append(_task.process_id == self.process_id)
        if self.group:
            asked = store.audience.c.member == f"group:{self.group}"
            found.append(_task.audience.in_(select(store.audience.c.id).where(asked)))
        if self.customer:
            about = select(store.instance.c.key).where(store.instance.c.customer == self.customer)
            found.append(_task.instance_key.in_(about))
        if self.due_before is not None:
            found.append(_task.due_order < self.due_before)
        if self.priority_from:
            found.append(_task.rank <= 100 - self.priority_from)
        return found


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
    outside: dict[str, Any] | None  # {for, whom …}: somebody outside answers it by a link
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
    narrowed: Narrowed | None = None,
    search: str = "",
    names: Collection[str] = (),
    limit: int = LIMIT,
    after: str | None = None,
) -> Page[InboxTask]:
    """Return the tasks of a person: late, due soon, by priority and age (`done`: latest first).

    A snoozed task is in `snoozed` alone until its time comes; `overdue` shows late ones even so.
    `search` looks for words in name and business key, in any spelling; `names` are whole names that
    fit too.
    """
    limit = bounded(limit)
    narrowed = narrowed or Narrowed(process_id or "")
    wanted = [*narrowed.conditions(), *_searched(search, names)]
    if view == "done":
        return _done(connection, user, wanted, limit, after)
    start = position(after, int, int, datetime.fromisoformat, int) if after else None
    conditions = [
        and_(_OPEN, condition) for condition in _conditions(connection, user, groups, view, now)
    ]
    found = inbox_order.first(connection, conditions, wanted, now, start, limit + 1)
    if found is None:
        return Page(())
    first = found.subquery()
    rows = connection.execute(
        _lines().join(first, first.c.key == _task.key).order_by(first.c.band, *inbox_order.ORDER)
    ).mappings()
    items = [made(InboxTask, row) for row in rows]
    return page(
        items,
        limit,
        lambda item: (
            inbox_order.band_of(item.due_order, now),
            item.rank,
            item.due_order.isoformat(),
            item.key,
        ),
    )


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


def count_of(
    connection: Connection,
    user: str,
    groups: Iterable[str],
    view: View,
    narrowed: Narrowed,
    *,
    now: datetime,
    search: str = "",
) -> int:
    """Count the open tasks of a narrowed view, up to a thousand."""
    wanted = (*narrowed.conditions(), *_searched(search, ()))
    total = 0
    for condition in _conditions(connection, user, groups, view, now):
        some = select(_task.key).where(_OPEN, condition, *wanted).limit(COUNT_AT_MOST).subquery()
        total += connection.execute(select(func.count()).select_from(some)).scalar_one()
    return min(total, COUNT_AT_MOST)


def words_of(
    connection: Connection, user: str, groups: Iterable[str], view: View, *, now: datetime
) -> set[str]:
    """Return the words that a search of a view may find, of a thousand tasks at most."""
    places = _conditions(connection, user, groups, view, now)
    if not places:
        return set()
    found = select(_task.search_text).where(_OPEN, or_(*places)).limit(COUNT_AT_MOST)
    return {word for text in connection.scalars(found) for word in text.split()}


def task(connection: Connection, key: int) -> Task:
    """Return a user task; raises NotFound."""
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
    """Return the form-js schema of a task; None if it has no form."""
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
    """Return the variables seen from a task; from a finished one, those of its instance."""
    row = connection.execute(
        select(_task.element_instance_key, _task.instance_key, store.instance.c.data)
        .join(store.instance, store.instance.c.key == _task.instance_key)
        .where(_task.key == key)
    ).one_or_none()
    if row is None:
        raise NotFound(f"no user task {key}")
    parts = partial(read_parts, connection, row.instance_key)
    state = StoredState(json.loads(row.data), parts).load_around(row.element_instance_key)
    return runtime.visible(state, row.element_instance_key)


def _conditions(
    connection: Connection, user: str, groups: Iterable[str], view: str, now: datetime
) -> list[ColumnElement[bool]]:
    """Return where a person's tasks are: one index range for each condition."""
    mine = _task.assignee == user
    if view == "mine":
        awake = or_(_task.follow_up_at.is_(None), _task.follow_up_at <= now)
        return [and_(mine, awake)]
    if view == "snoozed":
        return [and_(mine, _task.follow_up_at > now)]
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


def _searched(search: str, names: Collection[str]) -> "list[ColumnElement[bool]]":
    if not search:
        return []
    words = [_task.search_text.contains(w, autoescape=True) for w in search_words(search)]
    return [or_(and_(*words) if words else false(), _task.name.in_(names))]


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
    connection: Connection,
    user: str,
    wanted: "Sequence[ColumnElement[bool]]",
    limit: int,
    after: str | None,
) -> Page[InboxTask]:
    found = _lines().where(_task.ended_by == user, _task.state == "COMPLETED", *wanted)
    if after:
        start = position(after, datetime.fromisoformat, int)
        found = found.where(tuple_(_task.ended_at, _task.key) < tuple_(*start))
    rows = connection.execute(
        found.order_by(_task.ended_at.desc(), _task.key.desc()).limit(limit + 1)
    ).mappings()
    items = [made(InboxTask, row) for row in rows]
    return page(items, limit, lambda item: (item.ended_at, item.key))
