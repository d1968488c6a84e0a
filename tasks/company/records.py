"""What was mended at once, and how the company judged its own activities."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned


class QuickFix(Made, Base):
    """A cause with many cheap contacts that was mended without an analysis."""

    __tablename__ = "crm_quick_fix"

    id: Mapped[int] = mapped_column(primary_key=True)
    cause_id: Mapped[int] = mapped_column(ForeignKey("crm_cause.id"), index=True)
    customer_kind: Mapped[str]
    contacts: Mapped[int]  # in the 30 days before it was chosen
    owner: Mapped[str]  # a group
    what: Mapped[str]
    done_at: Mapped[datetime]


class SelfAssessment(Versioned, Base):
    """One look of the company at itself; open until all owners have answered."""

    __tablename__ = "crm_self_assessment"

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class AssessedActivity(Versioned, Base):
    """One of the 31 activities: what is intended and what is real, each from 0 to 3."""

    __tablename__ = "crm_assessed_activity"
    __table_args__ = (
        UniqueConstraint("assessment_id", "number"),
        CheckConstraint("reality BETWEEN 0 AND 3", name="reality"),
        CheckConstraint("intention BETWEEN 0 AND 3", name="intention"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("crm_self_assessment.id"))
    number: Mapped[str]  # 1.1 to 6.5
    name: Mapped[str]
    owner: Mapped[str]  # a group
    reality: Mapped[int]
    reason: Mapped[str]
    intention: Mapped[int | None]
    remark: Mapped[str] = mapped_column(default="")
