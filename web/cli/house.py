"""Opens the whole house for a command: settings, database, engine, as the web has them."""

import logging
import os
import socket

from flask import Flask

from engine import store
from engine.doctor import durable
from engine.jobs import Jobs
from tasks import migrations as records
from web import accounts, create_app
from web.context import House
from web.settings import Settings

log = logging.getLogger(__name__)


def open_app() -> Flask:
    """Return the application of the environment's settings, its database migrated.

    Jobs go to the durable queue; whether this process also runs them is the command's affair.
    """
    app = create_app(Settings.from_environment())
    house: House = app.extensions["peyvand"]
    migrate(house)
    for danger in durable(house.database):
        log.error("the database may lose data: %s", danger)
    house.engine.jobs = Jobs(house.database, executor_id=worker_name())
    return app


def worker_name() -> str:
    """Answer a stable name, so that a restarted worker takes up its own unfinished jobs."""
    return os.environ.get("PEYVAND_WORKER") or socket.gethostname()


def open_house() -> House:
    """Return what the application is made of: `engine`, `database`, `settings`, `clock`."""
    house: House = open_app().extensions["peyvand"]
    return house


def migrate(house: House) -> None:
    """Bring the tables of engine, records and accounts to the newest version."""
    for part in (store, records, accounts):
        part.migrate(house.database)
