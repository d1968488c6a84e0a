"""Past cases of a process as the history recorded them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from engine import store
from engine.reads.history import ERASED
from engine.replay.outcome import NotReplayable, Reason

_PAGE = 200
_instance = store.instance.c
_history = store.history.c
_OPERATOR = frozenset({"modify", "activate", "migrate", "undo"})


@dataclass(frozen=True, slots=True)
class Cases:
    """Which cases: those of a process that have ended, the newest first; others by wish."""

    process_id: str
    definition_key: int | None = None  # of this version only
    since: datetime | None = None  # begun at or after
    until: datetime | None = None  # begun before
    keys: tuple[int, ...] = ()  # these only
    limit: int | None = None
    running_at: datetime | None = None  # also those that still run now, as they stand


@dataclass(frozen=True, slots=True)
class Recorded:
    """One step as it was recorded."""

    seq: int
    at: datetime
    actor: str
    command: str
    elements: tuple[tuple[int, str, str, str], ...]  # (key, element id, type, state)
    given: dict[str, Any] | None
    ended: str | None
    values: tuple[tuple[int, str, Any], ...]  # (scope, name, value)


@dataclass(frozen=True, slots=True)
class Case:
    """An instance with its steps."""

    key: int
    definition_key: int
    business_key: str | None
    started_at: datetime
    ended_at: datetime  # of one that still runs: now
    rows: tuple[Any, ...]
    runs: bool = False  # it has not ended

    def steps(self) -> Iterator[Recorded]:
        """Read the steps that moved something; raises NotReplayable where one is missing."""
        for row in self.rows:
            if row.payload is None or row.command == ERASED:
                raise NotReplayable(Reason.ERASED)
        for row in self.rows:
            entries = json.loads(row.entries) if isinstance(row.entries, str) else row.entries
            kept = json.loads(row.payload)
            given = kept.get("input")
            step = Recorded(
                row.seq,
                row.at,
                row.actor,
                row.command,
                tuple(
                    (e["key"], e["element"], e["type"], e["state"]) for e in entries if "state" in e
                ),
                given,
                next((each["ended"] for each in entries if "ended" in each), None),
                tuple(map(tuple, kept.get("values", ()))),
            )
            _replayable(step)
            if given is not None or step.elements or step.ended:
                yield step


def _replayable(step: Recorded) -> None:
    kind = (step.given or {}).get("kind")
    if step.seq == 1 and kind != "start":
        raise NotReplayable(Reason.NOT_KEPT)
    if kind in _OPERATOR:
        raise NotReplayable(Reason.MOVED, step.command)
    if kind is None and step.elements and step.command == "report lost":
        raise NotReplayable(Reason.DAMAGED)
    if kind is None and step.elements and step.ended is None and not _ends(step):
        raise NotReplayable(Reason.NOT_KEPT)


def _ends(step: Recorded) -> bool:
    """Return whether the step ends things from outside, by a cancellation or a stop."""
    return all(state != "COMPLETED" for *_, state in step.elements)


def read(connection: Connection, chosen: Cases) -> Iterator[Case]:
    """Yield the chosen cases, a page at a time."""
    left, before = chosen.limit, None
    while left is None or left > 0:
        count = _PAGE if left is None else min(_PAGE, left)
        instances = connection.execute(_page(chosen, before, count)).all()
        yield from _with_steps(connection, list(instances), chosen.running_at)
        if len(instances) < count:
            return
        before = instances[-1].key
        left = None if left is None else left - count


def count(connection: Connection, chosen: Cases) -> int:
    """Return how many cases there are, whatever the limit."""
    found = _page(chosen, None, None).order_by(None).subquery()
    return len(connection.execute(select(found.c.key)).all())


def _page(chosen: Cases, before: int | None, count: int | None) -> Any:
    columns = (
        _instance.key,
        _instance.definition_key,
        _instance.business_key,
        _instance.started_at,
        _instance.ended_at,
    )
    found = (
        select(*columns)
        .where(_instance.process_id == chosen.process_id)
        .order_by(_instance.key.desc())
    )
    if chosen.running_at is None:
        found = found.where(_instance.ended_at.is_not(None))
    if chosen.definition_key is not None:
        found = found.where(_instance.definition_key == chosen.definition_key)
    if chosen.since is not None:
        found = found.where(_instance.started_at >= chosen.since)
    if chosen.until is not None:
        found = found.where(_instance.started_at < chosen.until)
    if chosen.keys:
        found = found.where(_instance.key.in_(chosen.keys))
    if before is not None:
        found = found.where(_instance.key < before)
    return found if count is None else found.limit(count)


def _with_steps(
    connection: Connection, instances: list[Row[Any]], now: datetime | None
) -> Iterator[Case]:
    columns = (
        _history.instance_key,
        _history.seq,
        _history.at,
        _history.actor,
        _history.command,
        _history.entries,
        _history.payload,
    )
    found = select(*columns).where(_history.instance_key.in_([row.key for row in instances]))
    steps: dict[int, list[Any]] = {row.key: [] for row in instances}
    for step in connection.execute(found.order_by(_history.instance_key, _history.seq)):
        steps[step.instance_key].append(step)
    for row in instances:
        yield Case(
            row.key,
            row.definition_key,
            row.business_key,
            row.started_at,
            row.ended_at or now or row.started_at,  # those that run are read only with `now`
            tuple(steps[row.key]),
            row.ended_at is None,
        )
