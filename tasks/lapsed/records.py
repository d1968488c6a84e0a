"""Customers who left: why, in which state, and what was tried."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import BELONGS, NOT_PERSONAL, personal

STATES = (
    "lapsed",
    "excluded",
    "hold_until_fixed",
    "candidate",
    "in_programme",
    "dormant",
    "regained",
    "closed",
)
REASONS = (
    "bought_away",
    "moved_away",
    "pulled_away",
    "pushed_away_unintended",
    "pushed_away_intended",
    "need_ended",
    "unknown",
)


class LapsedRecord(Versioned, Base):
    """A customer in the register of the lapsed."""

    __tablename__ = "crm_lapsed"
    __table_args__ = (one_of("state", *STATES), Index(None, "state", "since"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    since: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="lapsed", info=NOT_PERSONAL)
    hold_cause: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    second_value: Mapped[int | None] = mapped_column(BigInteger)  # minor units, of a second life
    excluded_reason: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    keep_until: Mapped[date | None]
    kept_because: Mapped[str] = mapped_column(default="", server_default="", info=NOT_PERSONAL)
    goodbye_at: Mapped[datetime | None]
    lesson: Mapped[str] = mapped_column(default="", server_default="", info=personal())


class LapseReason(Versioned, Base):
    """Why somebody left; what was said and what the history suggests are kept apart."""

    __tablename__ = "crm_lapse_reason"
    __table_args__ = (one_of("stated", *REASONS), one_of("inferred", *REASONS))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    stated: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    inferred: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    detail: Mapped[str] = mapped_column(default="", info=personal())
    competitor: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    preventable: Mapped[str] = mapped_column(default="", info=personal())
    bring_back: Mapped[str] = mapped_column(default="", info=personal())
    may_contact: Mapped[bool] = mapped_column(default=False)
    cause: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    at: Mapped[datetime]


class WinbackAttempt(Versioned, Base):
    """One approach to a lapsed customer, or that they were left alone for comparison."""

    __tablename__ = "crm_winback_attempt"
    __table_args__ = (
        one_of("arm", "treat", "control"),
        one_of("outcome", "open", "regained", "dormant"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lapsed_id: Mapped[int] = mapped_column(ForeignKey("crm_lapsed.id"), info=BELONGS)
    cohort: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    arm: Mapped[str] = mapped_column(default="treat", info=NOT_PERSONAL)
    approaches: Mapped[int] = mapped_column(default=0)
    offer: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    outcome: Mapped[str] = mapped_column(default="open", info=NOT_PERSONAL)
    outcome_at: Mapped[datetime | None]


class SecondLife(Versioned, Base):
    """The time of a customer who came back: why, what for, and whether the old trouble is over."""

    __tablename__ = "crm_second_life"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    began_at: Mapped[datetime]
    left_for: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # kind of reason, of before
    cause: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    why_back: Mapped[str] = mapped_column(default="", info=personal())
    doubts: Mapped[str] = mapped_column(default="", info=personal())
    watch_until: Mapped[datetime | None]
    touched_at: Mapped[datetime | None]  # the old trouble came again
    cured: Mapped[bool | None]
    judged_at: Mapped[datetime | None]


class FixedCause(Made, Base):
    """A cause of ours that is fixed, and the sentence that tells customers so."""

    __tablename__ = "crm_fixed_cause"
    __table_args__ = (UniqueConstraint("cause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[str]
    said: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
