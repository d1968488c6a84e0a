"""Who is left in peace for some weeks, because our messages have tired them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tasks.declare.base import Base, Made
from tasks.declare.personal import NOT_PERSONAL
from tasks.declare.together import each


class Rest(Made, Base):
    """A customer gets no marketing until an instant, and why."""

    __tablename__ = "crm_rest"
    __erasure__ = "delete"
    __table_args__ = (Index(None, "customer_id", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(info=NOT_PERSONAL)  # tired, opted_out_of_topic


def resting(session: Session, customer_id: int | None, now: datetime) -> bool:
    """Return whether a customer is left in peace now."""
    return customer_id is not None and bool(each(session, _resting, customer_id, now))


def _resting(session: Session, ids: Sequence[int], now: datetime) -> dict[int, bool]:
    found = select(Rest.customer_id).where(Rest.customer_id.in_(ids), Rest.until > now)
    return dict.fromkeys(session.scalars(found), True)
