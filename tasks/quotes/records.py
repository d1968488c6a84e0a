"""Opportunities and the offers made for them, version by version."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.personal import BELONGS, NOT_PERSONAL, personal


class Opportunity(Versioned, Base):
    """A sale that may come: stage, amount and when it closes; quotes hang on it."""

    __tablename__ = "crm_opportunity"
    __table_args__ = (one_of("stage", "open", "quoted", "won", "lost"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    category: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    product: Mapped[str] = mapped_column(default="", server_default="", info=NOT_PERSONAL)  # SKU
    began_by: Mapped[str] = mapped_column(default="", server_default="", info=NOT_PERSONAL)
    stage: Mapped[str] = mapped_column(default="open", info=NOT_PERSONAL)
    amount: Mapped[int | None] = mapped_column(BigInteger)  # minor units
    closes_on: Mapped[date | None]
    owner: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    competitor: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    lost_reason: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    closed_at: Mapped[datetime | None]
    rest_until: Mapped[date | None]  # nothing else is offered before, after a "no" or silence


class Quote(Versioned, Base):
    """One version of an offer; a changed line is a new version."""

    __tablename__ = "crm_quote"
    __table_args__ = (
        UniqueConstraint("opportunity_id", "number"),
        one_of("status", "draft", "approved", "sent", "accepted", "refused", "expired"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("crm_opportunity.id"), info=BELONGS)
    number: Mapped[int] = mapped_column(default=1)
    needs: Mapped[str] = mapped_column(default="", server_default="", info=personal())
    # product (SKU), name, quantity, price (minor units, of one)
    lines: Mapped[list[Any]] = mapped_column(default=list, info=NOT_PERSONAL)
    amount: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")  # minor units
    discount: Mapped[float] = mapped_column(default=0.0)  # a share
    margin: Mapped[int] = mapped_column(BigInteger, default=0)  # minor units
    give_get: Mapped[str] = mapped_column(default="", info=personal())
    # text, due
    promises: Mapped[list[Any]] = mapped_column(default=list, server_default="[]", info=personal())
    terms: Mapped[str] = mapped_column(
        default="standard", server_default="standard", info=NOT_PERSONAL
    )
    months: Mapped[int] = mapped_column(default=0, server_default="0")  # of the contract; 0: none
    made_by: Mapped[str] = mapped_column(default="", server_default="", info=NOT_PERSONAL)
    valid_until: Mapped[date | None]
    status: Mapped[str] = mapped_column(default="draft", info=NOT_PERSONAL)
    approved_hash: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # of what was approved
