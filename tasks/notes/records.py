"""What employees note about a customer; the customer may read it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made
from tasks.declare.personal import personal


class CustomerNote(Made, Base):
    """One note; never changed, a better one follows it. `created_by` wrote it."""

    __tablename__ = "crm_customer_note"
    __erasure__ = "delete"
    __table_args__ = (Index(None, "customer_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    text: Mapped[str] = mapped_column(info=personal())
    at: Mapped[datetime]
