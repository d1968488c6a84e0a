"""The bands of an inbox: late, due soon, and the rest; inside each by priority and age.

The rest is a walk along the index of priorities. Late tasks and those due soon may be none among a
million, which that walk would all look at: they are found by when they are due and then sorted, but
for the many that are late together.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from engine import store

SOON = timedelta(days=1)
FEW = 500  # sorted at once; where there are more, the walk finds them soon enough
REST = 2

_task = store.user_task.c
ORDER = (_task.rank, _task.due_order, _task.key)
Condition = ColumnElement[bool]


def band_of(due_order: datetime, now: datetime) -> int:
    """Return in which band a task is."""
    return 0 if due_order < now else 1 if due_order < now + SOON else REST


def first(
    connection: Connection,
    conditions: Sequence[Condition],
    wanted: Sequence[Condition],
    now: datetime,
    start: Sequence[Any] | None,
    limit: int,
) -> "Select[Any] | None":
    """Select key and band of the first tasks after `start` (band, rank, due order, key)."""
    ranges = [
        (number, and_(condition, band))
        for number, band in enumerate(_bands(now))
        for condition in conditions
        if start is None or number >= start[0]
    ]
    if not ranges:
        return None
    few = _few(connection, [found for number, found in ranges if number != REST])
    branches = []
    for at, (number, found) in enumerate(ranges):
        lines = _sorted(found, wanted) if at < len(few) and few[at] else _walked(found, wanted)
        lines = lines.add_columns(literal(number).label("band"))
        rank, due_order, key = (lines.selected_columns[c.name] for c in ORDER)
        if start is not None and number == start[0]:
            lines = lines.where(tuple_(rank, due_order, key) > tuple_(*start[1:]))
        branches.append(lines.order_by(rank, due_order, key).limit(limit))
    return _merged(branches).limit(limit)


def _bands(now: datetime) -> tuple[Condition, ...]:
    due = _task.due_at
    late, soon = due < now, and_(due >= now, due < now + SOON)
    has_due = due.is_not(None)  # as the index says
    return and_(has_due, late), and_(has_due, soon), _task.due_order >= now + SOON


def _few(connection: Connection, ranges: "Sequence[Condition]") -> list[bool]:
    """Return for each range whether its tasks are few enough to be sorted; one statement."""
    if not ranges:
        return []
    counts = [
        select(func.count()).select_from(_by_due(found, FEW + 1)).scalar_subquery()
        for found in ranges
    ]
    return [count <= FEW for count in connection.execute(select(*counts)).one()]


def _by_due(found: Condition, limit: int) -> Any:
    return select(_task.key).where(found).order_by(_task.due_at).limit(limit).subquery()


def _sorted(found: Condition, wanted: Sequence[Condition]) -> "Select[Any]":
    keys = _by_due(found, FEW)
    return select(*ORDER).join(keys, keys.c.key == _task.key).where(*wanted)


def _walked(found: Condition, wanted: Sequence[Condition]) -> "Select[Any]":
    return select(*ORDER).where(found, *wanted)


def _merged(branches: "list[Select[Any]]") -> "Select[Any]":
    found = union_all(*(select(branch.subquery()) for branch in branches)).subquery().c
    return select(found.key, found.band).order_by(
        found.band, found.rank, found.due_order, found.key
    )
