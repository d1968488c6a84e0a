"""What we worked out about each customer and when; a snapshot is followed, never edited."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Select, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tasks.declare.base import Base, Made, one_of
from tasks.declare.personal import NOT_PERSONAL, personal


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


class RelationScore(Made, Base):
    """How a relation is, as an index of 0 to 100 with its parts, or as its owner sees it (1-5)."""

    __tablename__ = "crm_relation_score"
    __erasure__ = "delete"
    __table_args__ = (
        Index(None, "customer_id", "kind", "id"),
        one_of("kind", "trust", "health", "owner_view"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    kind: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    value: Mapped[float]
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict, info=personal())
    unknown: Mapped[list[str]] = mapped_column(default=list, info=NOT_PERSONAL)
    note: Mapped[str] = mapped_column(default="", info=personal())  # what the owner's view rests on
    at: Mapped[datetime]


def latest_relation(session: Session, customer_id: int, kind: str) -> RelationScore | None:
    """Return the newest score of a kind (trust, health, owner_view); None before the first."""
    return session.scalar(
        select(RelationScore)
        .where(RelationScore.customer_id == customer_id, RelationScore.kind == kind)
        .order_by(RelationScore.id.desc())
        .limit(1)
    )


def latest_scores() -> Select[CustomerScore]:
    """Select the newest snapshot of every customer."""
    newest = select(func.max(CustomerScore.id)).group_by(CustomerScore.customer_id)
    return select(CustomerScore).where(CustomerScore.id.in_(newest))
