"""The scopes around an element, and the variables seen from it."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, case, select

from engine import store

_e, _v = store.element_instance, store.variable


def path_of(connection: Connection, element_instance_key: int, instance_key: int) -> list[int]:
    """Return the keys of the scopes from the element outwards to its instance."""
    path = [element_instance_key]
    while path[-1] != instance_key:
        scope = connection.execute(
            select(_e.c.scope_key).where(_e.c.key == path[-1])
        ).scalar_one_or_none()
        path.append(instance_key if scope is None or scope in path else scope)
    return path


def effective(path: Sequence[int]) -> ColumnElement[bool]:
    """Return the SQL condition: a variable of these scopes that no inner scope hides."""
    inner = _v.alias("inner_variable")
    depth = {key: place for place, key in enumerate(path)}
    hidden = (
        select(inner.c.key)
        .where(
            inner.c.name == _v.c.name,
            inner.c.scope_key.in_(path),
            case(depth, value=inner.c.scope_key) < case(depth, value=_v.c.scope_key),
        )
        .exists()
    )
    return and_(_v.c.scope_key.in_(path), ~hidden)
