"""Strategies for segments: one approved plan per segment and quarter, the newest holds."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tasks.declare.base import Base, Versioned, one_of

OBJECTIVES = ("invest", "protect", "develop", "automate", "reprice", "exit", "learn")


class SegmentPlan(Versioned, Base):
    """What we do with a segment, what proves it, and when it is looked at again."""

    __tablename__ = "crm_segment_plan"
    __table_args__ = (
        Index(None, "segment_id", "id"),
        UniqueConstraint("job_key"),
        one_of("objective", *OBJECTIVES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(ForeignKey("crm_segment.id"))
    objective: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")  # of the table D-13
    proposition: Mapped[str]
    treatments: Mapped[list[str]] = mapped_column(default=list)  # processes and templates
    service_level: Mapped[str]
    contacts_30d: Mapped[int | None]  # marketing contacts at most; null: as for everybody
    budget: Mapped[int] = mapped_column(BigInteger, default=0)  # minor units, a quarter
    kpi: Mapped[str]
    target: Mapped[str]
    review_on: Mapped[date]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)  # of the portfolio that day
    job_key: Mapped[str]


def current_plan(session: Session, segment_id: int) -> SegmentPlan | None:
    """Return the plan that holds; None before the first."""
    return session.scalar(
        select(SegmentPlan)
        .where(SegmentPlan.segment_id == segment_id)
        .order_by(SegmentPlan.id.desc())
        .limit(1)
    )
