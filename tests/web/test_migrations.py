"""An upgrade loses nobody: groups, sign-ins and tokens of the release before are still there."""

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from engine import store
from web import accounts

CHILDREN = ("account_group", "account_session", "api_token")


def test_accounts_of_an_older_database_keep_their_groups_sessions_and_tokens(
    tmp_path: Path,
) -> None:
    database = store.connect(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    config = Config()
    config.set_main_option("script_location", str(files("web.app.migrations")))
    config.set_main_option("path_separator", "os")
    with store.upgrading(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for statement in (
            "INSERT INTO account (id, username, display_name, roles, created_at)"
            " VALUES (1, 'alice', 'Alice', '[]', '2026-01-01 00:00:00')",
            "INSERT INTO account_group VALUES (1, 'campaign_manager')",
            "INSERT INTO account_session VALUES ('d', 1, '2026-01-01', '2026-01-02')",
            "INSERT INTO api_token (id, account_id, name, hint, digest, created_at)"
            " VALUES (1, 1, 'curl', 'pv_', 'x', '2026-01-01 00:00:00')",
        ):
            connection.execute(text(statement))

    accounts.migrate(database)

    with store.reading(database) as connection:
        for table in CHILDREN:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1, table  # noqa: S608
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    database.dispose()
