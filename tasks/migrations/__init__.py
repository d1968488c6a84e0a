"""The Alembic branch of the customer records; the engine has its own."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from engine.store import upgrading
from tasks.declare.trigger import install
from tasks.installed import SUBJECTS

VERSION_TABLE = "crm_alembic_version"


def migrate(database: Engine) -> None:
    """Bring the tables of the customer records to the newest version, with their triggers."""
    with upgrading(database) as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        install(connection, SUBJECTS.triggers)
