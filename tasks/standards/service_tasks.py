"""Measuring all standards, every night and on demand."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.standards.charting import BEST, freeze, judge, newest_limits
from tasks.standards.declared import add_declared
from tasks.standards.measuring import collect, measurements
from tasks.standards.records import ServiceStandard, Signal
from tasks.standards.refreezing import new_limits

ENOUGH_MEASURED = sentence("{1} weeks were measured.", BEST)


@service_task(name="standards.measure", retries=5)
def measure(session: Session, now: datetime) -> dict[str, Any]:
    """Measure every standard for the weeks that are over, and look for signals.

    Standards that drawings declare are added as drafts. Limits are frozen when 24 weeks were
    measured, and never move by themselves afterwards. Answers ``measured`` (weeks with a value),
    ``added`` (standards) and ``bad_signals``: standard_id, standard, touchpoint_id and week of each
    new signal on the bad side.
    """
    added = add_declared(session, now)
    measured, found = judge_all(session, now)
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


def judge_all(session: Session, now: datetime) -> tuple[int, list[tuple[ServiceStandard, Signal]]]:
    """Measure every standard; return how many weeks had a value, and the new signals."""
    measured, found = 0, list[tuple[ServiceStandard, Signal]]()
    open_ones = select(ServiceStandard).where(ServiceStandard.status != "retired")
    for standard in session.scalars(open_ones.order_by(ServiceStandard.id)).all():
        measured += collect(session, standard, standard.owner, now)
        if not new_limits(session, standard, now):
            _freeze_first(session, standard, now)
        found += [(standard, signal) for signal in judge(session, standard, now)]
    return measured, found


def _freeze_first(session: Session, standard: ServiceStandard, now: datetime) -> None:
    unfrozen = newest_limits(session, standard.id) is None
    if unfrozen and len(measurements(session, standard.id)) >= BEST:
        freeze(session, standard, ENOUGH_MEASURED, now)
