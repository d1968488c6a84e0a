"""The map of all processes: what runs, standards, incidents, and who hands over to whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from engine import reads, store
from tasks.company.assessing import ACTIVITIES
from tasks.standards.records import Measurement, ServiceStandard
from web.reads.drawing_facts import Facts, facts_of

GROUPS: Final = ("0", "1", "2", "3", "4", "5", "6", "7", "8")


@dataclass(frozen=True, slots=True)
class Standard:
    """The newest measurement of a standard of a process, as a share or a mean."""

    name: str
    value: float
    n: int
    target: float | None
    period: date


@dataclass(frozen=True, slots=True)
class Running:
    """What a process is doing now."""

    instances: int = 0
    oldest: datetime | None = None
    incidents: int = 0
    overdue: int = 0  # tasks


@dataclass(frozen=True, slots=True)
class Shown:
    """A process on the map."""

    facts: Facts
    version: int
    running: Running
    standards: tuple[Standard, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """That one process calls another, or hands over to it by a message."""

    source: str
    target: str
    message: str  # "" for a call


def shown(session: Session, now: datetime) -> list[Shown]:
    """Return every deployed process, by number and name."""
    connection = session.connection()
    running, standards = _running(connection, now), _standards(session)
    found = []
    for each in reads.definitions(connection):
        facts = _facts(connection, each.key, each.process_id)
        if facts is not None:
            now_running = running.get(each.process_id, Running())
            measured = tuple(standards.get(each.process_id, ()))
            found.append(Shown(facts, each.version, now_running, measured))
    return sorted(found, key=lambda one: (one.facts.number or "9", one.facts.name))


def links(processes: Iterable[Facts]) -> list[Link]:
    """Return who calls whom and who hands over to whom, by the drawings."""
    known = {one.id: one for one in processes}
    found = {
        Link(one.id, called, "")
        for one in known.values()
        for called in one.calls
        if called in known
    }
    for one in known.values():
        for message in one.sends:
            found |= {
                Link(one.id, other.id, message)
                for other in known.values()
                if other.id != one.id and message in other.starts | other.hears
            }
    return sorted(found, key=lambda link: (link.source, link.target, link.message))


def told_to_nobody(processes: Iterable[Facts]) -> list[tuple[str, str]]:
    """Return (process, message) of what is handed over and nobody takes."""
    known = list(processes)
    heard = {message for one in known for message in one.starts | one.hears}
    return sorted((one.id, message) for one in known for message in one.sends - heard)


def missing(processes: Iterable[Facts]) -> list[str]:
    """Return the numbers of activities that no process has."""
    drawn = {one.number for one in processes}
    return [number for number in ACTIVITIES if number not in drawn]


def group_links(processes: Iterable[Facts]) -> Mapping[tuple[str, str], int]:
    """Return how many ways lead from one of the six processes to another, by first digit."""
    known = {one.id: one.number[:1] for one in processes if one.number[:1] in GROUPS}
    counted: dict[tuple[str, str], int] = {}
    for link in links(processes):
        ends = known.get(link.source), known.get(link.target)
        if ends[0] and ends[1] and ends[0] != ends[1]:
            pair = (ends[0], ends[1])
            counted[pair] = counted.get(pair, 0) + 1
    return counted


def _facts(connection: Connection, key: int, process_id: str) -> Facts | None:
    drawn = facts_of(reads.resource_xml(connection, key))
    return next((one for one in drawn if one.id == process_id), None)


def _running(connection: Connection, now: datetime) -> dict[str, Running]:
    instance, incident, task = store.instance.c, store.incident.c, store.user_task.c
    active = connection.execute(
        select(instance.process_id, func.count(), func.min(instance.started_at))
        .where(instance.state == "ACTIVE")
        .group_by(instance.process_id)
    ).all()
    open_ones = connection.execute(
        select(incident.process_id, func.count())
        .where(incident.resolved_at.is_(None))
        .group_by(incident.process_id)
    )
    late = connection.execute(
        select(task.process_id, func.count())
        .where(task.ended_at.is_(None), task.due_at < now)
        .group_by(task.process_id)
    )
    incidents: dict[str, int] = {row[0]: row[1] for row in open_ones}
    overdue: dict[str, int] = {row[0]: row[1] for row in late}
    names = {name for name, _, _ in active} | incidents.keys() | overdue.keys()
    counts = {name: (count, oldest) for name, count, oldest in active}
    return {
        name: Running(*counts.get(name, (0, None)), incidents.get(name, 0), overdue.get(name, 0))
        for name in names
    }


def _standards(session: Session) -> dict[str, list[Standard]]:
    newest = select(func.max(Measurement.id)).group_by(Measurement.standard_id)
    rows = session.execute(
        select(ServiceStandard, Measurement)
        .join(Measurement, Measurement.standard_id == ServiceStandard.id)
        .where(Measurement.id.in_(newest))
    )
    found: dict[str, list[Standard]] = {}
    for standard, measured in rows:
        process = str(standard.measure.get("process", ""))
        one = Standard(standard.name, measured.value, measured.n, standard.target, measured.period)
        found.setdefault(process, []).append(one)
    return found
