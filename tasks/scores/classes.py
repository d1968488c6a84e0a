"""The RFM class of a customer by the deployed table, asked once per different customer."""

from datetime import datetime

from engine import store
from engine.engine import Engine
from engine.transaction.releases import latest

TABLE = "rfm_segment"


class Classes:
    """The deployed table "RFM segments"."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        """Look the newest version up; raises NotFound when none is deployed."""
        with store.reading(engine.database) as connection:
            key = latest(connection, "decision", TABLE)
            self._model = engine.catalogue.decision(connection, key).model
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
