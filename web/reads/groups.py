"""The groups of people that tasks were given to so far."""

from sqlalchemy import Connection, select

from engine import store

_PREFIX = "group:"


def with_tasks(connection: Connection) -> set[str]:
    """Return the names of groups that some task was open to."""
    member = store.audience.c.member
    query = select(member).distinct().where(member.startswith(_PREFIX))
    return {name.removeprefix(_PREFIX) for name in connection.execute(query).scalars()}
