"""Whether the database has the newest tables of engine, records and accounts."""

from functools import cache
from importlib.resources import files

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import tasks.migrations
import web.migrations

VERSION_TABLES = {
    "engine": "pv_migration",
    "tasks": tasks.migrations.VERSION_TABLE,
    "web": web.migrations.VERSION_TABLE,
}


def newest(connection: Connection) -> bool:
    """Say whether every branch is at its head."""
    return all(_version(connection, table) == _head(part) for part, table in VERSION_TABLES.items())


def _version(connection: Connection, table: str) -> str | None:
    options = {"version_table": table}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


@cache
def _head(part: str) -> str | None:
    return ScriptDirectory(str(files(part) / "migrations")).get_current_head()
