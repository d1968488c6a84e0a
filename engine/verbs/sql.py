"""The statements of the hot path, built once."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import store

Row = dict[str, Any]

UPDATE_INSTANCE = (
    update(store.instance)
    .where(store.instance.c.key == bindparam("b_key"))
    .where(store.instance.c.revision == bindparam("b_revision"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "definition_key",
                "version",
                "state",
                "revision",
                "data",
                "checksum",
                "flows",
                "incidents",
                "ended_at",
                "history_seq",
                "history_hash",
            )
        }
    )
)
_part = store.state_part.c
DROP_PART = delete(store.state_part).where(
    _part.instance_key == bindparam("b_key"), _part.part == bindparam("b_part")
)
DELETE_TIMER = delete(store.timer).where(store.timer.c.key == bindparam("b_key"))

_UPSERT_KEYS = {
    "pv_element_instance": (["key"], ["element_id", "state", "ended_at"]),
    "pv_state_part": (["instance_key", "part"], ["data", "checksum"]),
    "pv_variable": (["scope_key", "name"], ["value"]),
    "pv_user_task": (
        ["key"],
        ["state", "assignee", "ended_at", "ended_by"],
    ),
}


# PostgreSQL's driver opens a pipeline for a batch, which costs more than a few rows in one VALUES.
_FEW = 8


def insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows of one shape by one statement, or change them where a table is upserted."""
    dialect = connection.dialect.name
    if len(rows) == 1 or len(rows) > _FEW or dialect != "postgresql":
        send(connection, _insert(table, dialect), rows)
        return
    names = tuple(rows[0])
    together = {f"{name}_{at}": row[name] for at, row in enumerate(rows) for name in names}
    connection.execute(_insert_few(table, names, len(rows)), together)


def send(connection: Connection, statement: Any, rows: Sequence[Row]) -> int:
    """Run a statement for each row, as a batch if there are several; answers the rows changed."""
    result = connection.execute(statement, rows if len(rows) > 1 else rows[0])
    return int(result.rowcount)


@cache
def change(table: Table, names: frozenset[str]) -> Any:
    """Update those columns of the row with `b_key`."""
    return (
        update(table)
        .where(table.c.key == bindparam("b_key"))
        .values({name: bindparam(name) for name in sorted(names)})
    )


@cache
def _insert(table: Table, dialect: str) -> Any:
    made = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return _or_change(made(table).inline(), table)


@cache
def _insert_few(table: Table, names: tuple[str, ...], count: int) -> Any:
    """Several rows as a union: SQLAlchemy caches it, which it does not do for VALUES."""
    rows = (
        select(*(bindparam(f"{name}_{at}", type_=table.c[name].type) for name in names))
        for at in range(count)
    )
    return _or_change(postgresql.insert(table).from_select(names, union_all(*rows)), table)


def _or_change(statement: Any, table: Table) -> Any:
    if table.name not in _UPSERT_KEYS:
        return statement
    keys, changing = _UPSERT_KEYS[table.name]
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in changing}
    )
