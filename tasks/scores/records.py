"""What we worked out about each customer and when; a snapshot is followed, never edited."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Select, func, select
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base
from tasks.declare.personal import personal


class CustomerScore(Base):
    """Recency, frequency, money (1-5), the RFM segment and the value tier of a customer."""

    __tablename__ = "crm_customer_score"
    __erasure__ = "delete"
    __table_args__ = (Index(None, "customer_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    as_of: Mapped[datetime]
    r: Mapped[int]
    f: Mapped[int]
    m: Mapped[int]
    segment: Mapped[str] = mapped_column(
        info=personal()
    )  # one of the names the table "RFM segments" gives
    tier: Mapped[str] = mapped_column(info=personal())  # A, B, C, D, D-
    orders: Mapped[int]
    spent: Mapped[int] = mapped_column(BigInteger)
    margin_12m: Mapped[int] = mapped_column(BigInteger)


def latest_scores() -> Select[CustomerScore]:
    """Select the newest snapshot of every customer."""
    newest = select(func.max(CustomerScore.id)).group_by(CustomerScore.customer_id)
    return select(CustomerScore).where(CustomerScore.id.in_(newest))
