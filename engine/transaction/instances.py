"""A process instance in memory during one transaction: its row, its state, its definition."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, bindparam, select

from engine import runtime, store
from engine.errors import Conflict, NotFound
from engine.transaction.catalogue import Catalogue, ProcessVersion
from engine.transaction.state_parts import State, StoredState

GENESIS = "0" * 64
_PREFIX = "instance__"
COLUMNS: list[ColumnElement[Any]] = [c.label(_PREFIX + c.name) for c in store.instance.c]


@dataclass(slots=True)
class Instance:
    """One row of pv_instance with its state opened."""

    key: int
    deployed: ProcessVersion
    stored: StoredState
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
    customer: str | None = None
    open_per: str | None = None
    parent_instance_key: int | None = None
    parent_element_instance_key: int | None = None
    parent_wait_key: int | None = None
    depth: int = 0
    trial_key: int | None = None  # the deployment of a candidate that it was drawn for
    trial_side: str | None = None  # "candidate" or "current"
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
        return self.stored.load_all()

    def row(self, text: str) -> dict[str, Any]:
        """Return the row as it is stored, with the text of the state."""
        return {name: getattr(self, name) for name in _COPIED} | {
            "definition_key": self.deployed.key,
            "process_id": self.deployed.process_id,
            "version": self.deployed.version,
            "revision": self.revision + 1,
            "data": text,
            "checksum": checksum(text),
        }


# Columns that are fields under their own name.
_COPIED = tuple(
    field.name for field in fields(Instance) if field.name not in ("deployed", "stored", "revision")
)


class Damaged(Conflict):
    """The stored state of an instance is damaged."""

    def __init__(self, key: int) -> None:
        """Name the instance."""
        super().__init__(f"the stored state of instance {key} is damaged")
        self.instance_key = key


def blank(key: int) -> State:
    """Return the state of an instance of which nothing is left."""
    return {"v": 1, "key": key, "process": "", "tokens": {}, "scopes": {}}


def checksum(text: str) -> str:
    """Return what guards a stored state against silent damage."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def locked(statement: "Select[Any]", *tables: Any) -> "Select[Any]":
    """Return the query with the rows locked, where the database locks rows (SQLite: the file)."""
    return statement.with_for_update(of=[store.instance, *tables])


ONE = locked(select(*COLUMNS).where(store.instance.c.key == bindparam("key")))


def read(connection: Connection, key: int, catalogue: Catalogue) -> Instance:
    """Return an instance, locked; raises NotFound or Damaged."""
    row = connection.execute(ONE, {"key": key}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"no process instance {key}")
    return from_row(connection, row, catalogue)


def from_row(connection: Connection, row: RowMapping, catalogue: Catalogue) -> Instance:
    """Return the instance of a row that has `COLUMNS`; raises Damaged."""
    if not whole(row):
        raise Damaged(row[_PREFIX + "key"])
    key = row[_PREFIX + "key"]
    stored = StoredState(
        json.loads(row[_PREFIX + "data"]), lambda parts: read_parts(connection, key, parts)
    )
    return opened(connection, row, catalogue, stored)


def seen_from(instance: Instance, key: int) -> dict[str, Any]:
    """Return the variables seen from an element instance."""
    return runtime.visible(instance.stored.load_around(key), key)


_PART = select(store.state_part).where(
    store.state_part.c.instance_key == bindparam("key"),
    store.state_part.c.part.in_(bindparam("parts", expanding=True)),
)


def read_parts(connection: Connection, key: int, parts: list[int]) -> Iterator[tuple[int, State]]:
    """Yield parts of a state by their numbers; raises Damaged."""
    for row in connection.execute(_PART, {"key": key, "parts": parts}).all():
        if checksum(row.data) != row.checksum:
            raise Damaged(key)
        yield row.part, json.loads(row.data)


def whole(row: RowMapping) -> bool:
    """Return whether the base of a stored state is what was written."""
    return bool(checksum(row[_PREFIX + "data"]) == row[_PREFIX + "checksum"])


def sound(connection: Connection, row: RowMapping) -> bool:
    """Return whether a stored state is what was written, with all its parts."""
    part = store.state_part.c
    found = select(part.data, part.checksum).where(part.instance_key == row[_PREFIX + "key"])
    parts = connection.execute(found)
    return whole(row) and all(checksum(each.data) == each.checksum for each in parts)


def opened(
    connection: Connection, row: RowMapping, catalogue: Catalogue, stored: StoredState
) -> Instance:
    """Return the instance of a row, with a state."""
    copied = {name: row[_PREFIX + name] for name in (*_COPIED, "revision")}
    deployed = catalogue.process(connection, row[_PREFIX + "definition_key"])
    return Instance(deployed=deployed, stored=stored, **copied)
