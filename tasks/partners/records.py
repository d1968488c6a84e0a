"""The network: suppliers, distributors, investors, authorities, groups of employees."""

from datetime import date
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of


class Partner(Versioned, Base):
    """Somebody we work with: who looks after it, what for, and when it is looked at again."""

    __tablename__ = "crm_partner"
    __table_args__ = (
        one_of("kind", "supplier", "distributor", "investor", "authority", "employee_group"),
        UniqueConstraint("name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    contact: Mapped[str] = mapped_column(default="")  # an e-mail address
    owner: Mapped[str | None]  # a user name
    importance: Mapped[int] = mapped_column(default=3)  # 1 to 5
    goals: Mapped[list[Any]] = mapped_column(default=list)
    review_on: Mapped[date | None]
    may_see: Mapped[list[str]] = mapped_column(default=list)  # fields sent to it
    country: Mapped[str] = mapped_column(default="")
    agreement: Mapped[str] = mapped_column(default="")
