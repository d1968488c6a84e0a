"""The files of scenarios, deployed once; every scenario plays in a copy of that database."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import cast

from sqlalchemy import Engine as Database

from engine import store
from engine.engine import Engine
from engine.model import Resource
from engine.scenarios.answered import one_job
from engine.schedule.office import offices


class Copies:
    """One database in memory for scenarios that are played one after another."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        """The resources are deployed in every copy."""
        self._resources = tuple(resources)
        self._database = store.connect("sqlite://")

    def fresh(self, now: datetime, answered: Sequence[str]) -> Database:
        """Return the database as after the deployment at that time; what was played is gone."""
        content = _deployed(self._resources, now, tuple(answered))
        self._database.dispose()
        with self._database.connect() as connection:
            _raw(connection.connection.driver_connection).deserialize(content)
        return self._database


@lru_cache(maxsize=16)
def _deployed(resources: tuple[Resource, ...], now: datetime, answered: tuple[str, ...]) -> bytes:
    database = store.connect("sqlite://")
    store.create(database)
    definitions = Engine(database, clock=lambda: now, calendars=offices).by("scenario").definitions
    definitions.deploy(resources)
    if answered:
        definitions.deploy([one_job(name) for name in answered])
    with database.connect() as connection:
        return _raw(connection.connection.driver_connection).serialize()


def _raw(connection: object) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection)
