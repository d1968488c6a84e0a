"""What we promised a customer, and whether it was kept."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned
from tasks.declare.personal import NOT_PERSONAL, personal


class Promise(Versioned, Base):
    """A promise with its date; `feasible_p80` is the 80th percentile of what was delivered."""

    __tablename__ = "crm_promise"
    __table_args__ = (Index(None, "due", "kept_at"), UniqueConstraint("job_key", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    made_by: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)  # a user name
    text: Mapped[str] = mapped_column(info=personal())
    due: Mapped[date | None]
    feasible_p80: Mapped[float | None]  # days
    kept_at: Mapped[datetime | None]
    broken_at: Mapped[datetime | None]
    broken_reason: Mapped[str] = mapped_column(default="", info=personal())
    repaired_at: Mapped[datetime | None]
    order_no: Mapped[str | None] = mapped_column(info=personal())
    job_key: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # of what made it
    position: Mapped[int] = mapped_column(default=0)
