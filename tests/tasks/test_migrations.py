"""The migrations build exactly the tables that the records describe."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from engine import store
from tasks.installed import METADATA
from tasks.migrations import VERSION_TABLE, migrate


def test_an_empty_database_gets_every_table_and_nothing_else_differs() -> None:
    database = store.connect("sqlite://")

    migrate(database)

    assert set(METADATA.tables) <= set(inspect(database).get_table_names())
    assert differences(database) == []


def test_migrating_twice_changes_nothing() -> None:
    database = store.connect("sqlite://")

    migrate(database)
    migrate(database)

    assert differences(database) == []


def test_the_rules_of_the_database_are_the_same_as_in_tests() -> None:
    migrated, made = store.connect("sqlite://"), store.connect("sqlite://")

    migrate(migrated)
    METADATA.create_all(made)

    assert triggers(migrated) == triggers(made)
    assert "crm_consent_update" in triggers(made)


def differences(database: Engine) -> list[object]:
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: (
                    name.startswith("crm_") and name != VERSION_TABLE
                    if kind == "table"
                    else not (kind == "index" and name.startswith("search_"))
                ),
            },
        )
        return list(compare_metadata(context, METADATA))


def triggers(database: Engine) -> dict[str, str]:
    with database.connect() as connection:
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        )
        return {row.name: row.sql for row in rows}
