"""Contracts with customers."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned
from tasks.declare.personal import NOT_PERSONAL, personal


class Contract(Versioned, Base):
    """A contract: its value, how long it runs and until when notice may be given."""

    __tablename__ = "crm_contract"
    __table_args__ = (Index(None, "ends_on"), UniqueConstraint("number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    number: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    value: Mapped[int] = mapped_column(BigInteger, default=0)  # minor units, a year
    currency: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    notice_days: Mapped[int] = mapped_column(default=0)
    terms: Mapped[str] = mapped_column(default="standard", info=NOT_PERSONAL)
    renewal_told_at: Mapped[datetime | None]  # when its renewal became somebody's task
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str] = mapped_column(default="", info=personal())
