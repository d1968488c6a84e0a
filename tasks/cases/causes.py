"""Causes of complaints, and how often one has hit a customer."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tasks.cases.records import CATEGORIES, Case
from tasks.declare.base import Base, Versioned, one_of


class Cause(Versioned, Base):
    """Why complaints happen; `words` are what people write when it hits them, in any language."""

    __tablename__ = "crm_cause"
    __table_args__ = (UniqueConstraint("name"), one_of("category", *CATEGORIES))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    category: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("crm_cause.id"))
    owner: Mapped[str]  # the group whose process it belongs to
    words: Mapped[list[str]] = mapped_column(default=list)


class Recurrence(Base):
    """A cause hit a customer, in this case."""

    __tablename__ = "crm_recurrence"
    __table_args__ = (UniqueConstraint("case_id"), Index(None, "customer_id", "cause_id", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    cause_id: Mapped[int] = mapped_column(ForeignKey("crm_cause.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("crm_case.id"))
    at: Mapped[datetime]


def last_time(
    session: Session, customer_id: int, cause_id: int, case_id: int, now: datetime, days: int
) -> Case | None:
    """Return the newest other case of this customer with this cause within so many days."""
    return session.scalar(
        select(Case)
        .join(Recurrence, Recurrence.case_id == Case.id)
        .where(
            Recurrence.customer_id == customer_id,
            Recurrence.cause_id == cause_id,
            Recurrence.case_id != case_id,
            Recurrence.at >= now - timedelta(days=days),
        )
        .order_by(Recurrence.at.desc(), Recurrence.id.desc())
        .limit(1)
    )


def note_recurrence(session: Session, case: Case, now: datetime) -> None:
    """Note that the cause of a case hit its customer; a corrected cause takes the place."""
    if case.customer_id is None or case.cause_id is None:
        return
    found = session.scalar(select(Recurrence).where(Recurrence.case_id == case.id))
    if found is None:
        found = Recurrence(customer_id=case.customer_id, case_id=case.id, at=now)
        session.add(found)
    found.cause_id = case.cause_id
