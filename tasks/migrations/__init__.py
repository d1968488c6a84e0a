"""The Alembic branch of the customer records; the engine has its own."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from engine.store import upgrading
from tasks.declare import search
from tasks.declare.trigger import install, installed, names, remove_all
from tasks.installed import SUBJECTS

VERSION_TABLE = "crm_alembic_version"


def migrate(database: Engine) -> None:
    """Bring the tables of the customer records to the newest version, with their triggers."""
    with upgrading(database) as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        if not _is_up_to_date(connection, config):
            remove_all(connection)
            search.remove_all(connection, SUBJECTS.searches)
            command.upgrade(config, "head")
            install(connection, SUBJECTS.triggers)
            search.install(connection, SUBJECTS.searches)


def _is_up_to_date(connection: Connection, config: Config) -> bool:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    at_head = (
        context.get_current_revision() == ScriptDirectory.from_config(config).get_current_head()
    )
    kept = names(connection, SUBJECTS.triggers) == set(installed(connection))
    return at_head and kept and search.installed(connection, SUBJECTS.searches)
