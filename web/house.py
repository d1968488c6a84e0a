"""Builds what the application is made of: database, service tasks, engine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine as Database

from engine import store
from engine.engine import Engine
from tasks import service_tasks
from web.context import House
from web.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """What service tasks may reach for besides their inputs."""

    settings: Settings


def build(
    settings: Settings, clock: Callable[[], datetime], database: Database | None = None
) -> House:
    """Open the database and put the engine on it."""
    database = database or store.connect(settings.database_url)
    engine = Engine(
        database,
        clock=clock,
        service_tasks=service_tasks(),
        limits=settings.limits,
        services=Services(settings),
    )
    return House(engine=engine, settings=settings, clock=clock, database=database)
