"""Root-cause analyses, and what is done about them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of

ROOTS = (
    "people",
    "process",
    "system",
    "information",
    "supplier",
    "promise",
    "product",
    "customer_info",
)


class RootCause(Versioned, Base):
    """Why a cause happens: at least three whys with evidence, and a root that would prevent it."""

    __tablename__ = "crm_root_cause"
    __table_args__ = (one_of("category", *ROOTS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("crm_cause.id"), index=True)
    problem: Mapped[str]
    whys: Mapped[list[Any]] = mapped_column(default=list)  # [{why, evidence}]
    category: Mapped[str]


class Action(Versioned, Base):
    """What is done about a root cause, by whom, until when, and whether it worked."""

    __tablename__ = "crm_action"
    __table_args__ = (
        one_of("kind", "corrective", "preventive"),
        one_of("effect", "effective", "not_yet", "none", "worse"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    root_cause_id: Mapped[int] = mapped_column(ForeignKey("crm_root_cause.id"), index=True)
    kind: Mapped[str]
    what: Mapped[str]
    owner: Mapped[str]  # a group
    due: Mapped[date | None]
    measure: Mapped[str]
    expected: Mapped[str]
    done_at: Mapped[datetime]
    done_what: Mapped[str]
    checked_at: Mapped[datetime | None]
    effect: Mapped[str | None]
