"""A readable list: which columns it has, where they come from, what is its key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Join,
    Select,
    and_,
    literal,
    null,
    or_,
    select,
    true,
)

from engine.errors import Invalid
from engine.reads.search.operators import all_of
from engine.reads.search.query import Condition, Filter

Special = Callable[[Sequence[Condition]], ColumnElement[bool]]


@dataclass(frozen=True)
class View:
    """A list of things, read from `source`; `key` names the unique column that ends every order."""

    name: str
    source: FromClause
    key: str
    columns: Mapping[str, ColumnElement[Any]]
    filters: Mapping[str, Special] = field(default_factory=dict)  # those that are no column
    constants: Mapping[str, Any] = field(default_factory=dict)  # fields without a column
    unread: frozenset[str] = frozenset()  # columns that only filter and sort
    base: ColumnElement[bool] | None = None  # what every row of the view satisfies
    ties: tuple[str, ...] = ()  # further columns when the key alone is not unique

    def select(self, also: Sequence[str] = ()) -> "Select[Any]":
        """Select every column under its name; of those that only filter and sort, `also` these."""
        read = (name for name in self.columns if name not in self.unread or name in also)
        return select(*(self.columns[name].label(name) for name in read)).select_from(self.source)

    def column(self, name: str) -> ColumnElement[Any]:
        """Return the column of a name; an unknown name is the caller's mistake."""
        try:
            return self.columns[name]
        except KeyError:
            raise Invalid(f"{self.name} has no field '{name}'") from None

    def never_null(self, name: str) -> bool:
        """Return whether every row has a value there, so that an index alone gives the order.

        True of columns that may not be empty of the table the others are joined to.
        """
        column, first = self.column(name), self.source
        while isinstance(first, Join):
            if first.full:
                return False
            first = first.left
        return isinstance(column, Column) and column.table is first and not column.nullable

    def where(self, wanted: Filter, any_of: Sequence[Filter] = ()) -> ColumnElement[bool]:
        """Return the SQL condition of a filter."""
        clause = and_(
            true() if self.base is None else self.base,
            *(self._clause(name, wanted[name]) for name in wanted),
        )
        if any_of:
            clause = and_(clause, or_(*(self.where(alternative) for alternative in any_of)))
        return clause

    def _clause(self, name: str, conditions: Sequence[Condition]) -> ColumnElement[bool]:
        if name in self.filters:
            return self.filters[name](conditions)
        if name in self.constants:
            return _constant(self.constants[name], conditions)
        return all_of(self.column(name), conditions)


def _constant(value: Any, conditions: Sequence[Condition]) -> ColumnElement[bool]:
    column: ColumnElement[Any] = null() if value is None else literal(value)
    return all_of(column, conditions)
