"""Questions to customers: invitations and answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal

KINDS = (
    "nps",
    "csat",
    "ces",
    "servqual",
    "choice",
    "exit",
    "recheck",
    "interview",
    "poll",
    "staff_pulse",
)


class Survey(Versioned, Base):
    """A set of questions with its benefit to whoever answers."""

    __tablename__ = "crm_survey"
    __table_args__ = (
        one_of("kind", *KINDS),
        one_of("confidentiality", "named", "confidential", "anonymous"),
        UniqueConstraint("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    confidentiality: Mapped[str] = mapped_column(default="named")
    questions: Mapped[list[Any]] = mapped_column(default=list)
    benefit_statement: Mapped[str]


class SurveyInvitation(Made, Base):
    """That somebody was asked; for anonymous surveys nothing leads from here to an answer."""

    __tablename__ = "crm_survey_invitation"
    __table_args__ = (Index(None, "customer_id", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("crm_survey.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("crm_contact.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    silent_at: Mapped[datetime | None]


class SurveyAnswer(Made, Base):
    """One answer to one question; anonymous ones have no customer."""

    __tablename__ = "crm_survey_answer"
    __table_args__ = (Index(None, "survey_id", "question", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("crm_survey.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    question: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    value: Mapped[float | None]
    text: Mapped[str] = mapped_column(default="", info=personal())
    themes: Mapped[list[str]] = mapped_column(default=list, info=NOT_PERSONAL)
    at: Mapped[datetime]
