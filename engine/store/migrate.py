"""Bring a database to the present tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from engine.store.keys import FIRST_KEY
from engine.store.running import key_block
from engine.store.types import metadata

VERSION_TABLE = "pv_migration"
_ONE_AT_A_TIME = 7_304  # of the advisory locks


@contextmanager
def upgrading(database: Engine) -> Iterator[Connection]:
    """One transaction that changes tables; processes that start together take turns."""
    with database.connect() as connection, _tables_may_be_copied(connection):
        connection.execution_options(immediate=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
            yield connection
            _refuse_orphans(connection)


@contextmanager
def _tables_may_be_copied(connection: Connection) -> Iterator[None]:
    """Rest SQLite's foreign keys: it changes a table by dropping the old one, which cascades."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def _refuse_orphans(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise RuntimeError(f"the migration leaves rows without what they belong to: {orphans}")


def migrate(database: Engine) -> None:
    """Run the migrations that this database has not seen; safe to call at every start."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("engine") / "migrations"))
    config.set_main_option("path_separator", "os")
    with upgrading(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def create(database: Engine) -> None:
    """Make all tables at once in an empty database, for tests and scenarios."""
    with database.begin() as connection:
        metadata.create_all(connection)
        if connection.execute(select(key_block.c.id)).first() is None:
            connection.execute(key_block.insert().values(id=1, next=FIRST_KEY))


def revisions(connection: Connection) -> tuple[str | None, str | None]:
    """Return the revision of these tables (None: made without migrations) and the newest."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    options = {"version_table": VERSION_TABLE}
    there = MigrationContext.configure(connection, opts=options).get_current_revision()
    newest = ScriptDirectory(str(files("engine") / "migrations")).get_current_head()
    return there, newest
