"""The migrations build exactly the tables of the engine, from nothing and from every release."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine as Database
from sqlalchemy import inspect, text

from engine import store
from engine.engine import Engine
from engine.model import StartRequest
from tests.support.bpmn import resource


def alembic(database: Database, do: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("engine") / "migrations"))
    config.set_main_option("path_separator", "os")
    with store.upgrading(database) as connection:
        config.attributes["connection"] = connection
        do(config, revision)


def differences(database: Database) -> list[Any]:
    def ours(name: str | None, kind: str, _: Any) -> bool:
        return kind != "table" or (str(name).startswith("pv_") and name != "pv_migration")

    with database.connect() as connection:
        options = {"compare_type": False, "include_name": ours}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, store.metadata))


def test_an_empty_database_gets_every_table_and_nothing_else_differs(url: str) -> None:
    database = store.connect(url)

    store.migrate(database)
    store.migrate(database)

    assert differences(database) == []
    database.dispose()


def test_a_database_of_the_first_release_is_taken_along(url: str) -> None:
    database = store.connect(url)
    alembic(database, command.upgrade, "0006")
    before = {column["name"] for column in inspect(database).get_columns("pv_job")}
    assert "denied" not in before

    store.migrate(database)

    assert differences(database) == []
    engine = Engine(database, clock=lambda: datetime(2026, 3, 2, tzinfo=UTC))
    engine.definitions.deploy([resource("start -> user:Ask -> end")])
    assert engine.instances.start(StartRequest("p")).version == 1
    database.dispose()


def test_processes_that_start_together_migrate_once(url: str) -> None:
    databases = [store.connect(url) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(store.migrate, databases))

    assert differences(databases[0]) == []
    with store.reading(databases[0]) as connection:
        assert connection.execute(text("SELECT count(*) FROM pv_key_block")).scalar() == 1
    for database in databases:
        database.dispose()


def test_a_migration_can_be_taken_back(url: str) -> None:
    database = store.connect(url)
    store.migrate(database)

    alembic(database, command.downgrade, "base")

    left = [name for name in inspect(database).get_table_names() if name.startswith("pv_")]
    assert left == ["pv_migration"]
    database.dispose()
