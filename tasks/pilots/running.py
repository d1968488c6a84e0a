"""The life of a pilot: planned, begun when its candidate is approved, looked at, ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import reads, store
from engine.engine import Engine
from engine.errors import Conflict, Invalid, NotFound
from engine.transaction.blocks import Arm, Blocks
from tasks.analytics.pilot import two_means
from tasks.analytics.pilot.allocation import ratio_mismatch
from tasks.analytics.pilot.power import sample_size
from tasks.analytics.pilot.two_proportions import TwoArms
from tasks.declare.instants import iso
from tasks.pilots.beside import beside_it
from tasks.pilots.counting import count, deviation, in_shares, measure_of
from tasks.pilots.judging import Judged, Plan, judge, kept, told
from tasks.pilots.records import Pilot
from tasks.standards.measuring import measurements
from tasks.standards.records import ServiceStandard

RECENT = 12  # weeks that say how good the current way is
UNKNOWN = 0.5  # its share of good cases while no week was measured
MOST_WEEKS = 104


def propose(
    session: Session,
    now: datetime,
    by: str,
    *,
    name: str,
    process_id: str,
    deployment_key: int,
    standard: ServiceStandard,
    weeks: int,
    success_if: float,
    stop_if: float,
) -> Pilot:
    """Plan a pilot of a candidate; raise Invalid for a plan that cannot be measured."""
    check_plan(standard, weeks, success_if, stop_if)
    reads.candidate(session.connection(), process_id, deployment_key)
    pilot = Pilot(
        name=name,
        process_id=process_id,
        deployment_key=deployment_key,
        standard_id=standard.id,
        weeks=weeks,
        success_if=success_if,
        stop_if=stop_if,
        planned=_planned(session, standard, success_if, now),
        created_at=now,
        created_by=by,
    )
    session.add(pilot)
    session.flush()
    return pilot


def check_plan(standard: ServiceStandard, weeks: int, success_if: float, stop_if: float) -> None:
    """Raise Invalid for a plan that cannot be measured."""
    measure_of(standard)
    if not 1 <= weeks <= MOST_WEEKS:
        raise Invalid(f"a pilot takes 1 to {MOST_WEEKS} weeks")
    if in_shares(standard) and not (0 < success_if < 1 and 0 < stop_if <= 1):
        raise Invalid("effect and loss of a pilot are shares between 0 and 1")
    if not (success_if > 0 and stop_if > 0):
        raise Invalid("effect and loss of a pilot are above 0")


def begin_if_approved(session: Session, pilot: Pilot) -> None:
    """Let the weeks run from the moment somebody else approved the candidate."""
    found = reads.candidate(session.connection(), pilot.process_id, pilot.deployment_key)
    if pilot.state == "proposed" and found.state == "TRIAL" and found.approved_at is not None:
        pilot.state, pilot.begun_at = "running", found.approved_at
        pilot.ends_at = found.approved_at + timedelta(weeks=pilot.weeks)
        session.flush()


def look(session: Session, pilot: Pilot, now: datetime) -> Judged:
    """Count and judge, keep the look, and say whether the stop rule ends the trial.

    After the end of the weeks the last look stays: who looks again gets the same answer.
    """
    begin_if_approved(session, pilot)
    if pilot.state != "running" or pilot.begun_at is None or pilot.ends_at is None:
        return _last(pilot)
    if pilot.looks and pilot.looks[-1]["over"]:
        return _last(pilot)
    until = min(now, pilot.ends_at)
    arms = count(session, pilot.deployment_key, _standard(session, pilot), pilot.begun_at, until)
    over = now >= pilot.ends_at
    judged = judge(arms, _plan(pilot), over=over, unequal=_unequal(session, pilot))
    plain = judged.plain()
    interval = {"always_low": plain["always_valid_low"], "always_high": plain["always_valid_high"]}
    pilot.looks = [*pilot.looks, {"at": iso(until), "over": over, **kept(arms), **interval}]
    beside = beside_it(session, pilot.process_id, pilot.deployment_key, pilot.begun_at, until)
    pilot.result = plain | {"beside": beside}
    if judged.stopped:
        pilot.state = "stopped"
    session.flush()
    return judged


def waiting_for_a_look(session: Session, now: datetime) -> list[int]:
    """Return the pilots nobody looked at for a week, and those whose weeks are over since."""
    found = select(Pilot).where(Pilot.state.in_(("proposed", "running"))).order_by(Pilot.id)
    return [each.id for each in session.scalars(found) if _due(each, now)]


def _due(pilot: Pilot, now: datetime) -> bool:
    if not pilot.looks:
        return True
    last = pilot.looks[-1]
    over = pilot.ends_at is not None and now >= pilot.ends_at
    week_ago = now - datetime.fromisoformat(last["at"]) >= timedelta(weeks=1)
    return not last["over"] and (over or week_ago)


def adopt(session: Session, engine: Engine, pilot: Pilot, now: datetime, by: str) -> int:
    """Make the candidate current for all; return its deployment. Done twice is done once."""
    if pilot.state == "adopted":
        return pilot.deployment_key
    if pilot.state != "running":
        raise Conflict(f"the pilot “{pilot.name}” is {pilot.state}: it cannot be adopted")
    number, version = pilot.id, _Version.of(pilot)
    session.commit()  # the engine writes in a transaction of its own
    if version.state(engine) == "TRIAL":
        engine.by(by).definitions.promote_candidate(version.process_id)
    _end(session, number, "adopted", now, by)
    return version.deployment_key


def drop(session: Session, engine: Engine, pilot: Pilot, now: datetime, by: str) -> None:
    """Let the current version go on alone. Done twice is done once."""
    if pilot.state in {"dropped", "adopted", "taken_back"}:
        return
    number = pilot.id
    stop(session, engine, pilot, by)
    _end(session, number, "dropped", now, by)


def stop(session: Session, engine: Engine, pilot: Pilot, by: str) -> None:
    """Start nothing more on the candidate; what runs on it goes on."""
    version = _Version.of(pilot)
    session.commit()
    state = version.state(engine)
    if state == "TRIAL":
        engine.by(by).definitions.end_trial(version.process_id)
    elif state == "PROPOSED":
        engine.by(by).definitions.refuse_candidate(version.deployment_key)


def take_back(
    session: Session, engine: Engine, pilot: Pilot, now: datetime, by: str
) -> tuple[int, int]:
    """Deploy again what was there before it was adopted; return deployment and what runs on it."""
    if pilot.state != "adopted":
        raise Conflict(f"the pilot “{pilot.name}” was not adopted: nothing is taken back")
    number, key = pilot.id, pilot.deployment_key
    session.commit()
    back = engine.by(by).definitions.take_back(key)
    _end(session, number, "taken_back", now, by)
    return back.deployment.key, len(back.instance_keys)


@dataclass(frozen=True, slots=True)
class _Version:
    """The candidate of a pilot, apart from the session: reading it begins no transaction."""

    process_id: str
    deployment_key: int

    @classmethod
    def of(cls, pilot: Pilot) -> "_Version":
        return cls(pilot.process_id, pilot.deployment_key)

    def state(self, engine: Engine) -> str:
        with store.reading(engine.database) as connection:
            return reads.candidate(connection, self.process_id, self.deployment_key).state


def get(session: Session, number: int) -> Pilot:
    """Return a pilot; raises NotFound."""
    found = session.get(Pilot, number)
    if found is None:
        raise NotFound(f"no pilot {number}")
    return found


def by_name(session: Session, process_id: str, candidate: str) -> Pilot | None:
    """Return the newest pilot of a candidate, by its name or the key of its deployment."""
    found = select(Pilot).where(Pilot.process_id == process_id, Pilot.state == "proposed")
    running = select(Pilot).where(Pilot.process_id == process_id, Pilot.state == "running")
    for query in (running, found):
        for pilot in session.scalars(query.order_by(Pilot.id.desc())):
            if candidate in (pilot.name, str(pilot.deployment_key)):
                return pilot
    return None


def standard_of(session: Session, number: int) -> ServiceStandard:
    """Return a standard; raises NotFound."""
    found = session.get(ServiceStandard, number)
    if found is None:
        raise NotFound(f"no standard {number}")
    return found


def _standard(session: Session, pilot: Pilot) -> ServiceStandard:
    return standard_of(session, pilot.standard_id)


def _plan(pilot: Pilot) -> Plan:
    return Plan(pilot.success_if, pilot.stop_if, pilot.planned)


def _last(pilot: Pilot) -> Judged:
    if not pilot.looks:
        return judge(TwoArms(0, 0, 0, 0), _plan(pilot), over=False)
    latest: dict[str, Any] = pilot.looks[-1]
    return judge(told(latest), _plan(pilot), over=latest["over"])


def _unequal(session: Session, pilot: Pilot) -> float | None:
    connection = session.connection()
    found = reads.candidate(connection, pilot.process_id, pilot.deployment_key)
    drawn = reads.drawn(connection, pilot.process_id, pilot.deployment_key)
    counts: dict[Arm, int] = {"candidate": 0, "current": 0}
    for side in counts:
        counts[side] = drawn.get(side, 0)
    return ratio_mismatch(counts, Blocks.of_share(found.share))


def _planned(session: Session, standard: ServiceStandard, success_if: float, now: datetime) -> int:
    """Return the customers of both sides that show an effect in 8 of 10 pilots."""
    weeks = [each.value for each in measurements(session, standard.id)[-RECENT:]]
    if not in_shares(standard):
        usual = deviation(session, standard, now - timedelta(weeks=RECENT), now)
        return 2 * two_means.sample_size(usual or success_if, success_if)
    share = fmean(weeks) if weeks else UNKNOWN
    if measure_of(standard).kind == "negative_moments":
        share = 1 - share
    better = min(share + success_if, 1.0)
    return 2 * sample_size(better - success_if, better)


def _end(session: Session, number: int, state: str, now: datetime, by: str) -> None:
    pilot = get(session, number)
    pilot.state, pilot.ended_at, pilot.ended_by = state, now, by
    session.flush()
