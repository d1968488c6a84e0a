"""How a process runs: a heat map, the time cases take, the ways they go, versions side by side."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from engine import reads
from engine.reads import Definition, Heat, Performance
from tasks.standards.measuring import measurements
from tasks.standards.records import Measurement, ServiceStandard
from web import accounts
from web.accounts import policy
from web.app.services import now, reading
from web.forms import form_page
from web.i18n import localizer
from web.pages.processes.outline import Step, labels, steps

blueprint = Blueprint("running", __name__, url_prefix="/processes")

FIGURES = ("count", "time", "incidents", "late")
DAYS = (7, 30, 90, 365)
BESIDE = 4  # versions that stand side by side
BARS = 12  # of the distribution of cycle times
WAYS = 8  # that are listed
WARMEST = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the distribution: from and to in seconds, how many cases, height in percent."""

    begin: float
    end: float
    cases: int
    height: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asked to see."""

    figure: str
    days: int | None
    version: int | None
    as_of: datetime
    day: str  # as it was typed

    @property
    def since(self) -> datetime | None:
        """Since when the cases began."""
        return self.as_of - timedelta(days=self.days) if self.days else None


@blueprint.get("/<process_id>/running")
@policy.requires("process.see")
def show(process_id: str) -> str:
    """Show how the cases of a process ran, as they stood on a day."""
    asked = _asked()
    with reading() as connection:
        versions = reads.versions(connection, process_id)
        definition = reads.definition(connection, process_id=process_id, version=asked.version)
        found = reads.performance(connection, _chosen(process_id, asked, definition))
        outline = steps(connection, definition.key, process_id)
        beside = _beside(connection, asked, versions)
        standards = _standards(connection, process_id)
        names = labels(reads.resource_xml(connection, definition.key))
    heat = [(step, found.elements.get(step.id, Heat())) for step in outline]
    return render_template(
        "processes/running.html",
        definition=definition,
        versions=versions,
        asked=asked,
        days=DAYS,
        found=found,
        heat=[each for each in heat if each[1].begun or each[1].incidents],
        state=_state(asked.figure, found, names),
        bars=bars(found.seconds),
        ways=[(way, _named(way.elements, outline)) for way in found.ways[:WAYS]],
        beside=beside,
        standards=standards,
    )


def bars(seconds: tuple[float, ...]) -> list[Bar]:
    """Return the distribution: equal bars up to the 95 % quantile, the rest in the last one."""
    if not seconds:
        return []
    most = seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))] or 1.0
    width = most / BARS
    counts = [0] * BARS
    for each in seconds:
        counts[min(BARS - 1, int(each / width))] += 1
    highest = max(counts)
    return [
        Bar(width * number, width * (number + 1), count, round(100 * count / highest))
        for number, count in enumerate(counts)
    ]


def _asked() -> Asked:
    figure, days = request.args.get("figure", ""), request.args.get("days", "90")
    version, typed = request.args.get("version", ""), request.args.get("as_of", "").strip()
    return Asked(
        figure=figure if figure in FIGURES else "count",
        days=int(days) if days.isdecimal() and int(days[:4]) in DAYS else None,
        version=int(version) if version.isdecimal() and len(version) < 9 else None,
        as_of=_end_of(typed) or now(),
        day=typed,
    )


def _end_of(typed: str) -> datetime | None:
    """Return the end of a day that was typed in the reader's calendar."""
    read = form_page.reader().moment({"date": typed, "time": ""}, "date")
    if not isinstance(read, str) or not read:
        return None
    last = datetime.combine(date.fromisoformat(read), time(23, 59, 59), localizer.zone())
    return min(last, now())


def _chosen(process_id: str, asked: Asked, definition: Definition) -> reads.Chosen:
    key = definition.key if asked.version else None
    return reads.Chosen(process_id, asked.as_of, key, asked.since)


def _beside(
    connection: Connection, asked: Asked, versions: list[Definition]
) -> list[tuple[Definition, Performance]]:
    """Return the newest versions with how their cases ran."""
    found = [
        (one, reads.performance(connection, _chosen(one.process_id, asked_of(asked, one), one)))
        for one in versions[:BESIDE]
    ]
    return [each for each in found if each[1].cases] if len(versions) > 1 else []


def asked_of(asked: Asked, version: Definition) -> Asked:
    """Return the same question about one version."""
    return Asked(asked.figure, asked.days, version.version, asked.as_of, asked.day)


def _state(figure: str, found: Performance, names: dict[str, str]) -> dict[str, Any]:
    """Return what the diagram shows: how warm each element is, and its figure."""
    values = {name: value for name, one in found.elements.items() if (value := _value(figure, one))}
    most = max(values.values(), default=1.0)
    warmth = {name: max(1, round(WARMEST * value / most)) for name, value in values.items()}
    told = {name: _told(figure, value) for name, value in values.items()}
    return {"heat": warmth, "told": told, "names": names, "selected": None}


def _value(figure: str, heat: Heat) -> float:
    if figure == "time":
        return heat.median or 0.0
    return float({"count": heat.begun, "incidents": heat.incidents, "late": heat.late}[figure])


def _told(figure: str, value: float) -> str:
    return localizer.span(value) if figure == "time" else str(localizer.number(round(value)))


def _named(way: tuple[str, ...], outline: list[Step]) -> list[Step]:
    known = {step.id: step for step in outline}
    return [known[name] for name in way if name in known]


def _standards(
    connection: Connection, process_id: str
) -> list[tuple[ServiceStandard, Measurement | None]]:
    """Return the standards that measure this process, each with its newest week."""
    if not policy.can(accounts.current(), "standard.see"):
        return []
    with Session(connection) as session:
        found = session.scalars(select(ServiceStandard).order_by(ServiceStandard.name)).all()
        mine = [one for one in found if one.measure.get("process") == process_id]
        newest = [(one, next(reversed(measurements(session, one.id)), None)) for one in mine]
        session.expunge_all()
        return newest
