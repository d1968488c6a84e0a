"""Which records were merged, and which are known to be different people."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made
from tasks.declare.personal import NOT_PERSONAL


class Merge(Made, Base):
    """One merge: what moved from one customer to the other, so that it can move back."""

    __tablename__ = "crm_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))  # is gone
    into_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))  # stays
    moved: Mapped[dict[str, Any]] = mapped_column(default=dict, info=NOT_PERSONAL)  # table -> ids
    undone_at: Mapped[datetime | None]


class Different(Made, Base):
    """Two customers who look alike and are not the same; they are not asked about again."""

    __tablename__ = "crm_different"
    __table_args__ = (UniqueConstraint("customer_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))  # the smaller number
    other_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
