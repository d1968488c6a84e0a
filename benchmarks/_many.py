"""A million running instances by SQL: each waits in a user task and for a message of its own.

They are copies of an instance that the engine started, so that indexes, not our code, are measured
among them.
"""

from sqlalchemy import Engine as Database
from sqlalchemy import Table, text

from engine import store

_KEY_STEP = 100  # keys of one instance lie closer together than this
_KEY_OFFSET = 10**12  # far from the keys that the engine hands out
_SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS "
    "(SELECT :first UNION ALL SELECT n + 1 FROM series WHERE n < :last)",
    "postgresql": "WITH series AS (SELECT generate_series(CAST(:first AS bigint), :last) AS n)",
}
_OWN_KEYS = ("key", "instance_key", "root_instance_key", "element_instance_key")


def multiply(database: Database, instance_key: int, first: int, last: int) -> None:
    """Copy an instance with its task, its subscription and its timer, once for each number.

    Copy number n waits for the correlation key `o-n`. The copies can be found, not moved.
    """
    with database.connect() as connection:
        if database.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-1000000"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # copies of what is right need no check of their references
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table in (store.instance, store.user_task, store.subscription, store.timer):
            connection.execute(
                text(_copy(table, database.dialect.name)),
                {"first": first, "last": last, "origin": instance_key},
            )
        connection.execute(text("ANALYZE"))
        connection.commit()
        if database.dialect.name == "sqlite":
            connection.detach()  # its settings end with it


def _copy(table: Table, dialect: str) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.c)
    values = ", ".join(_value(column.name) for column in table.c)
    owner = "key" if table is store.instance else "instance_key"
    return (
        f"INSERT INTO {table.name} ({columns}) {_SERIES[dialect]} "  # noqa: S608 - our own names
        f"SELECT {values} FROM {table.name} t, series WHERE t.{owner} = :origin"
    )


def _value(name: str) -> str:
    if name in _OWN_KEYS:
        return f't."{name}" + {_KEY_OFFSET} + n * {_KEY_STEP}'
    return "'o-' || n" if name == "correlation_key" else f't."{name}"'
