"""Where customers meet us, in their order."""

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned


class Touchpoint(Versioned, Base):
    """One place where customers meet us; drawings name it, and it has an owner."""

    __tablename__ = "crm_touchpoint"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    stage: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="")  # a role
    customer_wants: Mapped[str] = mapped_column(default="")
    expected_level: Mapped[float | None]  # 1 to 7
    expectation_source: Mapped[str] = mapped_column(default="assumed")
    dimension: Mapped[str] = mapped_column(default="")  # of expectations: what it is about
    evidence: Mapped[str] = mapped_column(default="")  # who was asked, and when
    systems: Mapped[str] = mapped_column(default="")
    order_no: Mapped[int] = mapped_column(default=0)  # in the customers' order
    front: Mapped[str] = mapped_column(default="")
    back: Mapped[list[Any]] = mapped_column(default=list)
    fail_points: Mapped[list[Any]] = mapped_column(default=list)


class ServiceCycle(Versioned, Base):
    """Touchpoints in the order a customer meets them; each change is a new number."""

    __tablename__ = "crm_service_cycle"
    __table_args__ = (UniqueConstraint("name", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    touchpoints: Mapped[list[Any]] = mapped_column(default=list)  # ids, in order
