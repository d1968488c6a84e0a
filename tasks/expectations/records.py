"""What customers expect, and the goals they share with us."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal

DIMENSIONS = (
    "reliability",
    "responsiveness",
    "access",
    "safety",
    "courtesy",
    "consideration",
    "communication",
    "recognition",
    "competence",
    "product",
    "price",
    "other",
)


class Expectation(Versioned, Base):
    """What a customer expects; an assumed one never counts as known."""

    __tablename__ = "crm_expectation"
    __table_args__ = (one_of("dimension", *DIMENSIONS), one_of("source", "asked", "assumed"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("crm_person.id"))
    dimension: Mapped[str] = mapped_column(default="other", info=NOT_PERSONAL)
    text: Mapped[str] = mapped_column(info=personal())
    measure: Mapped[str] = mapped_column(default="", info=personal())
    level: Mapped[float | None]  # 1 to 7, as in surveys
    importance: Mapped[int | None]  # 1 to 10
    benefit_sought: Mapped[str] = mapped_column(default="", info=personal())
    # social, economic, education, competitor_product, experience: as far as the customer told it
    context: Mapped[dict[str, Any]] = mapped_column(default=dict, info=personal())
    source: Mapped[str] = mapped_column(default="asked", info=NOT_PERSONAL)
    asked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]  # by the customer
    valid_until: Mapped[date | None]


class MutualGoal(Versioned, Base):
    """A goal both sides accept; proposed until both have."""

    __tablename__ = "crm_mutual_goal"
    __table_args__ = (one_of("status", "proposed", "agreed", "met", "missed", "dropped"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    text: Mapped[str] = mapped_column(info=personal())
    measure: Mapped[str] = mapped_column(default="", info=personal())
    target: Mapped[str] = mapped_column(default="", info=personal())
    due: Mapped[date | None]
    accepted_by_us_at: Mapped[datetime | None]
    accepted_by_customer_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(default="proposed", info=NOT_PERSONAL)
