"""The Alembic branch of accounts; the engine and the customer records have their own."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from engine.store import upgrading

VERSION_TABLE = "web_alembic_version"


def migrate(database: Engine) -> None:
    """Bring the tables of accounts to the newest version."""
    with upgrading(database) as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
