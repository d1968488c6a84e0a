"""Measuring all standards, every night and on demand."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.standards.charting import BEST, freeze, judge, newest_limits
from tasks.standards.declared import add_declared
from tasks.standards.measuring import collect, measurements
from tasks.standards.records import ServiceStandard, Signal

ENOUGH_MEASURED = "24 weeks were measured."


@service_task(name="standards.measure", retries=5)
def measure(session: Session, now: datetime) -> dict[str, Any]:
    """Measure every standard for the weeks that are over, and look for signals.

    Standards that drawings declare are added as drafts. Limits are frozen when 24 weeks were
    measured, and never move by themselves afterwards. Answers ``measured`` (weeks with a value),
    ``added`` (standards) and ``bad_signals``: standard_id, standard, touchpoint_id and week of each
    new signal on the bad side.
    """
    added = add_declared(session, now)
    measured, found = 0, list[tuple[ServiceStandard, Signal]]()
    open_ones = select(ServiceStandard).where(ServiceStandard.status != "retired")
    for standard in session.scalars(open_ones.order_by(ServiceStandard.id)).all():
        measured += collect(session, standard, standard.owner, now)
        unfrozen = newest_limits(session, standard.id) is None
        if unfrozen and len(measurements(session, standard.id)) >= BEST:
            freeze(session, standard, ENOUGH_MEASURED, now)
        found += [(standard, signal) for signal in judge(session, standard, now)]
    return {
        "measured": measured,
        "added": added,
        "bad_signals": [
            {
                "standard_id": standard.id,
                "standard": standard.name,
                "touchpoint_id": standard.touchpoint_id,
                "week": signal.period.isoformat(),
            }
            for standard, signal in found
            if signal.side == "bad"
        ],
    }
