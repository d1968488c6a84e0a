"""So many public forms an hour from one address, so that a flood does not hold up other people."""

import hashlib

from sqlalchemy.orm import Session

from tasks.policy.records import value
from web.app.rates import DatabaseStorage
from web.app.services import Services

HOUR = 3_600


class Allowance:
    """Counts in the database, so that all processes count together; addresses as digests."""

    def __init__(self, services: Services, form: str = "complaint") -> None:
        self._services, self._form = services, form

    def take(self, address: str) -> bool:
        """Return whether one more form of this address is taken this hour."""
        with Session(self._services.database) as session:
            most = int(value(session, "complaint.per_hour"))
        counted = DatabaseStorage(database=self._services.database, clock=self._services.clock)
        digest = hashlib.sha256(address.encode()).hexdigest()[:32]
        return counted.incr(f"{self._form}:{digest}", HOUR) <= most
