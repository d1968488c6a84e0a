"""The newest self-assessment beside the one before it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.company.assessing import MOST
from tasks.company.records import AssessedActivity, SelfAssessment


@dataclass(frozen=True, slots=True)
class Row:
    """An activity: what is intended and real, and what was real the time before."""

    number: str
    name: str
    owner: str
    intention: int | None
    reality: int
    before: int | None
    reason: str
    remark: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment; shares are of all points, 0 to 1; intended is none until all have answered."""

    began_at: datetime
    closed_at: datetime | None
    before_at: datetime | None
    rows: tuple[Row, ...]
    reached: float
    reached_before: float | None
    intended: float | None


def newest(session: Session) -> Assessed | None:
    """Return the newest assessment; None before the first."""
    query = select(SelfAssessment).order_by(SelfAssessment.id.desc()).limit(2)
    found = session.scalars(query).all()
    if not found:
        return None
    now = _rows(session, found[0].id)
    before = (
        {each.number: each.reality for each in _rows(session, found[1].id)} if found[1:] else {}
    )
    rows = tuple(
        Row(
            each.number,
            each.name,
            each.owner,
            each.intention,
            each.reality,
            before.get(each.number),
            each.reason,
            each.remark,
        )
        for each in now
    )
    most = MOST * max(len(rows), 1)
    closed = found[0].closed_at
    return Assessed(
        began_at=found[0].began_at,
        closed_at=closed,
        before_at=found[1].began_at if found[1:] else None,
        rows=rows,
        reached=sum(each.reality for each in rows) / most,
        reached_before=sum(before.values()) / (MOST * len(before)) if before else None,
        intended=sum(each.intention or 0 for each in rows) / most if closed else None,
    )


def _rows(session: Session, assessment_id: int) -> list[AssessedActivity]:
    query = select(AssessedActivity).where(AssessedActivity.assessment_id == assessment_id)
    return list(session.scalars(query.order_by(AssessedActivity.number)))
