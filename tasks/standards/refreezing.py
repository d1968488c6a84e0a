"""New limits after a confirmed shift: computed when there are enough weeks since it began."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from engine.text.sentences import sentence
from tasks.analytics.charts.points import FEWEST
from tasks.standards.charting import freeze
from tasks.standards.measuring import measurements
from tasks.standards.records import ServiceStandard

CONFIRMED = sentence("The shift was confirmed.")


def plan_new_limits(
    session: Session, standard: ServiceStandard, since: datetime, now: datetime
) -> None:
    """Let the limits be computed anew from the weeks after an instant, now or when there are 12."""
    standard.baseline = {**standard.baseline, "anew_from": since.date().isoformat()}
    new_limits(session, standard, now)


def new_limits(session: Session, standard: ServiceStandard, now: datetime) -> bool:
    """Freeze the limits that were planned if there are enough weeks by now; return whether."""
    planned = standard.baseline.get("anew_from")
    if planned is None:
        return False
    since = date.fromisoformat(planned)
    weeks = [each for each in measurements(session, standard.id) if each.period >= since]
    if len(weeks) < FEWEST:
        return False
    freeze(session, standard, CONFIRMED, now, since=since)
    standard.baseline = {
        name: kept for name, kept in standard.baseline.items() if name != "anew_from"
    }
    return True
