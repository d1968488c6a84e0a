"""How a process ran: how often and how long each element, whole cases, the ways they took.

Figures are of the cases that began in a time, as they stood at an instant. Times are wall-clock
seconds; a median of fewer than one value is None.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median, quantiles
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from engine import store

MOST = 2_000  # cases that are read, the newest
_SILENT = {"PROCESS", "SEQUENCE_FLOW", "EXCLUSIVE_GATEWAY", "PARALLEL_GATEWAY", "INCLUSIVE_GATEWAY"}
_instance = store.instance.c
_element = store.element_instance.c
_incident = store.incident.c
_task = store.user_task.c


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which cases, and as they stood when."""

    process_id: str
    as_of: datetime
    definition_key: int | None = None  # of this version only
    since: datetime | None = None  # begun at or after


@dataclass(slots=True)
class Heat:
    """What happened at one element."""

    begun: int = 0
    completed: int = 0
    active: int = 0
    incidents: int = 0  # that there were, resolved ones too
    late: int = 0  # tasks that were not done when they were due
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float | None:
        """The median time of those that completed, in seconds."""
        return median(self.seconds) if self.seconds else None


@dataclass(frozen=True, slots=True)
class Way:
    """A way that cases took: the elements they completed, in this order."""

    elements: tuple[str, ...]
    cases: int
    median: float  # seconds


@dataclass(frozen=True, slots=True)
class Performance:
    """How the chosen cases ran."""

    cases: int
    ended: int
    read: int  # of the cases: the newest
    seconds: tuple[float, ...]  # of the ended cases, ascending
    elements: dict[str, Heat]
    ways: tuple[Way, ...]  # of the ended cases, the most frequent first

    def quantile(self, percent: int) -> float | None:
        """Return the time that `percent` of the ended cases stay below, in seconds."""
        if len(self.seconds) < 2:
            return self.seconds[0] if self.seconds else None
        return quantiles(self.seconds, n=100, method="inclusive")[percent - 1]

    @property
    def incidents(self) -> int:
        """How many incidents there were."""
        return sum(each.incidents for each in self.elements.values())

    @property
    def late(self) -> int:
        """How many tasks were late."""
        return sum(each.late for each in self.elements.values())


def performance(connection: Connection, chosen: Chosen) -> Performance:
    """Return how the chosen cases ran."""
    conditions = _conditions(chosen)
    count = connection.execute(select(func.count()).where(*conditions)).scalar_one()
    query = select(_instance.key, _instance.started_at, _instance.ended_at).where(*conditions)
    cases = connection.execute(query.order_by(_instance.key.desc()).limit(MOST)).all()
    ended = {
        row.key: (row.ended_at - row.started_at).total_seconds()
        for row in cases
        if row.ended_at is not None and row.ended_at <= chosen.as_of
    }
    elements, ways = _elements(connection, [row.key for row in cases], chosen.as_of)
    _count(connection, [row.key for row in cases], chosen.as_of, elements)
    taken = _ways({key: tuple(ways.get(key, ())) for key in ended}, ended)
    return Performance(
        count, len(ended), len(cases), tuple(sorted(ended.values())), elements, taken
    )


def _conditions(chosen: Chosen) -> list[ColumnElement[bool]]:
    found = [_instance.process_id == chosen.process_id, _instance.started_at <= chosen.as_of]
    if chosen.definition_key is not None:
        found.append(_instance.definition_key == chosen.definition_key)
    if chosen.since is not None:
        found.append(_instance.started_at >= chosen.since)
    return found


def _elements(
    connection: Connection, keys: Sequence[int], as_of: datetime
) -> tuple[dict[str, Heat], dict[int, list[str]]]:
    found: dict[str, Heat] = {}
    ways: dict[int, list[str]] = {}
    columns = (
        _element.instance_key,
        _element.element_id,
        _element.type,
        _element.state,
        _element.started_at,
        _element.ended_at,
    )
    for part in _parts(keys):
        query = select(*columns).where(
            _element.instance_key.in_(part), _element.started_at <= as_of
        )
        for row in connection.execute(query.order_by(_element.key)):
            if row.type == "PROCESS":
                continue
            _add(found.setdefault(row.element_id, Heat()), row, as_of)
            if row.type not in _SILENT and row.state == "COMPLETED":
                ways.setdefault(row.instance_key, []).append(row.element_id)
    return found, ways


def _add(heat: Heat, row: Any, as_of: datetime) -> None:
    heat.begun += 1
    if row.ended_at is None or row.ended_at > as_of:
        heat.active += 1
    elif row.state == "COMPLETED":
        heat.completed += 1
        heat.seconds.append((row.ended_at - row.started_at).total_seconds())


def _count(
    connection: Connection, keys: Sequence[int], as_of: datetime, found: dict[str, Heat]
) -> None:
    """Add incidents, and tasks that were open after they were due."""
    late = (_task.due_at <= as_of) & (_task.ended_at.is_(None) | (_task.ended_at > _task.due_at))
    for part in _parts(keys):
        wrong = select(_incident.element_id, func.count().label("number")).where(
            _incident.instance_key.in_(part), _incident.created_at <= as_of
        )
        for row in connection.execute(wrong.group_by(_incident.element_id)):
            found.setdefault(row.element_id, Heat()).incidents += row.number
        missed = select(_task.element_id, func.count().label("number")).where(
            _task.instance_key.in_(part), late
        )
        for row in connection.execute(missed.group_by(_task.element_id)):
            found.setdefault(row.element_id, Heat()).late += row.number


def _ways(taken: dict[int, tuple[str, ...]], seconds: dict[int, float]) -> tuple[Way, ...]:
    counted = Counter(taken.values())
    times: dict[tuple[str, ...], list[float]] = {}
    for key, way in taken.items():
        times.setdefault(way, []).append(seconds[key])
    return tuple(Way(way, number, median(times[way])) for way, number in counted.most_common())


def _parts(keys: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    for begin in range(0, len(keys), size):
        yield keys[begin : begin + size]
