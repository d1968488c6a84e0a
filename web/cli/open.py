"""Opens the application for a command: settings, database, engine, as the web has them."""

import logging
import os
import socket

from flask import Flask

from engine import store
from engine.doctor import durable
from engine.jobs import JobQueue
from tasks import migrations as records
from web import accounts
from web.app.services import Services
from web.app.settings import Settings
from web.composition.application import create_app

log = logging.getLogger(__name__)


def open_app() -> Flask:
    """Return the application of the environment's settings, its database migrated.

    Jobs go to the durable queue; whether this process also runs them is the command's affair.
    """
    app = create_app(Settings.from_environment())
    services: Services = app.extensions["peyvand"]
    migrate(services)
    for danger in durable(services.database):
        log.error("the database may lose data: %s", danger)
    services.engine.queue = JobQueue(services.database, executor_id=worker_name())
    return app


def worker_name() -> str:
    """Return a stable name, so that a restarted worker takes up its own unfinished jobs."""
    return os.environ.get("PEYVAND_WORKER") or socket.gethostname()


def open_services() -> Services:
    """Return what the application is made of: `engine`, `database`, `settings`, `clock`."""
    services: Services = open_app().extensions["peyvand"]
    return services


def migrate(services: Services) -> None:
    """Bring the tables of engine, records and accounts to the newest version."""
    for part in (store, records, accounts):
        part.migrate(services.database)
