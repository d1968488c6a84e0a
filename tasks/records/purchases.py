"""Products and what customers bought. Money is integer minor units with a currency."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.records.base import Base, Made


class Product(Base):
    """Something we sell."""

    __tablename__ = "crm_product"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    category: Mapped[str]
    price: Mapped[int] = mapped_column(BigInteger)
    unit_cost: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    repeatable: Mapped[bool] = mapped_column(default=True)


class Transaction(Made, Base):
    """One order of a customer; a return is written onto it, never deleted."""

    __tablename__ = "crm_transaction"
    __table_args__ = (UniqueConstraint("order_no"), Index(None, "customer_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    order_no: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(default="shop")
    amount: Mapped[int] = mapped_column(BigInteger)
    margin: Mapped[int | None] = mapped_column(BigInteger)  # None: not known
    currency: Mapped[str]
    promised_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]

    lines: Mapped[list["TransactionLine"]] = relationship(back_populates="transaction")


class TransactionLine(Base):
    """One product of an order."""

    __tablename__ = "crm_transaction_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("crm_transaction.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("crm_product.id"))
    quantity: Mapped[int]
    net: Mapped[int] = mapped_column(BigInteger)
    cost: Mapped[int | None] = mapped_column(BigInteger)

    transaction: Mapped[Transaction] = relationship(back_populates="lines")
