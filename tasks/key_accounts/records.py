"""Which customers are key, until when, and their plans."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal


class KeyStatus(Versioned, Base):
    """A decision of the committee; it expires unless renewed."""

    __tablename__ = "crm_key_status"
    __table_args__ = (
        Index(None, "customer_id", "expires_on"),
        one_of("status", "key", "watch", "not"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    status: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    reason: Mapped[str] = mapped_column(info=personal())
    decided_by: Mapped[list[str]] = mapped_column(default=list, info=NOT_PERSONAL)
    decided_at: Mapped[datetime]
    expires_on: Mapped[date]


class AccountPlan(Versioned, Base):
    """The plan of a key account; each change is a new number."""

    __tablename__ = "crm_account_plan"
    __table_args__ = (UniqueConstraint("customer_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    number: Mapped[int] = mapped_column(default=1)
    goals: Mapped[list[Any]] = mapped_column(default=list, info=personal())
    stakeholders: Mapped[list[Any]] = mapped_column(default=list, info=personal())
    needs: Mapped[str] = mapped_column(default="", server_default="", info=personal())
    opportunities: Mapped[str] = mapped_column(default="", info=personal())
    risks: Mapped[str] = mapped_column(default="", info=personal())
    share_of_wallet: Mapped[float | None]  # a share
    investment: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")  # minor
    next_review: Mapped[date | None]


class AccountReview(Made, Base):
    """A quarterly review held with the customer: score, goals, needs, what was decided."""

    __tablename__ = "crm_account_review"
    __table_args__ = (Index(None, "customer_id", "at"), UniqueConstraint("job_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    at: Mapped[datetime]
    held_by: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    score: Mapped[int]  # 1 to 10, the customer's
    goals: Mapped[list[Any]] = mapped_column(default=list, info=personal())
    decisions: Mapped[str] = mapped_column(default="", info=personal())
    needs: Mapped[str] = mapped_column(default="", info=personal())
    job_key: Mapped[str] = mapped_column(info=NOT_PERSONAL)
