"""What pages reach for: the engine, the settings, the time, a connection to read from."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from engine import store
from tasks.outbound_webhooks import Outbox
from tasks.signed_http.post import PUBLIC, Reach
from web.app.settings import Settings

if TYPE_CHECKING:
    from engine.engine import Engine


@dataclass(slots=True)
class Services:
    """What the application is made of; `app.extensions["peyvand"]`."""

    engine: "Engine"
    settings: Settings
    clock: Callable[[], datetime]
    database: Database
    outlet: Outbox


def services() -> Services:
    """Return what the running application is made of."""
    found: Services = current_app.extensions["peyvand"]
    return found


def engine() -> "Engine":
    """Return the engine."""
    return services().engine


def settings() -> Settings:
    """Return the settings."""
    return services().settings


def reach() -> Reach:
    """Return where outgoing webhooks may go."""
    return reach_of(settings())


def reach_of(given: Settings) -> Reach:
    """Return the public network, or everywhere if the settings say so."""
    if not given.webhooks_private:
        return PUBLIC
    return Reach(schemes=frozenset({"http", "https"}), ports=None, private=True)


def now() -> datetime:
    """Return the present of this application's clock, UTC."""
    return services().clock()


@dataclass(slots=True)
class SharedTransaction:
    """One transaction for all that is written in a block; it begins with the first of it."""

    stack: ExitStack
    begun: Connection | None = None

    def connection(self) -> Connection:
        """Return the connection of the transaction."""
        if self.begun is None:
            self.begun = self.stack.enter_context(store.writing(services().database))
        return self.begun


_shared: ContextVar[SharedTransaction | None] = ContextVar("together", default=None)


@contextmanager
def shared_transaction() -> Iterator[SharedTransaction]:
    """Let everything that is written inside by `writing` be committed at the end, or nothing."""
    with ExitStack() as stack:
        held = SharedTransaction(stack)
        token = _shared.set(held)
        try:
            yield held
        finally:
            _shared.reset(token)


@contextmanager
def writing() -> Iterator[Connection]:
    """One transaction that writes; inside `together` it is a part of that one."""
    held = _shared.get()
    if held is not None:
        yield held.connection()
        return
    with store.writing(services().database) as connection:
        yield connection


@contextmanager
def reading() -> Iterator[Connection]:
    """Open a connection for questions; it takes no write lock, and sees what is written here."""
    held = _shared.get()
    if held is not None and held.begun is not None:
        yield held.begun
        return
    with store.reading(services().database) as connection:
        yield connection
