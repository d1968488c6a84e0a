"""Comparisons as SQL, the same on SQLite and PostgreSQL."""

import operator as operator_
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Boolean, ColumnElement, and_, false, not_, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import BindParameter, literal

from engine.reads.search.query import Condition

_ORDERINGS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": operator_.eq,
    "gt": operator_.gt,
    "gte": operator_.ge,
    "lt": operator_.lt,
    "lte": operator_.le,
}
_TOKEN = re.compile(r"\\(.)|([*?])|([^\\*?]+)|(\\)", re.DOTALL)


def compare(column: ColumnElement[Any], condition: Condition) -> ColumnElement[bool]:
    """Return the SQL condition that the condition holds for the column."""
    operator, value = condition.operator, condition.value
    match operator:
        case "neq":
            return or_(column != value, column.is_(None))
        case "exists":
            return column.is_not(None) if value else column.is_(None)
        case "in":
            return column.in_(value) if value else false()
        case "not_in":
            return or_(not_(column.in_(value)), column.is_(None)) if value else true()
        case "like":
            return Like(column, value)
        case _:
            return _ORDERINGS[operator](column, value)


def all_of(column: ColumnElement[Any], conditions: Any) -> ColumnElement[bool]:
    """Return the SQL condition that every condition holds for the column."""
    return and_(true(), *(compare(column, condition) for condition in conditions))


class Like(ColumnElement[bool]):
    """Match `*` and `?`, with backslash escapes, case-sensitive on every database."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], pattern: str) -> None:
        """Take a text column and the pattern in the words of the API."""
        self.column = column
        self.pattern = pattern


@compiles(Like, "sqlite")
def _glob(element: Like, compiler: Any, **options: Any) -> str:
    pattern: BindParameter[str] = literal(_translate(element.pattern, "*", "?", "*?["))
    return (
        f"{compiler.process(element.column, **options)} GLOB {compiler.process(pattern, **options)}"
    )


@compiles(Like)
def _like(element: Like, compiler: Any, **options: Any) -> str:
    pattern: BindParameter[str] = literal(_translate(element.pattern, "%", "_", None))
    left = compiler.process(element.column, **options)
    return f"{left} LIKE {compiler.process(pattern, **options)} ESCAPE '\\'"


def _translate(pattern: str, many: str, single: str, brackets: str | None) -> str:
    """Write the pattern in the database's own wildcards; several `*` in a row are one."""

    def plain(text: str) -> str:
        if brackets is None:
            return re.sub(r"([%_\\])", r"\\\1", text)
        return "".join(f"[{sign}]" if sign in brackets else sign for sign in text)

    out: list[str] = []
    for escaped, wildcard, text, lone in _TOKEN.findall(pattern):
        if wildcard == "*":
            if not out or out[-1] is not many:
                out.append(many)
        elif wildcard:
            out.append(single)
        else:
            out.append(plain(escaped or text or lone))
    return "".join(out)
