"""Standards that drawings declare: each becomes a draft, which people complete and agree on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions
from engine.reads.definitions import definitions as current_definitions
from engine.reads.definitions import resource_xml
from engine.schedule.standards import Standard
from tasks.moments.writing import touchpoint
from tasks.standards.measure import Measure
from tasks.standards.records import ServiceStandard

NAME = "standard"


@dataclass(frozen=True, slots=True)
class Declared:
    """A measured standard of a drawing, with the names people know its elements by."""

    process_id: str
    process: str
    owner: str
    begins: str
    ends: str
    touchpoint: str
    standard: Standard


def add_declared(session: Session, now: datetime) -> int:
    """Add a draft for each measured standard of the current drawings; return how many are new.

    What people have changed stays: a standard is known by where it begins and ends.
    """
    known = {
        (kept.get("process"), kept.get("begins"), kept.get("ends"))
        for kept in session.scalars(select(ServiceStandard.measure))
    }
    new = [each for each in declared(session) if _place(each) not in known]
    for each in new:
        session.add(_draft(session, each, now))
    session.flush()
    return len(new)


def declared(session: Session) -> Iterator[Declared]:
    """Yield the measured standards of the current drawings; promises in words are left out."""
    connection = session.connection()
    for current in current_definitions(connection):
        drawn = resource_xml(connection, current.key)
        if b'name="standard"' not in drawn:
            continue
        process = definitions.load(drawn, current.resource_name, current.process_id)
        texts = [process.properties.get(NAME, "")]
        texts += [each.properties.get(NAME, "") for each in process.elements.values()]
        for standard in filter(None, map(Standard.parse, texts)):
            if {standard.begins, standard.ends} <= process.elements.keys():
                begins, ends = process.elements[standard.begins], process.elements[standard.ends]
                yield Declared(
                    process_id=process.id,
                    process=process.name or process.id,
                    owner=process.properties.get("owner", "").split(",")[0].strip(),
                    begins=begins.name or begins.id,
                    ends=ends.name or ends.id,
                    touchpoint=process.touchpoints.get(ends.id, ""),
                    standard=standard,
                )


def _place(each: Declared) -> tuple[str, str, str]:
    return each.process_id, each.standard.begins, each.standard.ends


def _draft(session: Session, each: Declared, now: datetime) -> ServiceStandard:
    told = each.standard
    measure = Measure(
        kind="in_time",
        process=each.process_id,
        begins=told.begins,
        ends=told.ends,
        within=told.time,
        calendar=each.owner,
    )
    place = touchpoint(session.connection(), each.touchpoint, now) if each.touchpoint else None
    return ServiceStandard(
        name=f"{each.process}: {each.ends}",
        touchpoint_id=place,
        specific=each.ends,
        measure=measure.kept(),
        share=told.share,
        owner=each.owner,
        created_at=now,
        created_by="drawing",
    )
