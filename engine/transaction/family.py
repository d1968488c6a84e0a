"""An instance and all it called, however deep."""

from sqlalchemy import Connection, Select, literal, select

from engine import store

_instance = store.instance.c


def keys_of(key: int) -> "Select[tuple[int]]":
    """Return the query for the keys of an instance and of all it called."""
    child = store.instance.alias("child")
    first = select(literal(key).label("key")).cte("family", recursive=True)
    called = select(child.c.key).join(first, child.c.parent_instance_key == first.c.key)
    return select(first.union_all(called).c.key)


def members(connection: Connection, key: int) -> list[tuple[int, bool]]:
    """Return the key of each, and whether it has ended; ordered, as callers lock them."""
    found = select(_instance.key, _instance.ended_at.is_not(None))
    ordered = found.where(_instance.key.in_(keys_of(key))).order_by(_instance.key)
    return [(row[0], bool(row[1])) for row in connection.execute(ordered)]
