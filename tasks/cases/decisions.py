"""What was decided about a case and why, and what departments and partners answered."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, one_of
from tasks.declare.personal import BELONGS, NOT_PERSONAL, personal


class CaseDecision(Made, Base):
    """A decision on one level: acknowledging, deciding and giving the reason are three things."""

    __tablename__ = "crm_case_decision"
    __table_args__ = (one_of("decision", "grant", "partly", "refuse", "final"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("crm_case.id"), index=True, info=BELONGS)
    level: Mapped[int] = mapped_column(default=1)
    acknowledge: Mapped[str] = mapped_column(info=personal())
    decision: Mapped[str]
    reason: Mapped[str] = mapped_column(info=personal())
    offer: Mapped[str] = mapped_column(default="", info=personal())
    alternative: Mapped[str] = mapped_column(default="", info=personal())
    amount: Mapped[int] = mapped_column(BigInteger, default=0)  # minor units, law and contract
    goodwill: Mapped[int] = mapped_column(BigInteger, default=0)  # minor units, on top
    accepted: Mapped[bool | None]
    accepted_at: Mapped[datetime | None]


class CaseAnswer(Made, Base):
    """What a department or partner said about a case."""

    __tablename__ = "crm_case_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("crm_case.id"), index=True, info=BELONGS)
    who: Mapped[str] = mapped_column(info=NOT_PERSONAL)  # a group of ours, or a partner
    text: Mapped[str] = mapped_column(info=personal())
    can_prevent: Mapped[str] = mapped_column(default="", info=personal())
