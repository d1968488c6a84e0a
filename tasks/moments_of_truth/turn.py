"""One turn of the cycle in its record: found again by its number, moved on by its steps."""

from datetime import datetime

from sqlalchemy.orm import Session

from tasks.improvements.records import Improvement
from tasks.standards.records import ServiceStandard

PHASES = ("evaluate", "plan", "act", "check", "amend", "closed", "dropped")


def turn(session: Session, improvement_id: int, now: datetime, phase: str = "") -> Improvement:
    """Return an improvement, in its new phase; raise where there is none."""
    found = session.get_one(Improvement, improvement_id)
    found.phase = phase or found.phase
    found.updated_at = now
    return found


def standard_of_turn(session: Session, found: Improvement) -> ServiceStandard:
    """Return what measures the touchpoint of an improvement."""
    return session.get_one(ServiceStandard, found.standard_id)
