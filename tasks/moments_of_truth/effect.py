"""7.7: what the chart of the standard says since the change, and closing a turn."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.analytics.charts import signals
from tasks.analytics.charts.points import Point
from tasks.declare.instants import iso
from tasks.improvements.records import Improvement
from tasks.moments_of_truth.service_cycle import open_turn, told
from tasks.moments_of_truth.turn import standard_of_turn, turn
from tasks.policy.records import value
from tasks.standards.charting import chart
from tasks.standards.measure import Measure
from tasks.standards.measuring import WEEK, collect
from tasks.standards.records import ServiceStandard, Signal
from tasks.standards.refreezing import plan_new_limits
from tasks.standards.service_tasks import judge_all


@service_task(name="improvements.measure_effect", retries=5)
def measure_effect(session: Session, now: datetime, improvement_id: int) -> dict[str, Any]:
    """Look at the chart of the standard since the change, against the limits frozen before it.

    Answers ``seen`` for table D-26: ``first`` (side of the first signal: good, bad or none),
    ``points`` (weeks since), ``elsewhere`` (a bad signal of another touchpoint of the cycle since),
    ``before`` and ``after`` (means); and ``look_again_at``.
    """
    found = turn(session, improvement_id, now)
    standard = standard_of_turn(session, found)
    judge_all(session, now)
    changed = found.closed_at or found.embedded_at or found.opened_at
    points = since(session, standard, changed, now)
    told_first = next(iter(signals.signals(points)), None)
    measure = Measure.of(standard.measure)
    good = measure.good if measure else "high"
    first = "none" if told_first is None else "good" if told_first.side == good else "bad"
    seen = {
        "first": first,
        "points": len(points),
        "elsewhere": _elsewhere(session, standard, changed),
        "before": round(found.baseline.get("mean", 0.0), 4),
        "after": round(sum(p.value for p in points) / len(points), 4) if points else None,
    }
    return {"seen": seen, "look_again_at": iso(now + WEEK)}


@service_task(name="improvements.note_effect", retries=5)
def note_effect(
    session: Session,
    now: datetime,
    improvement_id: int,
    effect: str,
    seen: dict[str, Any],
    effect_words: str | None = None,
) -> None:
    """Keep how the effect was judged, with what was seen.

    Reads ``effect`` (confirmed, not_yet, none, worse, side_effect), ``seen``, ``effect_words``.
    """
    found = turn(session, improvement_id, now, "check" if effect == "confirmed" else "amend")
    found.effect = {"judged": effect, "seen": seen, "words": effect_words or "", "at": iso(now)}


@service_task(name="improvements.close", retries=5)
def close(
    session: Session,
    now: datetime,
    improvement_id: int,
    new_goal: float | None = None,
) -> dict[str, Any]:
    """Close a turn whose effect was confirmed.

    New limits are computed from where the shift began, as soon as there are 12 weeks; until then
    the old ones stay. With ``new_goal`` the standard is revised. Answers ``look_again_at``.
    """
    found = turn(session, improvement_id, now, "closed")
    found.closed_at = now
    standard = standard_of_turn(session, found)
    begun = _shift_began(session, standard, found, now)
    plan_new_limits(session, standard, begun, now)
    if new_goal is not None:
        field = "share" if standard.measure.get("kind") == "in_time" else "target"
        setattr(standard, field, new_goal)
        standard.improvement_id, standard.updated_at = found.id, now
        found.links = [*found.links, {"kind": "standard", "what": standard.name}]
    weeks = int(value(session, "improvement.look_again_weeks"))
    return {"look_again_at": iso(now + timedelta(weeks=weeks))}


@service_task(name="improvements.turn_again", retries=5)
def turn_again(
    session: Session, now: datetime, job_key: str, improvement_id: int
) -> dict[str, Any]:
    """Open the next turn of an improvement that does not hold (R-27).

    Answers ``improvement``, as when it is chosen.
    """
    old = session.get_one(Improvement, improvement_id)
    made = open_turn(
        session,
        standard_of_turn(session, old),
        now,
        author=f"job:{job_key}",
        moment=old.moment,
        why_now=sentence("What was improved before does not hold."),
        previous=old,
    )
    return {"improvement": told(session, made)}


def since(
    session: Session, standard: ServiceStandard, changed: datetime, now: datetime
) -> list[Point]:
    """Return the points of the whole weeks after a change, measured up to now."""
    collect(session, standard, standard.owner, now)
    first = changed.date() + timedelta(days=(7 - changed.weekday()) % 7 or 7)
    charted = chart(session, standard)
    pairs = zip(charted.weeks, charted.points, strict=False)
    return [point for week, point in pairs if week >= first]


def _elsewhere(session: Session, standard: ServiceStandard, changed: datetime) -> bool:
    found = session.scalar(
        select(Signal.id)
        .join(ServiceStandard, ServiceStandard.id == Signal.standard_id)
        .where(
            Signal.side == "bad",
            Signal.period >= changed.date(),
            ServiceStandard.touchpoint_id.is_not(None),
            ServiceStandard.touchpoint_id != standard.touchpoint_id,
        )
        .limit(1)
    )
    return found is not None


def _shift_began(
    session: Session, standard: ServiceStandard, found: Improvement, now: datetime
) -> datetime:
    changed = found.embedded_at or found.opened_at
    begun = signals.shift_began(since(session, standard, changed, now)) or 0
    return changed + begun * WEEK
