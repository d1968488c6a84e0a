"""The statements of the hot path, built once."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from engine import store

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
DELETE_TIMER = delete(store.timer).where(store.timer.c.key == bindparam("b_key"))

_UPSERT_KEYS = {
    "pv_element_instance": (["key"], ["element_id", "state", "ended_at"]),
    "pv_variable": (["scope_key", "name"], ["value"]),
    "pv_user_task": (
        ["key"],
        ["state", "assignee", "ended_at", "ended_by"],
    ),
}


@cache
def upsert(table: Table, dialect: str) -> Any:
    """Insert a row or, where it is there, change what may change."""
    made = postgresql.insert if dialect == "postgresql" else sqlite.insert
    keys, changing = _UPSERT_KEYS[table.name]
    plain = made(table).inline()
    return plain.on_conflict_do_update(
        index_elements=keys, set_={name: plain.excluded[name] for name in changing}
    )


@cache
def new(table: Table) -> Any:
    """Insert a row whose keys we know."""
    return insert(table).inline()


@cache
def change(table: Table, names: frozenset[str]) -> Any:
    """Update those columns of the row with `b_key`."""
    return (
        update(table)
        .where(table.c.key == bindparam("b_key"))
        .values({name: bindparam(name) for name in sorted(names)})
    )


def write(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> int:
    """Write rows by one statement; answers how many there were.

    One row alone is no batch: PostgreSQL's driver would open a pipeline for it.
    """
    result = connection.execute(statement, rows if len(rows) > 1 else rows[0])
    return int(result.rowcount)
