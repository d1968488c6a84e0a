"""Batch operations: how far they are, and what could not be done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine import store
from engine.errors import NotFound
from engine.reads.page import LIMIT, Page, bounded, made, newest

_batch, _item = store.batch.c, store.batch_item.c


@dataclass(frozen=True, slots=True)
class Batch:
    """One thing done to many instances."""

    key: int
    kind: str
    state: str
    actor: str
    total: int
    completed: int
    failed: int
    started_at: datetime
    ended_at: datetime | None

    @property
    def left(self) -> int:
        """How many nothing has been done to yet."""
        return self.total - self.completed - self.failed


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be done to one instance, and why."""

    instance_key: int
    error: str | None


_COLUMNS = [_batch[name] for name in Batch.__dataclass_fields__]


def batches(connection: Connection, *, limit: int = LIMIT, after: str | None = None) -> Page[Batch]:
    """Return batches, the newest first."""
    return newest(connection, Batch, select(*_COLUMNS), _batch.key, limit=limit, after=after)


def batch(connection: Connection, key: int) -> Batch:
    """Return one batch; raises NotFound."""
    row = connection.execute(select(*_COLUMNS).where(_batch.key == key)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no batch operation {key}")
    return made(Batch, row)


def batch_failures(connection: Connection, key: int, *, limit: int = LIMIT) -> list[Failure]:
    """Return what failed in a batch, in the order of the instances."""
    found = (
        select(_item.instance_key, _item.error)
        .where(_item.batch_key == key, _item.state == "FAILED")
        .order_by(_item.item_key)
        .limit(bounded(limit))
    )
    return [Failure(*row) for row in connection.execute(found)]
