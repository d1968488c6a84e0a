"""What we would like to know of customers, and what they told us."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned
from tasks.declare.personal import NOT_PERSONAL, personal


class InfoNeed(Versioned, Base):
    """A question worth asking: with its benefit to the customer, and what uses the answer."""

    __tablename__ = "crm_info_need"
    __table_args__ = (UniqueConstraint("field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str]
    question: Mapped[str]
    benefit_statement: Mapped[str]
    used_in: Mapped[list[str]] = mapped_column(default=list)
    retention_months: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class ProfileFact(Versioned, Base):
    """One thing we know of a customer, from where, how surely and until when."""

    __tablename__ = "crm_profile_fact"
    __table_args__ = (Index(None, "customer_id", "field"),)
    __erasure__ = "delete"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    field: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    value: Mapped[str] = mapped_column(info=personal())
    source: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    confidence: Mapped[float] = mapped_column(default=1.0)
    at: Mapped[datetime]
    expires_on: Mapped[date | None]
    refused: Mapped[bool] = mapped_column(default=False)


class AskedQuestion(Made, Base):
    """A question placed into the next contact with a customer."""

    __tablename__ = "crm_asked_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    field: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
