"""Win-back cohorts: drawn by lot, a part left alone, and measured against those."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.analytics.pilot.power import sample_size
from tasks.analytics.sampling import draw_control
from tasks.analytics.selling.winback import regained
from tasks.contacts.records import Contact
from tasks.declare.instants import iso
from tasks.lapsed.records import LapsedRecord, WinbackAttempt
from tasks.policy.records import value
from tasks.scores.records import latest_scores

MEASURED_AFTER = timedelta(days=120)
UNAIDED = 0.113  # of 17,203 silent CDNOW customers within half a year
NO_TIER = "D"


@service_task(name="win_back.draw_cohort", retries=5)
def draw_cohort(session: Session, now: datetime) -> dict[str, Any]:
    """Draw the cohort of today: every candidate, a part of them left alone, by lot in each tier.

    Where there are too few to show the regain rate hoped for (policy values winback.hoped_for and
    winback.control_share) nobody is left alone. Returns ``cohort`` (its name), ``entered``
    (customer_id, arm), ``measurable`` and ``measure_at``. A second run of the day changes nothing.
    """
    cohort = now.date().isoformat()
    candidates = {
        record.customer_id: record
        for record in session.scalars(
            select(LapsedRecord).where(LapsedRecord.state == "candidate").order_by(LapsedRecord.id)
        )
    }
    share = float(value(session, "winback.control_share"))
    needed = sample_size(UNAIDED, float(value(session, "winback.hoped_for")))
    measurable = 0 < needed <= len(candidates) * share
    tiers = {score.customer_id: score.tier for score in session.scalars(latest_scores())}
    strata = [(number, tiers.get(number, NO_TIER)) for number in candidates]
    control = draw_control(strata, share, f"winback-{cohort}") if measurable else frozenset()
    for number, record in candidates.items():
        attempt = WinbackAttempt(lapsed_id=record.id, cohort=cohort, created_at=now)
        attempt.arm = "control" if number in control else "treat"
        session.add(attempt)
        record.state, record.updated_at = "in_programme", now
    session.flush()
    entered = _members(session, cohort)
    return {
        "cohort": cohort,
        "entered": [{"customer_id": number, "arm": each.arm} for each, number in entered],
        "measurable": any(each.arm == "control" for each, _ in entered),
        "measure_at": iso(now + MEASURED_AFTER),
    }


@service_task(name="win_back.measure_cohort", retries=5)
def measure_cohort(session: Session, now: datetime, cohort: str) -> dict[str, Any]:
    """Measure how many more came back than of those left alone.

    Reads ``cohort``. Who did not come back is left in peace from now on. Returns ``result``:
    treated, returned, control, returned_unaided, measurable, added with low and high (percent), and
    ``cost`` of the contacts in minor units.
    """
    members = _members(session, cohort)
    counts = {"treat": [0, 0], "control": [0, 0]}
    for attempt, _ in members:
        counts[attempt.arm][0] += 1
        counts[attempt.arm][1] += attempt.outcome == "regained"
        if attempt.outcome == "open":
            attempt.outcome, attempt.outcome_at, attempt.updated_at = "dormant", now, now
            record = session.get_one(LapsedRecord, attempt.lapsed_id)
            if record.state == "in_programme":
                record.state, record.updated_at = "dormant", now
    (treated, returned), (control, unaided) = counts["treat"], counts["control"]
    effect = regained(treated, returned, control, unaided) if treated and control else None
    shown = effect.scaled(100) if effect is not None else None
    return {
        "result": {
            "treated": treated,
            "returned": returned,
            "control": control,
            "returned_unaided": unaided,
            "measurable": shown is not None,
            "added": round(shown.value, 1) if shown else None,
            "low": round(shown.low, 1) if shown else None,
            "high": round(shown.high, 1) if shown else None,
            "cost": _cost(session, [number for _, number in members], cohort),
        }
    }


def _members(session: Session, cohort: str) -> list[tuple[WinbackAttempt, int]]:
    found = session.execute(
        select(WinbackAttempt, LapsedRecord.customer_id)
        .join(LapsedRecord, LapsedRecord.id == WinbackAttempt.lapsed_id)
        .where(WinbackAttempt.cohort == cohort)
        .order_by(WinbackAttempt.id)
    )
    return [(attempt, number) for attempt, number in found]


def _cost(session: Session, customers: list[int], cohort: str) -> int:
    spent = select(func.sum(Contact.cost)).where(
        Contact.customer_id.in_(customers),
        Contact.template_name.startswith("winback-"),
        Contact.decision == "send",
        Contact.decided_at >= datetime.fromisoformat(f"{cohort}T00:00:00+00:00"),
    )
    return session.scalar(spent) or 0
