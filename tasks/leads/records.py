"""People and companies who may become customers, and advocates who brought them."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal


class Lead(Versioned, Base):
    """Somebody who may become a customer: from where, with what permission, how far."""

    __tablename__ = "crm_lead"
    __table_args__ = (
        one_of("stage", "new", "listed", "qualified", "prospect", "won", "lost", "refused"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    source: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    basis: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)  # why we may contact
    need: Mapped[str] = mapped_column(default="", info=personal())
    product_id: Mapped[int | None] = mapped_column(ForeignKey("crm_product.id"))
    score: Mapped[float | None]
    p_convert: Mapped[float | None]
    owner: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    stage: Mapped[str] = mapped_column(default="new", info=NOT_PERSONAL)
    lost_reason: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    noticed_at: Mapped[datetime | None]  # when told that we hold the data
    closed_at: Mapped[datetime | None]


class AdvocateRequest(Made, Base):
    """A favour asked of an advocate; at most two a year."""

    __tablename__ = "crm_advocate_request"
    __table_args__ = (one_of("kind", "reference", "case_study", "early_test"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    kind: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
