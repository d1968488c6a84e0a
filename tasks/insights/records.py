"""What one department learns and another should know."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal


class Insight(Versioned, Base):
    """A remark on price, product or service, for the department that can do something."""

    __tablename__ = "crm_insight"
    __table_args__ = (one_of("kind", "price", "product", "support", "praise", "supplier", "other"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    from_department: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    to_department: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    text: Mapped[str] = mapped_column(info=personal())
    # whom of the network it concerns, where a supplier caused it
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("crm_partner.id"))
    passed_at: Mapped[datetime | None]  # handed over; work for somebody since then
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    decision: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
