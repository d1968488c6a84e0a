"""A process instance in memory during one transaction: its row, its state, its definition."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, select

from engine import runtime, store
from engine.errors import Conflict, NotFound
from engine.transaction.catalogue import Catalogue, Deployed
from engine.transaction.state_parts import State, Stored

GENESIS = "0" * 64
_PREFIX = "instance__"
COLUMNS: list[ColumnElement[Any]] = [c.label(_PREFIX + c.name) for c in store.instance.c]


@dataclass(slots=True)
class Instance:
    """One row of pv_instance with its state opened."""

    key: int
    deployed: Deployed
    stored: Stored
    started_by: str
    started_at: datetime
    root_instance_key: int
    state: str = "ACTIVE"
    revision: int = 0  # 0: not stored yet
    flows: dict[str, int] = field(default_factory=dict)
    incidents: int = 0
    business_key: str | None = None
    correlation_key: str | None = None
    tags: list[str] = field(default_factory=list)
    parent_instance_key: int | None = None
    parent_element_instance_key: int | None = None
    parent_wait_key: int | None = None
    depth: int = 0
    ended_at: datetime | None = None
    history_seq: int = 0
    history_hash: str = GENESIS

    @property
    def definition(self) -> Any:
        """The compiled process."""
        return self.deployed.process

    @property
    def data(self) -> State:
        """The whole state; a step that is about one token needs only what is near it."""
        return self.stored.whole()

    def row(self, text: str) -> dict[str, Any]:
        """Give the row as it is stored, with the text of the state."""
        return {
            "key": self.key,
            "definition_key": self.deployed.key,
            "process_id": self.deployed.process_id,
            "version": self.deployed.version,
            "state": self.state,
            "revision": self.revision + 1,
            "data": text,
            "checksum": checksum(text),
            "flows": self.flows,
            "incidents": self.incidents,
            "business_key": self.business_key,
            "correlation_key": self.correlation_key,
            "tags": self.tags,
            "parent_instance_key": self.parent_instance_key,
            "parent_element_instance_key": self.parent_element_instance_key,
            "parent_wait_key": self.parent_wait_key,
            "root_instance_key": self.root_instance_key,
            "depth": self.depth,
            "started_by": self.started_by,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
            "history_seq": self.history_seq,
            "history_hash": self.history_hash,
        }


class Damaged(Conflict):
    """The stored state of an instance is damaged."""

    def __init__(self, key: int) -> None:
        """Say which instance."""
        super().__init__(f"the stored state of instance {key} is damaged")
        self.instance_key = key


def checksum(text: str) -> str:
    """Guard a stored state against silent damage."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def locked(statement: "Select[Any]", *tables: Any) -> "Select[Any]":
    """Lock the rows read, where the database locks rows (SQLite locks the file)."""
    return statement.with_for_update(of=[store.instance, *tables])


ONE = locked(select(*COLUMNS).where(store.instance.c.key == bindparam("key")))


def read(connection: Connection, key: int, catalogue: Catalogue) -> Instance:
    """Load and lock an instance."""
    row = connection.execute(ONE, {"key": key}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no process instance {key}")
    return from_row(connection, row, catalogue)


def from_row(connection: Connection, row: RowMapping, catalogue: Catalogue) -> Instance:
    """Open an instance out of a row that has `COLUMNS`; raises Damaged."""
    if not whole(row):
        raise Damaged(row[_PREFIX + "key"])
    key = row[_PREFIX + "key"]
    stored = Stored(
        json.loads(row[_PREFIX + "data"]), lambda parts: read_parts(connection, key, parts)
    )
    return opened(connection, row, catalogue, stored)


def seen_from(instance: Instance, key: int) -> dict[str, Any]:
    """Give the variables seen from an element instance."""
    return runtime.visible(instance.stored.near(key), key)


_PART = select(store.state_part).where(
    store.state_part.c.instance_key == bindparam("key"),
    store.state_part.c.part.in_(bindparam("parts", expanding=True)),
)


def read_parts(connection: Connection, key: int, parts: list[int]) -> Iterator[tuple[int, State]]:
    """Read parts of a state by their numbers; raises Damaged."""
    for row in connection.execute(_PART, {"key": key, "parts": parts}).all():
        if checksum(row.data) != row.checksum:
            raise Damaged(key)
        yield row.part, json.loads(row.data)


def whole(row: RowMapping) -> bool:
    """Say whether a stored state is what was written."""
    return bool(checksum(row[_PREFIX + "data"]) == row[_PREFIX + "checksum"])


def sound(connection: Connection, row: RowMapping) -> bool:
    """Say whether a stored state is what was written, with all its parts."""
    part = store.state_part.c
    found = select(part.data, part.checksum).where(part.instance_key == row[_PREFIX + "key"])
    parts = connection.execute(found)
    return whole(row) and all(checksum(each.data) == each.checksum for each in parts)


def opened(
    connection: Connection, row: RowMapping, catalogue: Catalogue, stored: Stored
) -> Instance:
    """Open an instance out of a row with a state."""
    return Instance(
        key=row[_PREFIX + "key"],
        deployed=catalogue.process(connection, row[_PREFIX + "definition_key"]),
        stored=stored,
        started_by=row[_PREFIX + "started_by"],
        started_at=row[_PREFIX + "started_at"],
        root_instance_key=row[_PREFIX + "root_instance_key"],
        state=row[_PREFIX + "state"],
        revision=row[_PREFIX + "revision"],
        flows=row[_PREFIX + "flows"],
        incidents=row[_PREFIX + "incidents"],
        business_key=row[_PREFIX + "business_key"],
        correlation_key=row[_PREFIX + "correlation_key"],
        tags=row[_PREFIX + "tags"],
        parent_instance_key=row[_PREFIX + "parent_instance_key"],
        parent_element_instance_key=row[_PREFIX + "parent_element_instance_key"],
        parent_wait_key=row[_PREFIX + "parent_wait_key"],
        depth=row[_PREFIX + "depth"],
        ended_at=row[_PREFIX + "ended_at"],
        history_seq=row[_PREFIX + "history_seq"],
        history_hash=row[_PREFIX + "history_hash"],
    )
