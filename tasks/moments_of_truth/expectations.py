"""What customers expect at a touchpoint: asked, never assumed (R-01)."""

from datetime import datetime

from sqlalchemy.orm import Session

from engine.errors import BpmnError
from engine.service_task import service_task
from tasks.touchpoints.records import Touchpoint


@service_task(name="moments.keep_expectation", retries=5)
def keep_expectation(
    session: Session,
    now: datetime,
    touchpoint_id: int,
    expected_level: float,
    expectation_source: str,
    evidence: str | None = None,
    dimension: str | None = None,
) -> None:
    """Keep what customers said they expect at a touchpoint.

    Reads ``touchpoint_id``, ``expected_level`` (1 to 7), ``expectation_source`` (asked or assumed),
    ``evidence`` (who was asked, and when) and ``dimension`` (what it is about). Raises
    ``BpmnError("assumed")`` for what is assumed or without evidence: a guess is no expectation.
    """
    if expectation_source != "asked" or not (evidence or "").strip():
        raise BpmnError("assumed", "Say whom you have asked, and what they said.")
    place = session.get_one(Touchpoint, touchpoint_id)
    place.expected_level, place.evidence = expected_level, evidence or ""
    place.expectation_source = "asked"
    place.dimension = dimension or place.dimension
    place.updated_at = now
