"""What happened in an instance, and the proof that nobody changed it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine import store
from engine.transaction.history_chain import digest, seal
from engine.transaction.instances import GENESIS

_history = store.history.c
ERASED = "erase"  # the command of the step that says so


@dataclass(frozen=True, slots=True)
class Entry:
    """One step: who did what when, and what came of it."""

    seq: int
    at: datetime
    actor: str
    command: str
    entries: list[dict[str, Any]]
    values: list[tuple[int, str, Any]]  # (scope, name, value); empty after an erasure
    given: dict[str, Any] | None = None  # the raw input of the step; None if there was none


def history(
    connection: Connection, instance_key: int, *, limit: int = 500, after: int = 0
) -> list[Entry]:
    """Return the steps of an instance in order, those after number `after`."""
    rows = connection.execute(
        select(store.history)
        .where(_history.instance_key == instance_key, _history.seq > after)
        .order_by(_history.seq)
        .limit(limit)
    ).mappings()
    return [
        Entry(
            seq=row["seq"],
            at=row["at"],
            actor=row["actor"],
            command=row["command"],
            entries=row["entries"],
            values=[tuple(value) for value in kept.get("values", ())],
            given=kept.get("input"),
        )
        for row in rows
        for kept in [json.loads(row["payload"] or "{}")]
    ]


def verify(connection: Connection, instance_key: int) -> int | None:
    """Check the chain of an instance: None if it holds, else the first step that does not.

    Values may be missing only where a later step says that they were erased.
    """
    before, seq, missing = GENESIS, 0, 0
    rows = connection.execute(
        select(store.history).where(_history.instance_key == instance_key).order_by(_history.seq)
    ).mappings()
    for row in rows:
        seq += 1
        kept = row["payload"] is None or digest(row["payload"]) == row["payload_digest"]
        if row["seq"] != seq or not kept or seal(row, before) != row["hash"]:
            return seq
        if row["command"] == ERASED:
            missing = 0
        elif row["payload"] is None:
            missing = missing or seq
        before = row["hash"]
    if missing:
        return missing
    last = connection.execute(
        select(store.instance.c.history_hash).where(store.instance.c.key == instance_key)
    ).scalar()
    return None if last == before else seq + 1


def verify_all(
    connection: Connection, *, after: int = 0, page: int = 500
) -> Iterator[tuple[int, int]]:
    """Check the chains of all instances by key; gives (instance, first step that fails)."""
    while True:
        keys = list(
            connection.execute(
                select(store.instance.c.key)
                .where(store.instance.c.key > after)
                .order_by(store.instance.c.key)
                .limit(page)
            ).scalars()
        )
        for key in keys:
            seq = verify(connection, key)
            if seq is not None:
                yield key, seq
        if not keys:
            return
        after = keys[-1]
