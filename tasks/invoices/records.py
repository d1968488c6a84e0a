"""Invoices, as far as relations with customers need them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned
from tasks.declare.personal import NOT_PERSONAL, personal


class Invoice(Versioned, Base):
    """An invoice: whether it was disputed and paid."""

    __tablename__ = "crm_invoice"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    number: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    amount: Mapped[int] = mapped_column(BigInteger)  # minor units
    currency: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    issued_on: Mapped[date]
    due_on: Mapped[date | None]
    disputed_at: Mapped[datetime | None]
    dispute: Mapped[str] = mapped_column(default="", info=personal())
    paid_at: Mapped[datetime | None]
    written_off_at: Mapped[datetime | None]
