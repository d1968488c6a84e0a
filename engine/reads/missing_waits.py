"""Waits whose row is gone: the state waits for ever for what nobody can do any more.

That is a fault of ours or somebody's hand in the database. Each becomes an incident at its element;
resolving it tries the element again, so that what is lost is asked for anew.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine import store
from engine.model import Kind, Wait
from engine.transaction import open_waits

_AT_ONCE = 500  # keys in one question
_instance = store.instance.c


@dataclass(frozen=True, slots=True)
class MissingWait:
    """A wait of an instance that has no row."""

    instance_key: int
    wait: Wait


def find(connection: Connection, instance_keys: Sequence[int]) -> list[MissingWait]:
    """Return the waits of these instances that have no row."""
    known: dict[Kind, dict[int, MissingWait]] = {}
    for missing in _waits(connection, instance_keys):
        known.setdefault(missing.wait.kind, {})[missing.wait.key] = missing
    for kind, waits in known.items():
        for key in _there(connection, kind, list(waits)):
            waits.pop(key, None)
    return [missing for waits in known.values() for missing in waits.values()]


def _waits(connection: Connection, keys: Sequence[int]) -> Iterator[MissingWait]:
    part = store.state_part.c
    for place, data, table in (
        (_instance.key, _instance.data, store.instance),
        (part.instance_key, part.data, store.state_part),
    ):
        found = select(place, data).select_from(table).where(place.in_(keys))
        for instance_key, text in connection.execute(found):
            for token, raw in json.loads(text).get("tokens", {}).items():
                for key, (kind, element_id, _) in raw.get("w", {}).items():
                    wait = Wait(int(key), Kind(kind), element_id, int(token), {})
                    yield MissingWait(instance_key, wait)


def _there(connection: Connection, kind: Kind, keys: Sequence[int]) -> Iterator[int]:
    rows = open_waits.of_kind(kind)
    for start in range(0, len(keys), _AT_ONCE):
        some = rows.key.in_(keys[start : start + _AT_ONCE])
        yield from connection.execute(select(rows.key).where(some, rows.still)).scalars()
