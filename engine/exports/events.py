"""What happened in instances, as events: an element began or ended, and who caused it."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from engine import store

PAGE = 200  # instances read at a time
_instance, _history = store.instance.c, store.history.c
_COLUMNS = (
    _instance.key,
    _instance.process_id,
    _instance.version,
    _instance.state,
    _instance.business_key,
    _instance.parent_instance_key,
    _instance.root_instance_key,
    _instance.started_by,
    _instance.started_at,
    _instance.ended_at,
)
_TRANSITIONS = {"ACTIVE": "start", "COMPLETED": "complete", "TERMINATED": "ate_abort"}
_NOT_WORK = frozenset({"PROCESS", "SEQUENCE_FLOW"})


@dataclass(frozen=True, slots=True)
class Event:
    """An element began, was completed or was stopped."""

    id: str
    at: datetime
    transition: str  # of the XES lifecycle: start, complete, ate_abort
    element_id: str
    element_name: str
    type: str
    element_key: int
    actor: str


@dataclass(frozen=True, slots=True)
class Case:
    """An instance with its events in the order they happened."""

    key: int
    process_id: str
    version: int
    state: str
    business_key: str | None
    parent_key: int | None
    root_key: int
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    events: tuple[Event, ...]


def cases(connection: Connection, chosen: ColumnElement[bool]) -> Iterator[Case]:
    """Read the chosen instances by key, with their events."""
    after = 0
    while True:
        found = connection.execute(
            select(*_COLUMNS)
            .where(chosen, _instance.key > after)
            .order_by(_instance.key)
            .limit(PAGE)
        ).all()
        if not found:
            return
        after = found[-1].key
        keys = [row.key for row in found]
        names, steps = _names(connection, keys), _steps(connection, keys)
        for row in found:
            events = tuple(_events(steps.get(row.key, []), names))
            yield Case(
                key=row.key,
                process_id=row.process_id,
                version=row.version,
                state=row.state,
                business_key=row.business_key,
                parent_key=row.parent_instance_key,
                root_key=row.root_instance_key,
                started_by=row.started_by,
                started_at=row.started_at,
                ended_at=row.ended_at,
                events=events,
            )


def _names(connection: Connection, keys: list[int]) -> dict[int, str]:
    column = store.element_instance.c
    rows = connection.execute(
        select(column.key, column.element_name).where(
            column.instance_key.in_(keys), column.element_name.is_not(None)
        )
    )
    return {row.key: row.element_name for row in rows}


def _steps(connection: Connection, keys: list[int]) -> dict[int, list[Any]]:
    columns = (_history.instance_key, _history.seq, _history.at, _history.actor, _history.entries)
    rows = connection.execute(
        select(*columns)
        .where(_history.instance_key.in_(keys))
        .order_by(_history.instance_key, _history.seq)
    )
    return {key: list(of_it) for key, of_it in itertools.groupby(rows, lambda row: row[0])}


def _events(steps: list[Any], names: dict[int, str]) -> Iterator[Event]:
    begun: set[int] = set()
    for step in steps:
        moved = [e for e in step.entries if "state" in e and e["type"] not in _NOT_WORK]
        for number, entry in enumerate(moved):
            key, state = entry["key"], entry["state"]
            if state == "ACTIVE" and key in begun:
                continue  # it changed without beginning anew, by a migration for one
            if key not in begun and state != "ACTIVE":
                # It began and ended in one step; the history keeps the last of the two.
                yield _event(step, f"{number}s", entry, "start", names)
            begun.add(key)
            yield _event(step, str(number), entry, _TRANSITIONS[state], names)


def _event(
    step: Any, number: str, entry: dict[str, Any], transition: str, names: dict[int, str]
) -> Event:
    return Event(
        id=f"{step.instance_key}-{step.seq}-{number}",
        at=step.at,
        transition=transition,
        element_id=entry["element"],
        element_name=names.get(entry["key"]) or entry["element"],
        type=entry["type"],
        element_key=entry["key"],
        actor=step.actor,
    )
