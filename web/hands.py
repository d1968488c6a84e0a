"""What works in the background: jobs and timers, outgoing webhooks, chores now and then."""

import logging
import threading
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.errors import EngineError
from engine.worker import Worker
from tasks import inbound_events
from tasks.outbound_webhooks import Dispatcher
from web import heartbeat
from web.context import House, reach_of

CHORES_EVERY_S = 10.0
PURGE_EVERY = 360  # chores: once an hour

log = logging.getLogger(__name__)


class Hands:
    """Everything that runs beside the web, in this process or in one of its own."""

    def __init__(self, house: House, name: str) -> None:
        """Take the house; `name` tells this worker from others."""
        self._house = house
        self._name = name
        self._worker = Worker(house.engine)
        self._dispatcher = Dispatcher(house.database, house.engine.clock, reach_of(house.settings))
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work; answers at once."""
        self._worker.start()
        self._dispatcher.start()
        self._thread = threading.Thread(target=self._chores, daemon=True, name="chores")
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being done and take nothing more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self._dispatcher.stop()
        self._worker.stop()
        heartbeat.forget(self._house.database, self._name)

    def _chores(self) -> None:
        rounds = 0
        while True:
            try:
                self._once(purge=rounds % PURGE_EVERY == 0)
            except (DBAPIError, EngineError) as error:
                log.warning("chores wait: %s", type(error).__name__)
            rounds += 1
            if self._stopping.wait(CHORES_EVERY_S):
                return

    def _once(self, *, purge: bool) -> None:
        house = self._house
        heartbeat.beat(house.database, self._name, house.clock())
        with Session(house.database) as session:
            inbound_events.tell_missed(session, house.engine, house.clock())
        if purge:
            keep = timedelta(days=house.settings.webhook_keep_days)
            while (
                self._dispatcher.purge(house.engine.clock() - keep) and not self._stopping.is_set()
            ):
                continue
