"""What works in the background: jobs and timers, outgoing webhooks, chores now and then."""

import logging
import threading
from datetime import timedelta
from smtplib import SMTPException

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.errors import EngineError
from engine.worker import Worker
from tasks import inbound_events
from tasks.outbound_webhooks import Dispatcher
from web.app import heartbeat
from web.app.services import Services, reach_of
from web.notifications import mailing, waking

CHORES_EVERY_S = 10.0
PURGE_EVERY = 360  # chores: once an hour

log = logging.getLogger(__name__)


class BackgroundServices:
    """Everything that runs beside the web, in this process or in one of its own."""

    def __init__(self, services: Services, name: str) -> None:
        """Take the house; `name` tells this worker from others."""
        self._services = services
        self._name = name
        self._worker = Worker(services.engine)
        self._dispatcher = Dispatcher(
            services.database, services.engine.clock, reach_of(services.settings)
        )
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
        heartbeat.forget(self._services.database, self._name)

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

    def _write_to_people(self) -> None:
        try:
            mailing.send_due(self._services)
        except (OSError, SMTPException) as error:  # the mail server is away: in the next round
            log.warning("e-mails to people wait: %s", type(error).__name__)

    def _once(self, *, purge: bool) -> None:
        services = self._services
        heartbeat.beat(services.database, self._name, services.clock())
        waking.wake_due(services)
        self._write_to_people()
        with Session(services.database) as session:
            engine = services.engine
            told = inbound_events.Processes(engine.messages, engine.instances)
            inbound_events.tell_missed(session, told, services.clock())
        if purge:
            keep = timedelta(days=services.settings.webhook_keep_days)
            while (
                self._dispatcher.purge(services.engine.clock() - keep)
                and not self._stopping.is_set()
            ):
                continue
