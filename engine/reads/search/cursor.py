"""Cursors: the place of a row in an order, as an opaque text (base64, as clients expect)."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from engine.errors import Invalid
from engine.reads.search.query import Sort
from engine.reads.search.view import View


def encode(row: Mapping[str, Any], order: Sequence[Sort]) -> str:
    """Write the place of the row in this order."""
    place = [[_written(row[by.field]) for by in order], [_signature(by) for by in order]]
    text = json.dumps(place, separators=(",", ":"), ensure_ascii=False)
    return base64.b64encode(text.encode()).decode()


def decode(cursor: str, order: Sequence[Sort]) -> list[Any]:
    """Read a place back; a text that is not of this order is the caller's mistake."""
    try:
        raw = base64.b64decode(cursor.encode(), validate=True)
        values, signature = json.loads(raw)
        if signature != [_signature(by) for by in order] or len(values) != len(order):
            raise Invalid("The cursor belongs to another search")
        return [_read(value) for value in values]
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError):
        raise Invalid("The cursor is not one of this server") from None


def beyond(
    view: View, order: Sequence[Sort], place: Sequence[Any], *, backward: bool
) -> ColumnElement[bool]:
    """Return the SQL condition of rows after (or before) this place; nulls come last upwards."""
    alternatives: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for by, value in zip(order, place, strict=True):
        column = view.column(by.field)
        upwards = by.descending == backward
        empty = not view.never_null(by.field)
        alternatives.append(and_(*equal, _further(column, value, upwards=upwards, empty=empty)))
        equal.append(column.is_(None) if value is None else column == value)
    return or_(false(), *alternatives)


def _further(
    column: ColumnElement[Any], value: Any, *, upwards: bool, empty: bool
) -> ColumnElement[bool]:
    if value is None:
        return false() if upwards else column.is_not(None)
    if upwards:
        return or_(column > value, column.is_(None)) if empty else column > value
    return and_(true(), column < value)


def _signature(by: Sort) -> str:
    return ("-" if by.descending else "+") + by.field


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.astimezone(UTC).isoformat()}
    return value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["t"])
    if isinstance(value, list):
        raise Invalid("The cursor is not one of this server")
    return value
