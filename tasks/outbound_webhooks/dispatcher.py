"""Sends what is due, in the background or here and now. Any number of these may work at once.

A receiver that is slow keeps a few senders busy, never all of them.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import Engine as Database
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from engine import store
from tasks.outbound_webhooks import sending
from tasks.outbound_webhooks.records import Delivery, DeliveryAttempt, OutgoingEvent
from tasks.signed_http.post import PUBLIC, Reach

SENDERS = 16
PER_RECEIVER = 3
LOOK_AT = 200
TICK_S = 0.5

log = logging.getLogger(__name__)


class Dispatcher:
    """Moves deliveries: in the background (`start`) or now (`run_due`)."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], reach: Reach = PUBLIC
    ) -> None:
        """Take the database, the time and where outgoing HTTP may go."""
        self._database = database
        self._clock = clock
        self._reach = reach
        self._busy: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._pool: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Begin to send in the background; answers at once."""
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._for_ever, daemon=True, name="webhooks")
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being sent and take nothing more."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run_due(self) -> int:
        """Send everything that is due, one by one; answers how many attempts that took."""
        attempts = 0
        while found := self._due():
            for delivery, _ in found:
                attempts += self._deliver(delivery)
        return attempts

    def purge(self, before: datetime, limit: int = 1_000) -> int:
        """Delete what ended before an instant: deliveries, attempts, events nobody waits for."""
        with store.writing(self._database) as connection:
            old = select(Delivery.id).where(Delivery.ended_at < before).limit(limit)
            ids = list(connection.execute(old).scalars())
            if ids:
                attempts = delete(DeliveryAttempt).where(DeliveryAttempt.delivery_id.in_(ids))
                connection.execute(attempts)
                connection.execute(delete(Delivery).where(Delivery.id.in_(ids)))
                told = select(Delivery.event_id).where(Delivery.event_id == OutgoingEvent.id)
                done = (OutgoingEvent.at < before) & ~told.exists()
                connection.execute(delete(OutgoingEvent).where(done))
        return len(ids)

    # -- inside ------------------------------------------------------------------------------

    def _due(self) -> list[tuple[int, int]]:
        with store.reading(self._database) as connection:
            found = connection.execute(sending.due(self._clock(), LOOK_AT))
            return [(row.id, row.webhook_id) for row in found]

    def _for_ever(self) -> None:
        while not self._stopping.wait(TICK_S):
            try:
                for delivery, webhook in self._due():
                    self._hand_out(delivery, webhook)
            except DBAPIError as error:
                log.warning("webhooks wait: %s", type(error.orig).__name__)

    def _hand_out(self, delivery: int, webhook: int) -> None:
        with self._lock:
            if self._busy[webhook] >= PER_RECEIVER or self._busy.total() >= SENDERS:
                return
            self._busy[webhook] += 1
        if self._pool is not None:
            self._pool.submit(self._one, delivery, webhook)

    def _one(self, delivery: int, webhook: int) -> None:
        try:
            self._deliver(delivery)
        except DBAPIError as error:  # its lease runs out, then it is sent again
            log.warning("a webhook waits: %s", type(error.orig).__name__)
        except Exception:
            log.exception("a webhook failed")
        finally:
            with self._lock:
                self._busy[webhook] -= 1

    def _deliver(self, delivery: int) -> bool:
        with store.writing(self._database) as connection:
            letter = sending.take(connection, delivery, self._clock())
        if letter is None:
            return False
        answer = sending.send(letter, self._reach, self._clock())
        sending.keep(self._database, letter, answer, self._clock())
        return True
