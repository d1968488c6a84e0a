"""What pointed to leaving, what was decided and how it ended; programmes of intensive care."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import BELONGS, NOT_PERSONAL, personal

ANSWERS: Final = ("care", "head", "recovery_call", "owner_call", "watch", "none")
OUTCOMES: Final = ("stayed", "left")
EXITS: Final = ("rebuilt", "separated")


class RiskAssessment(Versioned, Base):
    """The points of a customer at one time (D-16), what was done (D-17), and how it ended."""

    __tablename__ = "crm_risk_assessment"
    __table_args__ = (
        Index(None, "customer_id", "id"),
        Index(None, "at"),
        one_of("answer", *ANSWERS),
        one_of("leaving", "no", "thinking", "decided"),
        one_of("outcome_30", *OUTCOMES),
        one_of("outcome_90", *OUTCOMES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    at: Mapped[datetime]
    points: Mapped[int]
    found: Mapped[list[Any]] = mapped_column(default=list, info=NOT_PERSONAL)  # points, reason
    p_leave: Mapped[float]  # a share; assumed until enough outcomes are known
    assumed: Mapped[bool]
    at_stake: Mapped[int] = mapped_column(BigInteger)  # minor units, in a year
    expected_loss: Mapped[int] = mapped_column(BigInteger)  # minor units, in a year
    answer: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    answer_reason: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    leaving: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # what the customer said
    said: Mapped[str] = mapped_column(default="", info=personal())
    need: Mapped[str] = mapped_column(default="", info=personal())
    outcome_30: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    outcome_90: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)


class CareProgramme(Versioned, Base):
    """One rescue: who leads it, the plan, until when, and how it ended."""

    __tablename__ = "crm_care_programme"
    __table_args__ = (Index(None, "customer_id", "id"), one_of("exit", *EXITS))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    lead: Mapped[str] = mapped_column(info=NOT_PERSONAL)  # a user name
    why: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    began_at: Mapped[datetime]
    until: Mapped[datetime]
    extended: Mapped[bool] = mapped_column(default=False)
    what_hurt: Mapped[str] = mapped_column(default="", info=personal())
    customer_words: Mapped[str] = mapped_column(default="", info=personal())
    steps: Mapped[list[Any]] = mapped_column(default=list, info=personal())
    sponsor: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    authority_limit: Mapped[int | None] = mapped_column(BigInteger)  # minor units
    ended_at: Mapped[datetime | None]
    exit: Mapped[str | None]
    basis: Mapped[str] = mapped_column(default="", info=personal())  # for the time to come
    lesson: Mapped[str] = mapped_column(default="", info=personal())


class CareTalk(Made, Base):
    """A weekly talk of intensive care; `mood` from -2 to 2."""

    __tablename__ = "crm_care_talk"
    __table_args__ = (Index(None, "programme_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("crm_care_programme.id"), info=BELONGS)
    at: Mapped[datetime]
    kept: Mapped[list[Any]] = mapped_column(default=list, info=personal())  # steps of the plan
    mood: Mapped[int]
    csat: Mapped[int | None]  # 1 to 5, where the customer was asked
    next: Mapped[str] = mapped_column(info=personal())
    job_key: Mapped[str] = mapped_column(unique=True, info=NOT_PERSONAL)


class RiskNight(Made, Base):
    """That new signs were looked for: what came before is known."""

    __tablename__ = "crm_risk_night"

    id: Mapped[int] = mapped_column(primary_key=True)
    looked_until: Mapped[datetime]
