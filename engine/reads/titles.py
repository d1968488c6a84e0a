"""What instances are about, in the words of whoever drew their process."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from engine import store

PROPERTY = "title.variable"  # of a process: the variable that names an instance for people


def titles(connection: Connection, instance_keys: Collection[int]) -> dict[int, str]:
    """Return the title of each instance whose process names a variable for it and has a value."""
    names = _names(connection, instance_keys)
    if not names:
        return {}
    value = store.variable.c
    found = connection.execute(
        select(value.instance_key, value.name, value.value).where(
            value.instance_key.in_(names),
            value.scope_key == value.instance_key,
            value.name.in_(set(names.values())),
        )
    )
    return {
        row.instance_key: str(row.value)
        for row in found
        if names[row.instance_key] == row.name and _says_something(row.value)
    }


def _names(connection: Connection, instance_keys: Collection[int]) -> dict[int, str]:
    rows = connection.execute(
        select(store.instance.c.key, store.definition.c.properties)
        .join(store.definition, store.definition.c.key == store.instance.c.definition_key)
        .where(store.instance.c.key.in_(instance_keys))
    )
    return {row.key: name for row in rows if (name := row.properties.get(PROPERTY))}


def _says_something(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
