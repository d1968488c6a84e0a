"""The RFM class of a customer by the deployed table, asked once per different customer."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, select

from engine import dmn, store
from engine.errors import Invalid
from engine.limits import STORED
from engine.transaction.catalogue import Catalogue
from engine.transaction.releases import latest

TABLE = "rfm_segment"


class Classes:
    """The deployed table "RFM segments"."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        """Look the newest version up; raises NotFound when none is deployed.

        The connection is that of the transaction it is asked in: what was deployed there counts,
        and a database in memory, which has one connection, can be scored.
        """
        self._model = _deployed(connection, latest(connection, "decision", TABLE))
        self._now = now
        self._known: dict[tuple[int, int, int, int, int | None], str] = {}

    def of(self, r: int, f: int, m: int, orders: int, days: int | None) -> str:
        """Return the class; raise ValueError where the table has no answer."""
        asked = (r, f, m, orders, days)
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = self._ask(asked)
        return known

    def _ask(self, asked: tuple[int, int, int, int, int | None]) -> str:
        names = ("r", "f", "m", "orders", "recency_days")
        facts = dict(zip(names, asked, strict=True))
        outcome = self._model.evaluate(TABLE, facts, now=self._now)
        if outcome.failure or not isinstance(outcome.value, str):
            raise ValueError(f"The table “{TABLE}” has no answer for {facts}: {outcome.failure}")
        return outcome.value


def _deployed(connection: Connection, key: int) -> dmn.Model:
    decision, file, resource = store.decision.c, store.decision_requirements.c, store.resource.c
    query = (
        select(resource.content)
        .join(store.decision_requirements, file.resource_key == resource.key)
        .join(store.decision, decision.requirements_key == file.key)
        .where(decision.key == key)
    )
    alone = _alone(connection.execute(query).scalar_one())
    return alone or Catalogue().decision(connection, key).model


@lru_cache(maxsize=4)
def _alone(content: bytes) -> dmn.Model | None:
    """Read a table once for each text it ever has; None where it needs another one."""
    try:
        return dmn.parse(content, None, STORED)
    except Invalid:
        return None
