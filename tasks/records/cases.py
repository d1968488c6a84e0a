"""Cases, as far as the contact gate asks: is something wrong with this customer now?"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.records.base import Base, Versioned, one_of


class Case(Versioned, Base):
    """A complaint, question, request, risk or care case of a customer."""

    __tablename__ = "crm_case"
    __table_args__ = (
        Index(None, "customer_id", "kind", "state"),
        one_of("kind", "complaint", "question", "request", "risk", "care"),
        one_of("state", "open", "solved", "closed"),
        one_of("severity", "low", "medium", "high", "critical"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    channel: Mapped[str]
    text: Mapped[str] = mapped_column(info={"personal": True})
    wish: Mapped[str | None] = mapped_column(info={"personal": True})
    severity: Mapped[str] = mapped_column(default="medium")
    order_no: Mapped[str | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    demo: Mapped[bool] = mapped_column(default=False)
