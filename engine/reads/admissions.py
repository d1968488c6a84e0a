"""Who waits to be admitted by a process."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine import store
from engine.reads.page import made

_admission, _instance = store.admission.c, store.instance.c


@dataclass(frozen=True, slots=True)
class WaitingStart:
    """An instance that waits until there is room: since when, in which order, until when."""

    instance_key: int
    business_key: str | None
    customer: str | None
    rank: float
    asked_at: datetime
    expires_at: datetime


def admissions(connection: Connection, process_id: str, limit: int = 50) -> list[WaitingStart]:
    """Return who waits for a process, the next one first."""
    columns = [_admission[name] for name in ("instance_key", "rank", "asked_at", "expires_at")]
    query = (
        select(*columns, _instance.business_key, _instance.customer)
        .join(store.instance, _instance.key == _admission.instance_key)
        .where(_admission.process_id == process_id, _admission.state == "WAITING")
        .order_by(_admission.rank.desc(), _admission.instance_key)
        .limit(limit)
    )
    return [made(WaitingStart, row) for row in connection.execute(query).mappings()]


def count_admissions(connection: Connection, process_id: str) -> int:
    """Return how many wait for a process."""
    query = select(func.count()).where(
        _admission.process_id == process_id, _admission.state == "WAITING"
    )
    return int(connection.execute(query).scalar_one())
