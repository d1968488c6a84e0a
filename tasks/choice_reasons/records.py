"""Why customers chose us, in their words and as a code."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal


class ReasonCode(Made, Base):
    """A reason that stands in the list; new ones come from free words."""

    __tablename__ = "crm_reason_code"
    __table_args__ = (one_of("kind", "choice", "lapse", "no_purchase"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    code: Mapped[str]
    title: Mapped[str]


class ChoiceReason(Versioned, Base):
    """Why one customer chose us; asked once."""

    __tablename__ = "crm_choice_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    reason: Mapped[str] = mapped_column(info=NOT_PERSONAL)  # a code, or "other"
    other: Mapped[str] = mapped_column(default="", info=personal())
    considered: Mapped[str] = mapped_column(default="", info=personal())
    almost_stopped: Mapped[str] = mapped_column(default="", info=personal())
    promised: Mapped[str] = mapped_column(default="", info=personal())
    recommended_by_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    may_tell: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
