"""Bring a database to the present tables."""

from importlib.resources import files

from sqlalchemy import Engine, select

from engine.store.keys import FIRST_KEY
from engine.store.running import key_block
from engine.store.types import metadata


def migrate(database: Engine) -> None:
    """Run the migrations that this database has not seen; safe to call at every start."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("engine") / "migrations"))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def create(database: Engine) -> None:
    """Make all tables at once in an empty database, for tests and scenarios."""
    with database.begin() as connection:
        metadata.create_all(connection)
        if connection.execute(select(key_block.c.id)).first() is None:
            connection.execute(key_block.insert().values(id=1, next=FIRST_KEY))
