"""What a transaction writes, as statements that are built once.

SQLite runs them one after the other, which costs it little. PostgreSQL is asked over a wire, so it
gets all of them as one statement of common table expressions: one way there and back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from engine.store import JsonText, UtcDateTime, dumps, instance, state_part, timer

Row = dict[str, Any]

_UPSERT_KEYS = {
    "pv_element_instance": (["key"], ["element_id", "state", "ended_at"]),
    "pv_state_part": (["instance_key", "part"], ["data", "checksum"]),
    "pv_variable": (["scope_key", "name"], ["value"]),
    "pv_user_task": (
        ["key"],
        ["state", "assignee", "ended_at", "ended_by"],
    ),
}
_POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
_SHAPES = 500  # of transactions whose one statement is remembered


@dataclass(frozen=True, slots=True)
class Insert:
    """Insert rows of these columns, or change them where the table is upserted."""

    table: Table
    names: tuple[str, ...]

    def statement(self, dialect: str) -> Any:
        """Insert one row, or a batch."""
        made = postgresql.insert if dialect == "postgresql" else sqlite.insert
        return self._or_change(made(self.table).inline())

    def within(self, place: str) -> Any:
        """Insert the rows of one parameter: a list of JSON objects, so that any number fits."""
        like: ColumnElement[Any] = literal_column(f"NULL::{self.table.name}")
        given = cast(bindparam(f"rows{place}", type_=Text), JSON)
        rows = func.json_populate_recordset(like, given)
        columns: list[ColumnElement[Any]] = [column(name) for name in self.names]
        made = postgresql.insert(self.table)
        return self._or_change(made.from_select(self.names, select(*columns).select_from(rows)))

    def parameters(self, rows: Sequence[Row], place: str) -> Row:
        """Return the parameter of `within`."""
        texts = _texts(self.table, self.names)
        return {
            f"rows{place}": dumps(
                [row | {name: text(row[name]) for name, text in texts} for row in rows]
            )
        }

    def _or_change(self, made: Any) -> Any:
        if self.table.name not in _UPSERT_KEYS:
            return made
        keys, changing = _UPSERT_KEYS[self.table.name]
        return made.on_conflict_do_update(
            index_elements=keys, set_={name: made.excluded[name] for name in changing}
        )


@dataclass(frozen=True, slots=True)
class Update:
    """Change these columns of the row that is known by `keys`; no columns: delete it.

    What a row is known by is given as `b_` and the name of the key.
    """

    table: Table
    keys: tuple[str, ...]
    names: tuple[str, ...] = ()

    def statement(self, _dialect: str = "", place: str = "") -> Any:
        """Change one row, or a batch."""
        known = [self.table.c[key] == bindparam(f"b_{key}{place}") for key in self.keys]
        if not self.names:
            return delete(self.table).where(*known)
        values: Row = {name: bindparam(f"{name}{place}") for name in self.names}
        return update(self.table).where(*known).values(values)

    def within(self, place: str) -> Any:
        """Change one row."""
        return self.statement(place=place).returning(self.table.c[self.keys[0]])

    def parameters(self, rows: Sequence[Row], place: str) -> Row:
        """Return the parameters of `within`."""
        return {f"{name}{place}": value for name, value in rows[0].items()}


Write = tuple[Insert | Update, list[Row]]

# The row must be as it was read.
CHANGE_INSTANCE = Update(
    instance,
    ("key", "revision"),
    (
        "definition_key",
        "version",
        "state",
        "revision",
        "data",
        "checksum",
        "flows",
        "incidents",
        "customer",
        "open_per",
        "ended_at",
        "history_seq",
        "history_hash",
    ),
)
DROP_PART = Update(state_part, ("instance_key", "part"))
DROP_TIMER = Update(timer, ("key",))


def write(connection: Connection, writes: Sequence[Write]) -> bool:
    """Write everything in this order; return whether every instance was as it had been read."""
    dialect = connection.dialect.name
    together: list[Write] = []
    right = True
    for what, rows in writes:
        # A batch of changes would be a join, and a plan for few rows is a bad one for many.
        if dialect == "postgresql" and (len(rows) == 1 or isinstance(what, Insert)):
            together.append((what, rows))
        else:
            done = connection.execute(_statement(what, dialect), rows if len(rows) > 1 else rows[0])
            right &= what is not CHANGE_INSTANCE or done.rowcount == len(rows)
    return (not together or _write_together(connection, together)) and right


def _write_together(connection: Connection, writes: Sequence[Write]) -> bool:
    values: Row = {}
    for at, (what, rows) in enumerate(writes):
        values |= what.parameters(rows, f"_{at}")
    return bool(connection.execute(_together(tuple(what for what, _ in writes)), values).scalar())


@lru_cache(_SHAPES)
def _together(writes: tuple[Insert | Update, ...]) -> Any:
    """All writes as one statement, which answers whether the instance was as it had been read."""
    parts = [what.within(f"_{at}").cte(f"w{at}") for at, what in enumerate(writes)]
    right: ColumnElement[Any] = literal_column("true")
    if CHANGE_INSTANCE in writes:
        right = select(parts[writes.index(CHANGE_INSTANCE)]).exists()
    return select(right).add_cte(*parts)


@cache
def _statement(what: Insert | Update, dialect: str) -> Any:
    return what.statement(dialect)


@cache
def _texts(table: Table, names: tuple[str, ...]) -> list[tuple[str, Callable[[Any], Any]]]:
    """Return how the columns are written whose values are not JSON as they are."""
    types = {name: table.c[name].type for name in names}
    return [
        (name, partial(_text, kind))
        for name, kind in types.items()
        if isinstance(kind, JsonText | UtcDateTime)
    ]


def _text(kind: JsonText | UtcDateTime, value: Any) -> str | None:
    stored = kind.process_bind_param(value, _POSTGRESQL)
    return stored.isoformat() if isinstance(stored, datetime) else stored
