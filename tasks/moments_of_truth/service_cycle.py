"""7.1 and 7.2: the service cycle as drawn and as walked, and which moments are worth improving."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BpmnError
from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.improvements.records import Improvement
from tasks.moments.records import MomentOfTruth
from tasks.moments_of_truth.stakes import yearly_margins
from tasks.policy.amounts import to_major
from tasks.standards.charting import freeze, newest_limits
from tasks.standards.measure import Measure
from tasks.standards.measuring import collect, measurements
from tasks.standards.records import ServiceStandard, Signal
from tasks.touchpoints.records import ServiceCycle, Touchpoint

CYCLE = "service"
QUARTER = timedelta(days=90)
FEWEST = 12  # weeks of a baseline
PER_ROUND = 10  # touchpoints that are described in one round


@service_task(name="cycle.discover", retries=5)
def discover(session: Session, now: datetime) -> dict[str, Any]:
    """Look which touchpoints there are, in the order customers come by, and what they lack.

    New ones are put at the end of the drawn cycle. Answers ``open_points``: at most ten touchpoints
    without an owner or with an expectation that was only assumed, most visited first: all that the
    form of the blueprint shows; and ``complete``.
    """
    places = {place.id: place for place in session.scalars(select(Touchpoint)).all()}
    visits = _visits(session, now)
    cycle = _cycle(session, now)
    new = sorted(set(places) - set(cycle.touchpoints), key=lambda number: -visits.get(number, 0))
    if new:
        cycle.touchpoints = [*cycle.touchpoints, *new]
        cycle.updated_at = now
    for position, number in enumerate(cycle.touchpoints, 1):
        if number in places:
            places[number].order_no = position
    lacking = [place for place in places.values() if not _whole(place)]
    lacking.sort(key=lambda place: (-visits.get(place.id, 0), place.id))
    return {
        "open_points": [_shown(place, visits.get(place.id, 0)) for place in lacking[:PER_ROUND]],
        "complete": not lacking,
    }


@service_task(name="cycle.keep_touchpoint", retries=5)
def keep_touchpoint(
    session: Session,
    now: datetime,
    touchpoint_id: int,
    channel: str,
    customer_wants: str,
    expected_level: float,
    owner: str,
    expectation_source: str,
    *,
    stage: str | None = None,
    dimension: str | None = None,
    front_person: str | None = None,
    back_steps: str | None = None,
    systems: str | None = None,
    fail_points: str | None = None,
    evidence: str | None = None,
) -> None:
    """Keep a touchpoint of the blueprint.

    Reads the form; lines of ``back_steps`` and ``fail_points`` are one each. Raises
    ``BpmnError("assumed")`` when customers were not asked, or nobody says who they were (R-01).
    """
    if expectation_source != "asked" or not (evidence or "").strip():
        raise BpmnError("assumed", "What customers expect is asked, not assumed.")
    place = session.get_one(Touchpoint, touchpoint_id)
    place.channel, place.customer_wants, place.owner = channel, customer_wants, owner
    place.expected_level, place.expectation_source = expected_level, expectation_source
    place.stage, place.dimension = stage or place.stage, dimension or place.dimension
    place.front, place.back = front_person or "", _lines(back_steps)
    place.systems, place.fail_points = systems or "", _lines(fail_points)
    place.evidence, place.updated_at = evidence or "", now


@service_task(name="cycle.rank", retries=5)
def rank(session: Session, now: datetime) -> dict[str, Any]:
    """Rank the negative moments of the last 90 days: weight × how often × what is at stake.

    What is at stake is the yearly margin of the customers hit. Answers ``ranked`` (touchpoint, n,
    weight, at_stake, share of all up to it, signals, weeks measured, open) and ``choices`` of those
    with a baseline of 12 weeks and no improvement under way.
    """
    rows = session.execute(
        select(MomentOfTruth.touchpoint_id, MomentOfTruth.weight, MomentOfTruth.customer_id).where(
            MomentOfTruth.polarity == "negative", MomentOfTruth.at > now - QUARTER
        )
    ).all()
    margins = yearly_margins(session, {row.customer_id for row in rows if row.customer_id}, now)
    usual: float = sum(margins.values()) / len(margins) if margins else 0
    n, weight, stake = (
        defaultdict[int, int](int),
        defaultdict[int, int](int),
        defaultdict[int, float](float),
    )
    for number, heavy, customer in rows:
        n[number] += 1
        weight[number] += heavy
        stake[number] += heavy * (usual if customer is None else margins.get(customer, usual))
    order = sorted(n, key=lambda number: (-stake[number], -weight[number], number))
    total, so_far, ranked = sum(stake.values()), 0.0, []
    for number in order:
        so_far += stake[number]
        ranked.append(
            _ranked(session, number, now)
            | {
                "n": n[number],
                "weight": weight[number],
                "at_stake": to_major(session, round(stake[number])),
                "share": round(100 * so_far / total) if total else 0,
            }
        )
    able = [each for each in ranked if each["weeks"] >= FEWEST and not each["open"]]
    choices = [{"label": each["touchpoint"], "value": each["touchpoint_id"]} for each in able]
    return {"ranked": ranked, "choices": {"touchpoints": choices}}


@service_task(name="cycle.begin", retries=5)
def begin(
    session: Session,
    now: datetime,
    job_key: str,
    chosen: int,
    mot: str,
    why_now: str,
) -> dict[str, Any]:
    """Open an improvement of the chosen touchpoint, with its baseline frozen.

    Reads ``chosen`` (a touchpoint), ``mot`` (the moment of truth in one sentence) and ``why_now``.
    Answers ``improvement``: improvement_id, touchpoint_id, touchpoint, owner_group, standard_id,
    turn and what was chosen. Raises ``BpmnError("no_baseline")`` for fewer than 12 measured weeks.
    """
    standard = standard_of(session, chosen, now)
    if newest_limits(session, standard.id) is None:
        if len(measurements(session, standard.id)) < FEWEST:
            raise BpmnError("no_baseline", "Twelve measured weeks are needed to begin.")
        freeze(session, standard, sentence("An improvement begins."), now)
    made = open_turn(session, standard, now, author=f"job:{job_key}", moment=mot, why_now=why_now)
    return {"improvement": told(session, made)}


def open_turn(
    session: Session,
    standard: ServiceStandard,
    now: datetime,
    *,
    author: str,
    moment: str,
    why_now: str,
    previous: Improvement | None = None,
) -> Improvement:
    """Open a turn of improving what a standard measures, once for an author."""
    known = session.scalar(select(Improvement).where(Improvement.created_by == author))
    if known is not None:
        return known
    place = session.get_one(Touchpoint, standard.touchpoint_id)
    last = previous or session.scalar(
        select(Improvement)
        .where(Improvement.touchpoint_id == place.id)
        .order_by(Improvement.id.desc())
        .limit(1)
    )
    limits = newest_limits(session, standard.id)
    baseline = (
        {}
        if limits is None
        else {"limits_id": limits.id, "mean": limits.mean, "n": limits.n, "chart": limits.chart}
    )
    made = Improvement(
        name=place.name,
        touchpoint_id=place.id,
        standard_id=standard.id,
        moment=moment,
        why_now=why_now,
        turn_no=last.turn_no + 1 if last else 1,
        previous_id=last.id if last else None,
        baseline=baseline,
        opened_at=now,
        created_at=now,
        created_by=author,
    )
    session.add(made)
    session.flush()
    return made


def told(session: Session, made: Improvement) -> dict[str, Any]:
    """Return what the processes need to know of an improvement."""
    place = session.get_one(Touchpoint, made.touchpoint_id)
    return {
        "improvement_id": made.id,
        "touchpoint_id": made.touchpoint_id,
        "touchpoint": place.name,
        "owner_group": place.owner or "quality_manager",
        "standard_id": made.standard_id,
        "turn": made.turn_no,
        "mot": made.moment,
        "why_now": made.why_now,
    }


def standard_of(session: Session, touchpoint_id: int, now: datetime) -> ServiceStandard:
    """Return the standard of a touchpoint, else one that counts its negative moments."""
    found = session.scalars(
        select(ServiceStandard)
        .where(ServiceStandard.touchpoint_id == touchpoint_id, ServiceStandard.status != "retired")
        .order_by(ServiceStandard.status, ServiceStandard.id)
    ).all()
    measured = [each for each in found if len(measurements(session, each.id)) >= FEWEST]
    if measured:
        return measured[0]
    counted = [each for each in found if each.measure.get("kind") == "negative_moments"]
    if counted:
        return counted[0]
    place = session.get_one(Touchpoint, touchpoint_id)
    made = ServiceStandard(
        name=f"{place.name}: negative moments",
        touchpoint_id=place.id,
        measure=Measure(kind="negative_moments").kept(),
        owner=place.owner,
        created_at=now,
        created_by="cycle",
    )
    session.add(made)
    session.flush()
    collect(session, made, "", now)
    return made


def _ranked(session: Session, number: int, now: datetime) -> dict[str, Any]:
    place, standard = session.get_one(Touchpoint, number), standard_of(session, number, now)
    bad = session.scalars(
        select(Signal.id).where(
            Signal.standard_id == standard.id,
            Signal.side == "bad",
            Signal.period > (now - QUARTER).date(),
        )
    ).all()
    open_one = session.scalar(
        select(Improvement.id).where(
            Improvement.touchpoint_id == number, Improvement.closed_at.is_(None)
        )
    )
    return {
        "touchpoint_id": number,
        "touchpoint": place.name,
        "signals": len(bad),
        "weeks": len(measurements(session, standard.id)),
        "open": open_one is not None,
    }


def _cycle(session: Session, now: datetime) -> ServiceCycle:
    newest = select(ServiceCycle).where(ServiceCycle.name == CYCLE)
    found = session.scalar(newest.order_by(ServiceCycle.number.desc()).limit(1))
    if found is None:
        found = ServiceCycle(name=CYCLE, created_at=now)
        found.touchpoints = []
        session.add(found)
        session.flush()
    return found


def _visits(session: Session, now: datetime) -> dict[int, int]:
    counted = defaultdict[int, int](int)
    for number in session.scalars(
        select(MomentOfTruth.touchpoint_id).where(MomentOfTruth.at > now - QUARTER)
    ):
        counted[number] += 1
    return counted


def _whole(place: Touchpoint) -> bool:
    return bool(place.owner) and place.expectation_source == "asked"


def _shown(place: Touchpoint, visits: int) -> dict[str, Any]:
    return {
        "touchpoint_id": place.id,
        "touchpoint": place.name,
        "visits": visits,
        "known": {
            "channel": place.channel,
            "stage": place.stage,
            "customer_wants": place.customer_wants,
            "expected_level": place.expected_level,
            "owner": place.owner,
        },
    }


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
