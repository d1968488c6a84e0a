"""One page of a view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    UnaryExpression,
    and_,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import Session

from engine.errors import Invalid
from engine.reads.search.cursor import beyond, decode, encode
from engine.reads.search.query import Query, Sort, equals
from engine.reads.search.view import View

Rows = list[dict[str, Any]]
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """A page: its rows, how many there are in all, and the cursors of its first and last row.

    More than `MOST_COUNTED` are not counted: `total` is then that number, and `more` is true.
    """

    items: Rows
    total: int
    start: str | None
    end: str | None
    more: bool = False


def find(
    connection: Connection | Session,
    view: View,
    query: Query,
    only: ColumnElement[bool] | None = None,
) -> Found:
    """Return one page of the view; `only` narrows it to what the caller may see."""
    where = and_(view.where(query.where, query.any_of), true() if only is None else only)
    order = _total_order(view, query.sort)
    rows = select(literal(1)).select_from(view.source).where(where).limit(MOST_COUNTED + 1)
    counted = connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one()
    items = _page(connection, view, query, where, order)
    return Found(
        items,
        min(counted, MOST_COUNTED),
        encode(items[0], order) if items else None,
        encode(items[-1], order) if items else None,
        more=counted > MOST_COUNTED,
    )


def one(
    connection: Connection | Session,
    view: View,
    key: Any,
    only: ColumnElement[bool] | None = None,
) -> dict[str, Any] | None:
    """Return the row of this key, if there is one the caller may see."""
    where = and_(view.where({view.key: equals(key)}), true() if only is None else only)
    row = connection.execute(view.select().where(where)).mappings().first()
    return None if row is None else _completed(view, row)


def _page(
    connection: Connection | Session,
    view: View,
    query: Query,
    where: ColumnElement[bool],
    order: Sequence[Sort],
) -> Rows:
    page = query.page
    backward = page.before is not None
    statement: Select[Any] = view.select([by.field for by in order])
    cursor = page.before if backward else page.after
    if cursor is not None:
        place = decode(cursor, order)
        where = and_(where, beyond(view, order, place, backward=backward))
    statement = statement.where(where).order_by(
        *(part for by in order for part in _ordering(view, by, backward=backward))
    )
    rows = connection.execute(statement.limit(page.limit).offset(page.offset)).mappings().all()
    items = [_completed(view, row) for row in rows]
    return items[::-1] if backward else items


def _total_order(view: View, wanted: Sequence[Sort]) -> list[Sort]:
    for by in wanted:
        if by.field not in view.columns and by.field not in view.constants:
            raise Invalid(f"{view.name} cannot be sorted by '{by.field}'")
    order = [by for by in wanted if by.field in view.columns]
    named = {by.field for by in order}
    return order + [Sort(name) for name in (view.key, *view.ties) if name not in named]


def _ordering(view: View, by: Sort, *, backward: bool) -> list[UnaryExpression[Any]]:
    column = view.column(by.field)
    downwards = by.descending != backward
    if view.never_null(by.field):
        return [column.desc() if downwards else column.asc()]
    # Nulls last upwards, first downwards, on both databases and in both directions of reading.
    if downwards:
        return [column.is_(None).desc(), column.desc()]
    return [column.is_(None).asc(), column.asc()]


def _completed(view: View, row: Mapping[Any, Any]) -> dict[str, Any]:
    return {**view.constants, **row}
