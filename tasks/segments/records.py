"""Segments: named groups of customers and, where worked out, who is in them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of


class Segment(Versioned, Base):
    """A named group. `rule` is FEEL over what `tasks.segments.rule` names: r, f, m (1-5), rfm
    (class name), recency_days, orders, spent (minor units), tier, interest …; a manual segment has
    no rule, only members.
    """

    __tablename__ = "crm_segment"
    __table_args__ = (one_of("kind", "rfm", "value", "need", "manual"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[str]
    rule: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    demo: Mapped[bool] = mapped_column(default=False)


class SegmentMember(Base):
    """A customer is in a segment since `at`."""

    __tablename__ = "crm_segment_member"
    __erasure__ = "delete"
    __table_args__ = (Index(None, "customer_id"),)

    segment_id: Mapped[int] = mapped_column(ForeignKey("crm_segment.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), primary_key=True)
    at: Mapped[datetime]


class SegmentMove(Base):
    """A customer came into a segment or left it; only added to."""

    __tablename__ = "crm_segment_move"
    __erasure__ = "delete"
    __table_args__ = (Index(None, "customer_id", "at"), Index(None, "segment_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(ForeignKey("crm_segment.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    joined: Mapped[bool]
    at: Mapped[datetime]
