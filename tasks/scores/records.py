"""What we worked out about each customer and when.

A snapshot is followed, never edited, and made only where a class changed; the current row of a
customer is what lists, segments and pages read.
"""

from datetime import date, datetime
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


class CurrentScore(Base):
    """What the last scoring found of a customer; one row each, written over every night.

    Money is minor units; ranks begin with 1 for the most. `alive` (P(alive), two places) is no
    chance to buy soon and never printed as one.
    """

    __tablename__ = "crm_current_score"
    __erasure__ = "delete"
    __table_args__ = (
        Index(None, "tier", "customer_id"),
        Index(None, "segment", "customer_id"),
        Index(None, "silent", "customer_id"),
        Index(None, "window_from"),
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), primary_key=True)
    r: Mapped[int]
    f: Mapped[int]
    m: Mapped[int]
    segment: Mapped[str] = mapped_column(info=personal())
    tier: Mapped[str] = mapped_column(info=personal())
    orders: Mapped[int]
    spent: Mapped[int] = mapped_column(BigInteger)
    margin_12m: Mapped[int] = mapped_column(BigInteger)
    margin_rank: Mapped[int]
    revenue_rank: Mapped[int]
    problems_12m: Mapped[int]
    problem_rank: Mapped[int]
    last_purchase: Mapped[date | None]
    alive: Mapped[float | None]
    expected_12m: Mapped[float | None]  # purchase days
    clv_12m: Mapped[int | None] = mapped_column(BigInteger)
    silent: Mapped[bool]  # longer than 8 weeks and than nine of ten of the own gaps
    window_from: Mapped[date | None]
    window_to: Mapped[date | None]
    digest: Mapped[int] = mapped_column(BigInteger)  # of all the above: equal is not written
    told_tier: Mapped[str] = mapped_column(  # what the processes were told last
        default="", server_default="", info=personal()
    )


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


class ScoringNight(Base):
    """One scoring of everybody: when, how many, and why there is no value where there is none."""

    __tablename__ = "crm_scoring_night"

    id: Mapped[int] = mapped_column(primary_key=True)
    as_of: Mapped[datetime] = mapped_column(index=True)
    customers: Mapped[int]
    buyers: Mapped[int]
    changed: Mapped[int]  # rows written
    model: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)  # "" or why there is none
    cuts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # `scores.cuts`


def latest_scores() -> Select[CustomerScore]:
    """Select the newest snapshot of every customer."""
    newest = select(func.max(CustomerScore.id)).group_by(CustomerScore.customer_id)
    return select(CustomerScore).where(CustomerScore.id.in_(newest))


def last_night() -> Select[ScoringNight]:
    """Select the newest scoring."""
    return select(ScoringNight).order_by(ScoringNight.id.desc()).limit(1)
