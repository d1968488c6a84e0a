"""How much customers use what they bought."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made
from tasks.declare.personal import NOT_PERSONAL


class Usage(Made, Base):
    """What a customer used in one period."""

    __tablename__ = "crm_usage"
    __table_args__ = (UniqueConstraint("customer_id", "metric", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    metric: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    period: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    value: Mapped[float]
