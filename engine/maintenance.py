"""The verbs that keep a house in order: forget people, delete what was kept long enough."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy import Engine as Database

from engine import store
from engine.commands import missing_waits, retention
from engine.commands.privacy import erase, redact
from engine.commands.privacy.names import Words
from engine.limits import Retention
from engine.reactions import quarantine, signals
from engine.transaction.unit_of_work import Move

__all__ = ["Maintenance", "Words"]

T = TypeVar("T")

log = logging.getLogger(__name__)


class Maintenance:
    """What `Engine` gives to whoever looks after it."""

    database: Database
    clock: Callable[[], datetime]
    retention: Retention

    def erase(
        self,
        chosen: ColumnElement[bool],
        by: str = "",
        *,
        correlation_keys: Sequence[str] = (),
        callers: bool = True,
    ) -> list[int]:
        """Take every value out of ended instances, and delete messages of these correlation keys.

        `chosen` is a condition on store.instance; what they called is erased with them, and unless
        `callers` is False what called them too. Conflict says which one still runs. Their history
        still verifies. `store.compact` frees the bytes.
        """
        find = erase.roots if callers else erase.tops
        keys = self._do(by, lambda move: find(move, chosen))
        for key in keys:
            self._do(by, lambda move, key=key: erase.erase(move, key))  # type: ignore[misc]
        if correlation_keys:
            self._do(by, lambda move: erase.erase_messages(move, correlation_keys))
        return keys

    def scrub(self, words: Words, by: str = "") -> list[int]:
        """Take texts out of whatever holds them; answers the instances that did.

        Running instances go on, with "…" where the text was. Messages, decisions and answers to
        repeated requests that hold one are deleted. Reads whole tables, as nothing is indexed by
        what somebody may have written.
        """
        with store.reading(self.database) as connection:
            keys = redact.instances(connection, words)
        named = [
            key
            for key in keys
            if self._do(by, lambda move, key=key: redact.scrub(move, key, words))  # type: ignore[misc]
        ]
        self._do(by, lambda move: redact.elsewhere(move, words))
        return named

    def purge(self) -> dict[str, int]:
        """Delete what was kept as long as `retention` says; answers how many of each kind."""
        gone = {"instances": self._purge_instances()}
        for kind in retention.KINDS:
            gone[kind] = 0
            while deleted := self._do("", lambda move, kind=kind: self._rows(move, kind)):  # type: ignore[misc]
                gone[kind] += deleted
        return gone

    def report_stuck(self, instance_key: int) -> None:
        """Open an incident for an instance that waits for nothing; not if it moved meanwhile."""
        self._do("", lambda move: quarantine.report_stuck(move, instance_key))

    def report_lost(self, instance_key: int) -> int:
        """Open an incident for each wait whose row is gone; answers how many."""
        return self._do("", lambda move: missing_waits.report(move, instance_key))

    def spread_signal(self, payload: Mapping[str, Any]) -> None:
        """Let the next of many listeners hear a signal that was sent; the background calls this."""
        self._do(payload["by"], lambda move: signals.go_on(move, payload))

    # -- inside ------------------------------------------------------------------------------

    def _purge_instances(self) -> int:
        gone, after = 0, None
        while True:
            with store.reading(self.database) as connection:
                found = retention.ended(connection, self.clock(), self.retention, after)
            if not found:
                return gone
            keys, after = [key for _, key in found], found[-1]
            gone += self._do("", lambda move, keys=keys: retention.delete_ended(move, keys))  # type: ignore[misc]

    def _rows(self, move: Move, kind: str) -> int:
        return retention.delete_rows(move, kind, self.retention)

    def _do(self, actor: str, verb: Callable[[Move], T]) -> T:
        raise NotImplementedError
