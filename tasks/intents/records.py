"""What customers are about to buy: signals, and one intent for each customer and category."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Made, Versioned, one_of
from tasks.declare.personal import NOT_PERSONAL, personal

SIGNALS = ("quote", "call_back", "enquiry", "page", "download", "question")
ANYTHING = "all"  # the category of a signal that names no product
CONTRACT = "contract"  # the category of what a running contract renews
HEATS = ("hot", "renewal", "warm", "cold")


class IntentSignal(Made, Base):
    """Something a customer did that may come before a purchase; what it is worth says D-04."""

    __tablename__ = "crm_intent_signal"
    __erasure__ = "delete"
    __table_args__ = (Index(None, "customer_id", "at"), one_of("kind", *SIGNALS))

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    category: Mapped[str] = mapped_column(default=ANYTHING, info=personal())
    kind: Mapped[str] = mapped_column(info=personal())
    n: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]


class Intent(Versioned, Base):
    """A purchase that may come: how likely, when, and whether it came.

    open ─► hit (bought) │ miss (the time passed) │ lost (will not buy, or elsewhere)
    """

    __tablename__ = "crm_intent"
    __erasure__ = "delete"
    __table_args__ = (
        Index(None, "customer_id", "category"),
        Index(None, "state", "heat"),
        one_of("state", "open", "hit", "miss", "lost"),
        one_of("heat", *HEATS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    category: Mapped[str] = mapped_column(info=personal())
    state: Mapped[str] = mapped_column(default="open")
    points: Mapped[int] = mapped_column(default=0)
    heat: Mapped[str] = mapped_column(default="cold", info=personal())
    reason: Mapped[str] = mapped_column(default="", info=personal())
    window_from: Mapped[date | None]
    window_to: Mapped[date | None]
    n_gaps: Mapped[int] = mapped_column(default=0)
    method: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)  # own, shrunk, category
    until: Mapped[datetime]  # watched so long
    need_confirmed: Mapped[bool | None]
    decision_on: Mapped[date | None]
    budget_band: Mapped[str] = mapped_column(default="", info=personal())
    deciders: Mapped[str] = mapped_column(default="", info=personal())
    competitor: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    hot_at: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    order_no: Mapped[str | None] = mapped_column(info=personal())


class WindowScan(Made, Base):
    """A night in which all purchase windows were looked at."""

    __tablename__ = "crm_window_scan"
    __table_args__ = (UniqueConstraint("day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]


def open_intents(*heats: str) -> Select[int, str]:
    """Select (customer_id, category) of the purchases that may come, this likely."""
    return select(Intent.customer_id, Intent.category).where(
        Intent.state == "open", Intent.heat.in_(heats)
    )
