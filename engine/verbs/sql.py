"""The statements of the hot path, built once."""

from typing import Any

from sqlalchemy import Table, bindparam, delete, update
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

_UPSERTS: dict[tuple[str, str], Any] = {}
_UPSERT_KEYS = {
    "pv_element_instance": (["key"], ["element_id", "state", "ended_at"]),
    "pv_variable": (["scope_key", "name"], ["value"]),
    "pv_user_task": (
        ["key"],
        ["state", "assignee", "ended_at", "ended_by"],
    ),
}


def upsert(table: Table, dialect: str) -> Any:
    """Insert a row or, where it is there, change what may change."""
    statement = _UPSERTS.get((table.name, dialect))
    if statement is None:
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        keys, changing = _UPSERT_KEYS[table.name]
        plain = insert(table)
        statement = plain.on_conflict_do_update(
            index_elements=keys, set_={name: plain.excluded[name] for name in changing}
        )
        _UPSERTS[table.name, dialect] = statement
    return statement


def change(table: Table, names: frozenset[str]) -> Any:
    """Update those columns of the row with `b_key`."""
    return (
        update(table)
        .where(table.c.key == bindparam("b_key"))
        .values({name: bindparam(name) for name in sorted(names)})
    )
