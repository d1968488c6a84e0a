"""A page of a long list: read by key, not by counting, so the millionth page costs the same."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Select

from engine.errors import Invalid

T = TypeVar("T")
LIMIT = 50
MOST = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and the cursor after the last one (None: there are no more)."""

    items: tuple[T, ...]
    after: str | None = None


def page(found: Sequence[T], limit: int, position: Callable[[T], Sequence[Any]]) -> Page[T]:
    """Cut a list that was read with one row too many."""
    items = tuple(found[:limit])
    more = len(found) > limit
    return Page(items, cursor(position(items[-1])) if more else None)


def newest(
    connection: Connection,
    kind: type[T],
    found: "Select[Any]",
    key: "ColumnElement[int]",
    *,
    limit: int,
    after: str | None,
    equal: Mapping["ColumnElement[Any]", Any] = MappingProxyType({}),
) -> Page[T]:
    """Return a page of rows as values, the newest first by `key`; `equal` are filters, if given."""
    limit = bounded(limit)
    for column, value in equal.items():
        if value is not None:
            found = found.where(column == value)
    if after:
        found = found.where(key < position(after, int)[0])
    rows = connection.execute(found.order_by(key.desc()).limit(limit + 1)).mappings()
    return page([made(kind, row) for row in rows], limit, lambda item: (item.key,))  # type: ignore[attr-defined]


def bounded(limit: int) -> int:
    """Keep pages small."""
    return max(1, min(limit, MOST))


def cursor(position: Sequence[Any]) -> str:
    """Return the cursor after a page."""
    text = json.dumps([str(value) for value in position])
    return urlsafe_b64encode(text.encode()).decode()


def position(after: str, *kinds: Callable[[str], Any]) -> list[Any]:
    """Read a cursor back; a foreign one is the caller's mistake."""
    try:
        values = json.loads(urlsafe_b64decode(after.encode()))
        return [kind(value) for kind, value in zip(kinds, values, strict=True)]
    except (ValueError, TypeError) as error:
        raise Invalid("this page does not exist any more") from error


def made(kind: type[T], row: Any) -> T:
    """Make a value out of a row that has columns of the same names."""
    return kind(**{name: row[name] for name in _names(kind)})  # type: ignore[arg-type]


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
