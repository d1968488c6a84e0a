"""The first 90 days of a customer: the plan, and what was seen."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal


class WelcomePlan(Versioned, Base):
    """One plan per customer for the first 90 days, at most five contacts."""

    __tablename__ = "crm_welcome_plan"
    __table_args__ = (one_of("state", "running", "done", "interrupted"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    level: Mapped[int]
    identity: Mapped[str] = mapped_column(default="new", info=NOT_PERSONAL)
    began_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="running", info=NOT_PERSONAL)
    contacts: Mapped[int] = mapped_column(default=0)


class EarlyEncounter(Made, Base):
    """Something a new customer met with, and the points it was given."""

    __tablename__ = "crm_early_encounter"
    __table_args__ = (UniqueConstraint("job_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    type: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    points: Mapped[int]
    at: Mapped[datetime]
    job_key: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    put_right: Mapped[str] = mapped_column(default="", info=personal())
    put_right_at: Mapped[datetime | None]
