"""What the improvement cycle asks of pilots."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine import reads
from engine.engine import Engine
from engine.errors import Invalid
from engine.service_task import service_task
from tasks.declare.instants import iso
from tasks.pilots import running

STARTED = {"PROPOSED", "TRIAL"}


@service_task(name="improvements.begin_pilot", retries=5)
def begin_pilot(
    session: Session,
    now: datetime,
    process_id: str,
    candidate: str,
    weeks: int,
    success_if: dict[str, Any],
    stop_if: dict[str, Any],
    improvement_id: int | None = None,
    share: float = 0.5,
) -> dict[str, Any]:
    """Begin the pilot of a candidate, or go on with the one that was planned for it.

    Reads ``candidate`` (its name, or the key of its deployment), ``weeks``, ``success_if``
    {measure: number of a standard, at_least: smallest effect as a share} and ``stop_if``
    {worse_by: a share}. The ``share`` of customers is the one that the candidate was proposed for;
    another one is refused. The weeks run from its approval. Answers ``pilot_id``, ``pilot_ends``.
    """
    pilot = running.by_name(session, process_id, candidate)
    if pilot is None:
        key = _deployment(session, process_id, candidate)
        pilot = running.propose(
            session,
            now,
            "",
            name=candidate,
            process_id=process_id,
            deployment_key=key,
            standard=running.standard_of(session, int(success_if["measure"])),
            weeks=weeks,
            success_if=abs(float(success_if["at_least"])),
            stop_if=abs(float(stop_if["worse_by"])),
        )
    found = reads.candidate(session.connection(), process_id, pilot.deployment_key)
    if round(found.share * 100) != round(share * 100):
        raise Invalid(f"the candidate was proposed for {found.share:.0%} of the customers")
    pilot.improvement_id = improvement_id
    running.begin_if_approved(session, pilot)
    ends = pilot.ends_at or now + timedelta(weeks=pilot.weeks)
    return {"pilot_id": pilot.id, "pilot_ends": iso(ends)}


@service_task(name="improvements.measure_pilot", retries=5)
def measure_pilot(session: Session, engine: Engine, now: datetime, pilot_id: int) -> dict[str, Any]:
    """Look at a pilot, and end its trial when the new way does harm.

    Answers ``pilot``: n_candidate, n_current, candidate, current, effect, low, high,
    always_valid_low, always_valid_high, horizon_reached, stopped, suggestion, reason.
    """
    pilot = running.get(session, pilot_id)
    answer = running.look(session, pilot, now).plain()
    if pilot.state == "stopped":
        running.stop(session, engine, pilot, "improvements.measure_pilot")
    return {"pilot": answer}


@service_task(name="improvements.look_at_pilots", retries=5)
def look_at_pilots(session: Session, engine: Engine, now: datetime) -> dict[str, Any]:
    """Look at each pilot that was not looked at for a week or whose weeks are over.

    What does harm is stopped. Answers ``looked`` (how many) and ``stopped_pilots`` (their names).
    """
    looked, stopped = 0, []
    for number in running.waiting_for_a_look(session, now):
        pilot = running.get(session, number)
        running.look(session, pilot, now)
        looked += 1
        if pilot.state == "stopped":
            stopped.append(pilot.name)
            running.stop(session, engine, pilot, "improvements.look_at_pilots")
        session.commit()
    return {"looked": looked, "stopped_pilots": stopped}


@service_task(name="improvements.adopt", retries=5)
def adopt(session: Session, engine: Engine, now: datetime, pilot_id: int) -> dict[str, Any]:
    """Take the candidate for all. Answers ``deployment_key`` and ``adopted_at``."""
    pilot = running.get(session, pilot_id)
    key = running.adopt(session, engine, pilot, now, "improvements.adopt")
    return {"deployment_key": key, "adopted_at": iso(now)}


@service_task(name="improvements.drop", retries=5)
def drop(
    session: Session, engine: Engine, now: datetime, pilot_id: int, because: str = ""
) -> dict[str, Any]:
    """Let the current version go on alone. Answers ``dropped_at``."""
    running.drop(session, engine, running.get(session, pilot_id), now, "improvements.drop")
    running.get(session, pilot_id).verdict = because
    return {"dropped_at": iso(now)}


@service_task(name="improvements.take_back", retries=5)
def take_back(session: Session, engine: Engine, now: datetime, pilot_id: int) -> dict[str, Any]:
    """Take an adopted version back. Answers ``deployment_key`` and ``running``: what is on it."""
    pilot = running.get(session, pilot_id)
    key, count = running.take_back(session, engine, pilot, now, "improvements.take_back")
    return {"deployment_key": key, "running": count}


def _deployment(session: Session, process_id: str, candidate: str) -> int:
    for found in reads.candidates(session.connection(), process_id):
        if candidate == str(found.deployment_key) and found.state in STARTED:
            return found.deployment_key
    raise Invalid(
        f"“{candidate}” is no candidate of '{process_id}': propose it in the studio first"
    )
