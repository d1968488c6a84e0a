"""Cases, as far as the contact gate asks: is something wrong with this customer now?"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, Mention, personal


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
    number: Mapped[str] = mapped_column(
        unique=True, info=personal(numbered=True, mention=Mention.PAPER)
    )
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    channel: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    text: Mapped[str] = mapped_column(info=personal())
    wish: Mapped[str | None] = mapped_column(info=personal())
    severity: Mapped[str] = mapped_column(default="medium")
    order_no: Mapped[str | None] = mapped_column(info=personal(mention=Mention.PAPER))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    demo: Mapped[bool] = mapped_column(default=False)
