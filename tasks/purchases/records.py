"""What customers bought. Money is integer minor units with a currency."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.declare.base import Base, Made
from tasks.declare.personal import BELONGS, NOT_PERSONAL, Mention, personal


class Transaction(Made, Base):
    """One order of a customer; a return is written onto it, never deleted."""

    __tablename__ = "crm_transaction"
    __table_args__ = (UniqueConstraint("order_no"), Index(None, "customer_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    order_no: Mapped[str] = mapped_column(info=personal(numbered=True, mention=Mention.PAPER))
    at: Mapped[datetime] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(default="shop", info=NOT_PERSONAL)
    amount: Mapped[int] = mapped_column(BigInteger)
    margin: Mapped[int | None] = mapped_column(BigInteger)  # None: not known
    currency: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    promised_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    return_reason: Mapped[str | None] = mapped_column(info=personal())

    lines: Mapped[list["TransactionLine"]] = relationship(back_populates="transaction")


class TransactionLine(Base):
    """One product of an order."""

    __tablename__ = "crm_transaction_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[int] = mapped_column(
        ForeignKey("crm_transaction.id"), index=True, info=BELONGS
    )
    product_id: Mapped[int | None] = mapped_column(ForeignKey("crm_product.id"))
    quantity: Mapped[int]
    net: Mapped[int] = mapped_column(BigInteger)
    cost: Mapped[int | None] = mapped_column(BigInteger)

    transaction: Mapped[Transaction] = relationship(back_populates="lines")
