"""What pages reach for: the engine, the settings, the time, a connection to read from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from engine import store
from tasks.channels.outgoing import PUBLIC, Reach
from tasks.webhooks import Outlet
from web.settings import Settings

if TYPE_CHECKING:
    from engine.engine import Engine


@dataclass(slots=True)
class House:
    """What the application is made of; `app.extensions["peyvand"]`."""

    engine: "Engine"
    settings: Settings
    clock: Callable[[], datetime]
    database: Database
    outlet: Outlet


def house() -> House:
    """Answer what the running application is made of."""
    found: House = current_app.extensions["peyvand"]
    return found


def engine() -> "Engine":
    """Answer the engine."""
    return house().engine


def settings() -> Settings:
    """Answer the settings."""
    return house().settings


def reach() -> Reach:
    """Answer where outgoing webhooks may go."""
    return reach_of(settings())


def reach_of(given: Settings) -> Reach:
    """Answer the public network, or everywhere if the settings say so."""
    if not given.webhooks_private:
        return PUBLIC
    return Reach(schemes=frozenset({"http", "https"}), ports=None, private=True)


def now() -> datetime:
    """Answer the present of this application's clock, UTC."""
    return house().clock()


@contextmanager
def reading() -> Iterator[Connection]:
    """Open a connection for questions; it takes no write lock."""
    with store.reading(house().database) as connection:
        yield connection
