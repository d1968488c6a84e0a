"""Return whether the database has the newest tables of engine, records and accounts."""

from functools import cache
from importlib.resources import files

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import tasks.migrations
import web.app.migrations

# package of the migrations → table that holds the revision
VERSION_TABLES = {
    "engine.migrations": "pv_migration",
    "tasks.migrations": tasks.migrations.VERSION_TABLE,
    "web.app.migrations": web.app.migrations.VERSION_TABLE,
}


def newest(connection: Connection) -> bool:
    """Return whether every branch is at its head."""
    return all(_version(connection, table) == _head(part) for part, table in VERSION_TABLES.items())


def _version(connection: Connection, table: str) -> str | None:
    options = {"version_table": table}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


@cache
def _head(part: str) -> str | None:
    return ScriptDirectory(str(files(part))).get_current_head()
