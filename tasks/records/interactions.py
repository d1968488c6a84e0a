"""Interactions: what was said between a customer and us, on whatever channel."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.records.base import Base, Made, one_of
from tasks.records.customers import CHANNELS


class Interaction(Made, Base):
    """One message, call or visit; kept once per source and the id it has there."""

    __tablename__ = "crm_interaction"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index(None, "customer_id", "at"),
        one_of("direction", "in", "out"),
        one_of("channel", *CHANNELS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("crm_case.id"), index=True)
    source: Mapped[str]
    external_id: Mapped[str]
    direction: Mapped[str] = mapped_column(default="in")
    channel: Mapped[str]
    at: Mapped[datetime]
    subject: Mapped[str] = mapped_column(default="", info={"personal": True})
    text: Mapped[str] = mapped_column(info={"personal": True})
    agent: Mapped[str | None]  # user name of ours
