"""Improvements: one turn of the moments-of-truth cycle each."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tasks.declare.base import Base, Versioned, one_of


class Improvement(Versioned, Base):
    """One turn: what was wrong, what was tried, what came of it."""

    __tablename__ = "crm_improvement"
    __table_args__ = (
        one_of("phase", "evaluate", "plan", "act", "check", "amend", "closed", "dropped"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    touchpoint_id: Mapped[int | None] = mapped_column(ForeignKey("crm_touchpoint.id"))
    standard_id: Mapped[int | None] = mapped_column(ForeignKey("crm_standard.id"))
    moment: Mapped[str] = mapped_column(default="")
    why_now: Mapped[str] = mapped_column(default="")
    modified: Mapped[int] = mapped_column(default=0)  # times a solution was changed
    turn_no: Mapped[int] = mapped_column(default=1)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("crm_improvement.id"))
    phase: Mapped[str] = mapped_column(default="evaluate")
    baseline: Mapped[dict[str, Any]] = mapped_column(default=dict)
    causes: Mapped[list[Any]] = mapped_column(default=list)
    solution: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pilot: Mapped[dict[str, Any]] = mapped_column(default=dict)
    verdict: Mapped[str] = mapped_column(default="")
    links: Mapped[list[Any]] = mapped_column(default=list)
    effect: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime]
    embedded_at: Mapped[datetime | None]  # from here on the effect is watched
    closed_at: Mapped[datetime | None]
    instance_key: Mapped[str | None]
