"""The people we deal with at a customer's."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.personal import BELONGS, NOT_PERSONAL, personal

ROLES = (
    "distribution",
    "sales",
    "quality",
    "finance",
    "technical",
    "executive",
    "user",
    "decider",
    "sponsor",
)


class Person(Versioned, Base):
    """Somebody at a company or in a household we serve."""

    __tablename__ = "crm_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"), index=True)
    name: Mapped[str] = mapped_column(info=personal())
    title: Mapped[str] = mapped_column(default="", info=personal())
    left_at: Mapped[datetime | None]


class StakeholderRole(Versioned, Base):
    """What a person is for our relation with their company, and who of us knows them."""

    __tablename__ = "crm_stakeholder_role"
    __table_args__ = (UniqueConstraint("person_id", "role"), one_of("role", *ROLES))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("crm_person.id"), info=BELONGS)
    role: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    attitude: Mapped[int | None]  # -2 to 2
    owner: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # a user name
