"""The lifecycle of a customer: changed by processes only, each change kept with when and why.

    provisional ─► prospect ─► new ─► known ─► developed
                                 │      │          │
                                 └──────┴──────────┴─► at_risk ─► (back, when the risk is over)
    any of them ─► lapsed ─► regained ─► known                    lost: erased

Files bring the stage a customer begins with; nobody sets it by hand.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from tasks.customers.records import Customer
from tasks.declare.base import Base, Made
from tasks.declare.personal import NOT_PERSONAL

STRANGERS: Final = ("provisional", "prospect")
GONE: Final = ("lapsed", "lost")
OURS: Final = ("new", "known", "developed", "at_risk", "regained")  # whom we serve


class LifecycleChange(Made, Base):
    """That a process moved a customer from one stage to another, and why."""

    __tablename__ = "crm_lifecycle_change"
    __erasure__ = "delete"
    __table_args__ = (Index(None, "customer_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    was: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    became: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    at: Mapped[datetime]
    process: Mapped[str] = mapped_column(info=NOT_PERSONAL)  # the id of the process
    why: Mapped[str] = mapped_column(info=NOT_PERSONAL)


def move(
    session: Session, customer: Customer, stage: str, now: datetime, process: str, why: str
) -> None:
    """Move a customer to a stage; nothing happens where they are in it already."""
    if customer.lifecycle_stage == stage:
        return
    session.add(
        LifecycleChange(
            customer_id=customer.id,
            was=customer.lifecycle_stage,
            became=stage,
            at=now,
            process=process,
            why=why,
            created_at=now,
        )
    )
    customer.lifecycle_stage, customer.updated_at = stage, now


def develop(session: Session, customer: Customer, now: datetime, process: str, why: str) -> None:
    """Move a customer we know to developed; whoever is new, at risk or gone stays there."""
    if customer.lifecycle_stage == "known":
        move(session, customer, "developed", now, process, why)


def end_risk(session: Session, customer: Customer, now: datetime, process: str, why: str) -> None:
    """Move a customer who was at risk back to the stage before; nobody else is moved."""
    if customer.lifecycle_stage == "at_risk":
        move(session, customer, stage_before_risk(session, customer.id), now, process, why)


def stage_before_risk(session: Session, customer_id: int) -> str:
    """Return the stage a customer had before the risk; known where that was not kept."""
    found = session.scalar(
        select(LifecycleChange.was)
        .where(LifecycleChange.customer_id == customer_id, LifecycleChange.became == "at_risk")
        .order_by(LifecycleChange.id.desc())
        .limit(1)
    )
    return found or "known"
