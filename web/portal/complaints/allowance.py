"""So many public forms an hour from one address, so that a flood does not hold up other people."""

import hashlib

from flask import current_app
from sqlalchemy.orm import Session

from tasks.policy.records import value
from web.app.rates import DatabaseStorage
from web.app.services import Services

HOUR = 3_600
MINUTE = 60
FLOOD = 2  # times what is allowed: from there on an address is not counted each time
FLOODS = "peyvand_floods"  # of an application: until when each address is refused unread
MOST_KNOWN = 10_000


class Allowance:
    """Counts in the database, so that all processes count together; addresses as digests."""

    def __init__(self, services: Services, form: str = "complaint") -> None:
        self._services, self._form = services, form

    def take(self, address: str) -> bool:
        """Return whether one more form of this address is taken this hour."""
        with Session(self._services.database) as session:
            most = int(value(session, "complaint.per_hour"))
        counted = DatabaseStorage(database=self._services.database, clock=self._services.clock)
        key = self._key(address)
        count = counted.incr(key, HOUR)
        if count > FLOOD * most:
            known = _floods()
            if len(known) >= MOST_KNOWN:
                known.clear()
            known[key] = self._services.clock().timestamp() + MINUTE
        return count <= most

    def flooded(self, address: str) -> bool:
        """Return whether this address sends so much that the next form is refused unread.

        Kept in the memory of this process for a minute, so that a flood costs no statement; then
        one more form of the address is read and counted.
        """
        until = _floods().get(self._key(address), 0.0)
        return bool(until > self._services.clock().timestamp())

    def _key(self, address: str) -> str:
        return f"{self._form}:{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def _floods() -> dict[str, float]:
    known: dict[str, float] = current_app.extensions.setdefault(FLOODS, {})
    return known
