"""The one table of purpose and record: for how long it is kept, and what a night did about it."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of


class RetentionRule(Versioned, Base):
    """For one kind of record: what it is for, on which basis, how many months, and what then."""

    __tablename__ = "crm_retention_rule"
    __table_args__ = (one_of("ending", "erase", "blank", "keep"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[str] = mapped_column(unique=True)  # a name of `tasks.retention.kinds`
    purpose: Mapped[str]
    basis: Mapped[str]
    months: Mapped[int | None]  # none: as long as the law says, nothing is done
    ending: Mapped[str]


class RetentionRun(Made, Base):
    """What one run did to one kind of record."""

    __tablename__ = "crm_retention_run"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[str]
    ending: Mapped[str]
    rows: Mapped[int]
    at: Mapped[datetime]
