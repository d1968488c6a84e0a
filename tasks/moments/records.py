"""Moments of truth: encounters against what was expected, and praise for people."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import BELONGS, NOT_PERSONAL, personal


class MomentOfTruth(Made, Base):
    """One encounter of a customer, against what was expected. Negative ones name no employee."""

    __tablename__ = "crm_moment"
    __table_args__ = (
        Index(None, "touchpoint_id", "at"),
        Index(None, "polarity", "at"),
        Index(None, "happened", "reason"),
        UniqueConstraint("origin"),
        one_of("source", "survey", "event", "reaction", "agent"),
        one_of("polarity", "negative", "neutral", "positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    touchpoint_id: Mapped[int] = mapped_column(ForeignKey("crm_touchpoint.id"))
    at: Mapped[datetime]
    expected: Mapped[float | None]  # 1 to 7; null: not known
    perceived: Mapped[float | None]
    missed_by: Mapped[float | None]  # share of the time of a standard, beyond it
    source: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    # encounter, complaint, reopened, opt_out, survey, promise_broken, standard_missed, praise
    happened: Mapped[str] = mapped_column(default="encounter", info=NOT_PERSONAL)
    polarity: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    weight: Mapped[int]
    reason: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)  # empty: not classified
    cause: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    instance_key: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    origin: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # what wrote it, once


class Kudos(Versioned, Base):
    """Praise of a customer for an employee; private until the employee agrees."""

    __tablename__ = "crm_kudos"

    id: Mapped[int] = mapped_column(primary_key=True)
    moment_id: Mapped[int] = mapped_column(ForeignKey("crm_moment.id"), info=BELONGS)
    employee: Mapped[str] = mapped_column(info=NOT_PERSONAL)  # a user name
    text: Mapped[str] = mapped_column(default="", info=personal())
    shared_at: Mapped[datetime | None]
