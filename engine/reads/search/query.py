"""What is asked for: conditions, order and page. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Operator = Literal["eq", "neq", "exists", "in", "not_in", "like", "gt", "gte", "lt", "lte"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison with a value."""

    operator: Operator
    value: Any


# A field of the view, and the conditions that must all hold for it.
Filter = Mapping[str, Sequence[Condition]]


@dataclass(frozen=True, slots=True)
class Sort:
    """Order by one field."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of the ordered list: by offset, or after or before a cursor."""

    limit: int = 100
    offset: int = 0
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question to a view: all of `where` and, when given, one of `any_of`."""

    where: Filter = field(default_factory=dict)
    any_of: Sequence[Filter] = ()
    sort: Sequence[Sort] = ()
    page: Page = field(default_factory=Page)


def equals(value: Any) -> tuple[Condition, ...]:
    """Return the conditions that say: is this value."""
    return (Condition("eq", value),)
